// Is what was seen what the plan says? A pure function: the same plan and observation give the same findings, in the
// same order: domains in the plan's order, each with all that is wrong with it, then the host, then what could not be
// seen.
//
// What a domain may map, grant, signal or read is taken from the plan's expectations and connections, never from its
// role. A finding names the domain, the object, what is, what should be, the spec's line, and how bad it is. The number
// of findings about one domain's grants, channels and nodes is limited, with one that counts the rest, so that a
// domain that opens everything to everybody hides nothing of the others.
#pragma once

#include <vector>

#include "bulkhead/plan/launch_plan.h"
#include "bulkhead/verify/finding.h"
#include "bulkhead/verify/observation.h"

namespace bulkhead::verify {

[[nodiscard]] std::vector<Finding> conform(const plan::LaunchPlan& plan, const Observation& observation);

}  // namespace bulkhead::verify
