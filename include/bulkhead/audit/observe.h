// Asks a running host for what an audit shows, by verify::observe(). In: the plan, what may be asked, the world. Out:
// answers, each with its time, and what was not asked or not answered; it never fails, because an audit of half a host
// is worth reading and says so.
#pragma once

#include <string>
#include <vector>

#include "bulkhead/audit/audit.h"
#include "bulkhead/hypervisor/hypervisor.h"
#include "bulkhead/hypervisor/machine.h"
#include "bulkhead/hypervisor/xenstore.h"
#include "bulkhead/plan/launch_plan.h"
#include "bulkhead/verify/finding.h"
#include "bulkhead/verify/observation.h"

namespace bulkhead::audit {

// `when`: the time of day, which only the caller knows.
[[nodiscard]] Observed observe(const plan::LaunchPlan& plan, const std::string& when,
                               const verify::ObserveOptions& options, hypervisor::Hypervisor& hypervisor,
                               hypervisor::Xenstore& store, hypervisor::Machine& machine);

// An observation in the audit's words, without what host() and command_line() tell.
[[nodiscard]] Observed in_words(const plan::LaunchPlan& plan, const verify::Observation& seen,
                                const std::vector<verify::Finding>& findings);

// Kernels and ramdisks as they are now, beside their digests in the plan.
[[nodiscard]] std::vector<Digest> digest_files(const plan::LaunchPlan& plan, hypervisor::Machine& machine);

}  // namespace bulkhead::audit
