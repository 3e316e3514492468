// Where the ends of a connection find each other in the xenstore, and what a domain's own folder is. Pure; who writes
// those nodes and with which access is launch's matter, whether they are as they should be verify's.
//
// Facts: docs/misc/xenstore-paths.pandoc of Xen.
#pragma once

#include <string>
#include <string_view>

#include "bulkhead/plan/launch_plan.h"

namespace bulkhead::plan {

// The kinds of connection whose two ends find each other through xenstore nodes, with what those nodes are called and
// how a back end says that it waits for its front end. The other kinds (channel, observe, build, …) need no nodes.
struct XenbusClass {
  std::string_view kind;    // of the plan's connection
  std::string_view folder;  // device/<folder>, backend/<folder>
  // The values of the back end's `state` with which the front end may start, a digit each: XenbusStateInitWait (2), or
  // later when the front end runs already; pciback has found the devices with XenbusStateInitialised (3).
  std::string_view ready_states;
  bool hotplug;  // and its `hotplug-status` says `connected`, which somebody in the back end's domain writes
};

// Null: no nodes.
[[nodiscard]] const XenbusClass* xenbus_class(std::string_view kind);

[[nodiscard]] std::string domain_path(std::uint32_t domid);  // "/local/domain/5"
[[nodiscard]] std::string ready_path(std::uint32_t domid);   // where a domain says that it is up

// `connection` is of a kind with a class.
[[nodiscard]] std::string front_end_path(const Connection& connection);
[[nodiscard]] std::string back_end_path(const Connection& connection);

}  // namespace bulkhead::plan
