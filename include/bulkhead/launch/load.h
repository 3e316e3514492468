// Replaces the policy of a running, unsealed host. Xen reads no policy back, and a reload does less than a boot
// (xen/xsm/flask/ss/services.c, security_load_policy): initial SIDs keep their labels, a label that the new policy does
// not have turns into `unlabeled`, also that of an event channel; device labels given at run time are lost. So load
// wants the plan of the policy that runs now as well, makes sure that it is the one, and refuses whatever would change
// under a running domain.
#pragma once

#include <string_view>
#include <vector>

#include "bulkhead/base/result.h"
#include "bulkhead/hypervisor/hypervisor.h"
#include "bulkhead/launch/journal.h"
#include "bulkhead/plan/launch_plan.h"
#include "bulkhead/verify/finding.h"

namespace bulkhead::launch {

struct PolicyFile {
  const plan::LaunchPlan& plan;
  std::string_view binary;  // whose digest is the plan's
};

// What speaks against loading `wanted` over `running`; empty: nothing. Changes nothing.
[[nodiscard]] Result<std::vector<verify::Finding>> load_findings(const plan::LaunchPlan& running,
                                                                 const plan::LaunchPlan& wanted,
                                                                 hypervisor::Hypervisor& hypervisor);

// Loads `wanted` and asks for every cell. When one differs, `running` is loaded again and the Error says so.
[[nodiscard]] Result<void> load(const PolicyFile& running, const PolicyFile& wanted, hypervisor::Hypervisor& hypervisor,
                                Journal& journal);

}  // namespace bulkhead::launch
