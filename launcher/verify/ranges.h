// Sets of ranges as Xen keeps them, so that two ways of saying the same compare equal.
#pragma once

#include <string>
#include <vector>

#include "bulkhead/hypervisor/hypervisor.h"
#include "bulkhead/plan/launch_plan.h"
#include "bulkhead/verify/debug_keys.h"

namespace bulkhead::verify {

// Sorted; what overlaps or touches is one.
[[nodiscard]] std::vector<hypervisor::Range> merged(std::vector<hypervisor::Range> ranges);

// What a domain is to hold of the hardware: all that its devices have.
[[nodiscard]] Ranges planned_ranges(const plan::LaunchPlan& plan, hypervisor::Domid domid);

[[nodiscard]] std::string to_text(const std::vector<hypervisor::Range>& ranges,
                                  bool hex);  // "feba0-febbf, febe0"; "none"

}  // namespace bulkhead::verify
