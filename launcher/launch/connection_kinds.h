// The kinds of connection whose two ends find each other through xenstore nodes, with what those nodes are called and
// how a back end says that it waits for its front end. The other kinds (channel, observe, build, …) need no nodes.
#pragma once

#include <string_view>

namespace bulkhead::launch {

struct DeviceClass {
  std::string_view kind;    // of the plan's connection
  std::string_view folder;  // device/<folder>, backend/<folder>
  // The values of the back end's `state` with which the front end may start, a digit each: XenbusStateInitWait (2), or
  // later when the front end runs already; pciback has found the devices with XenbusStateInitialised (3).
  std::string_view ready_states;
  bool hotplug;  // and its `hotplug-status` says `connected`, which somebody in the back end's domain writes
};

// Null: no nodes.
[[nodiscard]] const DeviceClass* device_class(std::string_view kind);

}  // namespace bulkhead::launch
