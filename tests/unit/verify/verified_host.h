// The sample plan with a class `domain`, and a fake host that was started by it.
#pragma once

#include <catch2/catch.hpp>

#include "bulkhead/plan/launch_plan.h"
#include "bulkhead/verify/finding.h"
#include "support/fake_host.h"

namespace bulkhead::test {

[[nodiscard]] plan::LaunchPlan split_plan();

// Creates, builds and relabels a domain of the plan as the launcher does, but for its devices; it stays paused.
void put_paused(FakeHost& host, const plan::LaunchPlan& plan, hypervisor::Domid domid);
// The same for all domains that start at boot, with their devices; they run, and are ready.
void start_all(FakeHost& host, const plan::LaunchPlan& plan);

}  // namespace bulkhead::test

// What Catch prints of findings that are not the expected ones.
template <>
struct Catch::StringMaker<bulkhead::verify::Finding> {
  static std::string convert(const bulkhead::verify::Finding& finding) { return to_json(finding); }
};
