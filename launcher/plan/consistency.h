// What no single field shows: references that lead nowhere, things that stand twice, orders that are not kept.
#pragma once

#include <optional>
#include <string>

#include "bulkhead/plan/delegation_list.h"
#include "bulkhead/plan/launch_plan.h"

namespace bulkhead::plan {

// The first fault with its JSON path, or nothing.
[[nodiscard]] std::optional<std::string> find_inconsistency(const LaunchPlan& plan);
[[nodiscard]] std::optional<std::string> find_inconsistency(const DelegationList& list);

}  // namespace bulkhead::plan
