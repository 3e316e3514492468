// The real hypervisor, xenstore and machine of the host that the program runs on, opened for one command.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "bulkhead/base/result.h"
#include "bulkhead/cli/command.h"
#include "bulkhead/cli/console.h"
#include "bulkhead/hypervisor/libxen.h"
#include "bulkhead/launch/perform.h"

namespace bulkhead::launcher {

struct OpenWorld {
  std::unique_ptr<hypervisor::Hypervisor> hypervisor;
  std::unique_ptr<hypervisor::Xenstore> store;
  std::unique_ptr<hypervisor::Machine> machine;

  [[nodiscard]] launch::World view() const { return {*hypervisor, *store, *machine}; }
};

// As `from` sees it; none: the control domain.
[[nodiscard]] Result<OpenWorld> open_world(const plan::LaunchPlan& plan,
                                           std::optional<hypervisor::Domid> from = std::nullopt);

// What most commands begin with: the plan in that file (plan_file.h) and the world that it is for.
using HostCommand = std::function<Result<cli::ExitCode>(const plan::LaunchPlan& plan, const OpenWorld& world)>;
[[nodiscard]] Result<cli::ExitCode> with_host(const std::string& plan_path, cli::Console& console,
                                              const HostCommand& command);

}  // namespace bulkhead::launcher
