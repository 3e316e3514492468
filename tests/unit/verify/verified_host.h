// The sample plan with a class `domain`, and a fake host that was started by it.
#pragma once

#include "bulkhead/plan/launch_plan.h"
#include "support/fake_host.h"
#include "support/finding_text.h"

namespace bulkhead::test {

[[nodiscard]] plan::LaunchPlan split_plan();

// Creates, builds and relabels a domain of the plan as the launcher does, but for its devices; it stays paused.
void put_paused(FakeHost& host, const plan::LaunchPlan& plan, hypervisor::Domid domid);
// The same for all domains that start at boot, with their devices; they run, and are ready.
void start_all(FakeHost& host, const plan::LaunchPlan& plan);

}  // namespace bulkhead::test
