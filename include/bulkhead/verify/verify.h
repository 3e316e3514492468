// Is a domain what the plan says, by what the hypervisor answers now? Nothing that the launcher remembers is used.
//
// In: the plan, one domain, the hypervisor. Out: every difference. An Error means that it could not be asked, which is
// no better than a difference. Debug keys need `xen debug` and `xen readconsole`, which the sealed label has not
// (ADR 10): without them devices and ranges are not looked at, and `Scope` says so to the caller.
#pragma once

#include <vector>

#include "bulkhead/base/result.h"
#include "bulkhead/hypervisor/hypervisor.h"
#include "bulkhead/plan/launch_plan.h"
#include "bulkhead/verify/finding.h"

namespace bulkhead::verify {

enum class Scope : std::uint8_t {
  kEverything,     // labels, states, devices, ranges
  kWithoutDevices  // labels and states: what the sealed label may ask
};

// A domain that is about to run: its label, that it is paused, its processors and memory limit, that it owns the
// devices of the plan and no others, and exactly their frames, ports and interrupts. Of the hardware domain, which
// holds all that no other domain owns, ranges are not compared.
[[nodiscard]] Result<std::vector<Finding>> verify_paused_domain(const plan::LaunchPlan& plan,
                                                                const plan::Domain& domain, Scope scope,
                                                                hypervisor::Hypervisor& hypervisor);

// The host once it runs: every domain of the plan that starts at boot runs under its label, no other domain is there,
// every device has the owner that the plan gives it.
[[nodiscard]] Result<std::vector<Finding>> verify_running_host(const plan::LaunchPlan& plan, Scope scope,
                                                               hypervisor::Hypervisor& hypervisor);

// Every cell and every transition of the plan's expectations, asked of the hypervisor: what it would allow beyond the
// plan and what it would refuse of it. At most `limit` findings and one that counts the rest.
struct MatrixAnswer {
  std::uint64_t cells = 0;  // asked
  std::uint64_t transitions = 0;
  std::vector<Finding> findings;
};
[[nodiscard]] Result<MatrixAnswer> verify_policy(const plan::LaunchPlan& plan, std::size_t limit,
                                                 hypervisor::Hypervisor& hypervisor);

}  // namespace bulkhead::verify
