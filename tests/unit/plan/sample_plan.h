// A small split host as a launch plan: control, hardware, one driver domain with a card, one guest behind it.
#pragma once

#include "bulkhead/plan/launch_plan.h"

namespace bulkhead::plan {

[[nodiscard]] LaunchPlan sample_plan();

}  // namespace bulkhead::plan
