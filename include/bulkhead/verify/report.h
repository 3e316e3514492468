// What was looked at and what was found, for people and for programs.
#pragma once

#include <string>
#include <vector>

#include "bulkhead/plan/launch_plan.h"
#include "bulkhead/verify/finding.h"
#include "bulkhead/verify/observation.h"

namespace bulkhead::verify {

// A line for what was seen, one for each thing that was not and why, and whether the host is as the plan says.
[[nodiscard]] std::string to_text(const plan::LaunchPlan& plan, const Observation& seen,
                                  const std::vector<Finding>& findings);
// {"holds", "taken_at", "from", "label", "looks", "unseen", "findings"}.
[[nodiscard]] std::string to_json(const plan::LaunchPlan& plan, const Observation& seen,
                                  const std::vector<Finding>& findings);

}  // namespace bulkhead::verify
