// What the two verifications of domains share.
#pragma once

#include <string>
#include <vector>

#include "bulkhead/hypervisor/hypervisor.h"
#include "bulkhead/plan/launch_plan.h"
#include "bulkhead/verify/debug_keys.h"
#include "bulkhead/verify/finding.h"

namespace bulkhead::verify {

[[nodiscard]] std::string_view to_text(hypervisor::RunState state);  // "paused"
// "domain net (2)", or "domain 7" of one that the plan does not have.
[[nodiscard]] std::string describe(const plan::LaunchPlan& plan, hypervisor::Domid domid);
[[nodiscard]] std::string describe(const plan::LaunchPlan& plan, const PciOwner& owner);
[[nodiscard]] Finding about(const plan::Domain& domain, std::string id, std::string found, std::string wanted,
                            std::string remedy, Severity severity = Severity::kBreach);

// "web", or "7" of a domain that the plan does not have: Finding::domain.
[[nodiscard]] std::string domain_name(const plan::LaunchPlan& plan, hypervisor::Domid domid);

// Who has the device when all is as planned.
[[nodiscard]] hypervisor::Domid planned_owner(const plan::LaunchPlan& plan, const plan::Device& device);
// Nothing when it is right.
[[nodiscard]] std::vector<Finding> compare_owner(const plan::LaunchPlan& plan, const plan::Device& device,
                                                 const std::map<hypervisor::Sbdf, PciOwner>& owners);

}  // namespace bulkhead::verify
