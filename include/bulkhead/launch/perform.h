// Carries out a list of steps. When one fails, no further one starts, those that run are waited for, and everything
// that was done is undone in reverse; the Error names the step and the cause.
//
// The one thing that is not undone is the hardware domain: Xen keeps pointing at it after its end
// (xen/common/domain.c, hardware_domain), so it stays, and the Error says that the host must be rebooted.
#pragma once

#include <chrono>
#include <vector>

#include "bulkhead/base/result.h"
#include "bulkhead/hypervisor/hypervisor.h"
#include "bulkhead/hypervisor/machine.h"
#include "bulkhead/hypervisor/xenstore.h"
#include "bulkhead/launch/images.h"
#include "bulkhead/launch/journal.h"
#include "bulkhead/launch/step.h"
#include "bulkhead/verify/verify.h"

namespace bulkhead::launch {

struct World {
  hypervisor::Hypervisor& hypervisor;
  hypervisor::Xenstore& store;
  hypervisor::Machine& machine;
};

struct PerformOptions {
  unsigned workers = 1;                                         // steps at the same time, awaited ones not counted
  std::chrono::nanoseconds patience = std::chrono::minutes(2);  // of each kAwait…
  verify::Scope scope = verify::Scope::kEverything;
  bool (*told_to_end)() = nullptr;  // asked between steps; true counts as a step that failed
};

[[nodiscard]] Result<void> perform(const std::vector<Step>& steps, const plan::LaunchPlan& plan, Images& images,
                                   const World& world, const PerformOptions& options, Journal& journal);

}  // namespace bulkhead::launch
