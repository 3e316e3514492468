#include "world.h"

#include "plan_file.h"

namespace bulkhead::launcher {

Result<OpenWorld> open_world(const plan::LaunchPlan& plan, std::optional<hypervisor::Domid> from) {
  auto hypervisor = hypervisor::open_hypervisor();
  if (!hypervisor) {
    return hypervisor.error();
  }
  const bool here = plan.host.xenstore_domid == from.value_or(plan.host.control_domid);
  auto store = hypervisor::open_xenstore(here ? hypervisor::StoreRoute::kDaemonHere : hypervisor::StoreRoute::kKernel);
  if (!store) {
    return store.error();
  }
  OpenWorld world;
  world.hypervisor = std::move(*hypervisor);
  world.store = std::move(*store);
  world.machine = hypervisor::open_machine();
  return world;
}

Result<cli::ExitCode> with_host(const std::string& plan_path, cli::Console& console, const HostCommand& command) {
  return with_plan(plan_path, console, [&](const plan::LaunchPlan& plan) -> Result<cli::ExitCode> {
    const auto world = open_world(plan);
    if (!world) {
      return world.error();
    }
    return command(plan, *world);
  });
}

}  // namespace bulkhead::launcher
