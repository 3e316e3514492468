// The real hypervisor, xenstore and machine of the host that the program runs on, opened for one command.
#pragma once

#include <memory>

#include "bulkhead/base/result.h"
#include "bulkhead/hypervisor/libxen.h"
#include "bulkhead/launch/perform.h"

namespace bulkhead::launcher {

struct OpenWorld {
  std::unique_ptr<hypervisor::Hypervisor> hypervisor;
  std::unique_ptr<hypervisor::Xenstore> store;
  std::unique_ptr<hypervisor::Machine> machine;

  [[nodiscard]] launch::World view() const { return {*hypervisor, *store, *machine}; }
};

[[nodiscard]] Result<OpenWorld> open_world(const plan::LaunchPlan& plan);

}  // namespace bulkhead::launcher
