// Sealing: domain 0 takes the weaker label (DESIGN 4). Only a reboot undoes it.
#pragma once

#include "bulkhead/base/result.h"
#include "bulkhead/hypervisor/hypervisor.h"
#include "bulkhead/plan/launch_plan.h"

namespace bulkhead::launch {

enum class Phase : std::uint8_t { kBooting, kSealed };

// By the label that the hypervisor says domain 0 has. Error: it has neither of the plan's two.
[[nodiscard]] Result<Phase> phase(const plan::LaunchPlan& plan, hypervisor::Hypervisor& hypervisor);

// Relabels domain 0 and reads its label back.
[[nodiscard]] Result<void> seal(const plan::LaunchPlan& plan, hypervisor::Hypervisor& hypervisor);

}  // namespace bulkhead::launch
