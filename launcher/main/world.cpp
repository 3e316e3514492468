#include "world.h"

namespace bulkhead::launcher {

Result<OpenWorld> open_world() {
  auto hypervisor = hypervisor::open_hypervisor();
  if (!hypervisor) {
    return hypervisor.error();
  }
  auto store = hypervisor::open_xenstore();
  if (!store) {
    return store.error();
  }
  OpenWorld world;
  world.hypervisor = std::move(*hypervisor);
  world.store = std::move(*store);
  world.machine = hypervisor::open_machine();
  return world;
}

}  // namespace bulkhead::launcher
