// Watches a host until it is told to stop: the Watcher decides, this asks, waits, and restarts with the launcher's own
// steps. Nothing of it knows a clock, a file or a stream: those are the Outlet's.
//
// An Error of the host (a look that fails, a restart that fails) is an alarm, and the watch goes on. Error: the outlet
// failed.
#pragma once

#include <string>

#include "bulkhead/base/result.h"
#include "bulkhead/launch/journal.h"
#include "bulkhead/launch/perform.h"
#include "bulkhead/watch/watcher.h"

namespace bulkhead::watch {

class Outlet {
 public:
  virtual ~Outlet() = default;
  Outlet() = default;
  Outlet(const Outlet&) = delete;
  Outlet& operator=(const Outlet&) = delete;
  Outlet(Outlet&&) = delete;
  Outlet& operator=(Outlet&&) = delete;

  [[nodiscard]] virtual Result<void> alarm(const Alarm& alarm) = 0;
  [[nodiscard]] virtual Result<void> metrics(const Watcher& watcher) = 0;  // after each look and each restart
  [[nodiscard]] virtual bool stops() = 0;
  [[nodiscard]] virtual launch::Journal& journal() = 0;  // of restarts
};

struct LoopOptions {
  Settings settings;
  verify::ObserveOptions observe;
  launch::PerformOptions perform;  // `scope` is chosen by whether the host is sealed
};

[[nodiscard]] Result<void> watch(const plan::LaunchPlan& plan, const LoopOptions& options, launch::Images& images,
                                 const launch::World& world, Outlet& outlet);

}  // namespace bulkhead::watch
