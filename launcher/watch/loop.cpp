#include "bulkhead/watch/loop.h"

#include <algorithm>

#include "bulkhead/launch/seal.h"
#include "bulkhead/verify/conform.h"

namespace bulkhead::watch {

namespace {

// A signal to stop is looked for at least so often.
constexpr Time kLongestWait = std::chrono::seconds(1);

class Loop {
 public:
  Loop(const plan::LaunchPlan& plan, const LoopOptions& options, launch::Images& images, const launch::World& world,
       Outlet& outlet)
      : plan_(plan),
        options_(options),
        images_(images),
        world_(world),
        outlet_(outlet),
        watcher_(plan, options.settings, world.machine.now()) {}

  Result<void> run() {
    while (!outlet_.stops()) {
      if (auto done = step(); !done) {
        return done;
      }
    }
    return {};
  }

 private:
  Result<void> step();
  Result<void> look();
  Result<void> report(bool metrics);
  Result<void> await(Time until);
  [[nodiscard]] Result<void> restart(const plan::Domain& domain);
  void read_domains();

  const plan::LaunchPlan& plan_;
  const LoopOptions& options_;
  launch::Images& images_;
  const launch::World& world_;
  Outlet& outlet_;
  Watcher watcher_;
};

Result<void> Loop::report(bool metrics) {
  for (const Alarm& alarm : watcher_.take_alarms()) {
    if (auto done = outlet_.alarm(alarm); !done) {
      return done;
    }
  }
  return metrics ? outlet_.metrics(watcher_) : Result<void>();
}

// A list that cannot be read says nothing about any domain; the next look says that it could not be read.
void Loop::read_domains() {
  if (const auto domains = world_.hypervisor.domains()) {
    watcher_.on_domains(world_.machine.now(), *domains);
  }
}

Result<void> Loop::look() {
  read_domains();
  verify::ObserveOptions options = options_.observe;
  options.denials_from = watcher_.denials_from();
  const Time began = world_.machine.now();
  const verify::Observation seen = verify::observe(plan_, options, world_.hypervisor, world_.store, world_.machine);
  const auto findings = verify::conform(plan_, seen);
  const Time now = world_.machine.now();
  watcher_.on_look(now, now - began, seen, findings);
  return report(true);
}

Result<void> Loop::restart(const plan::Domain& domain) {
  const auto phase = launch::phase(plan_, world_.hypervisor);
  if (!phase) {
    return phase.error();
  }
  const std::vector<launch::Step> steps = launch::restart_steps(plan_, domain);
  if (auto read = launch::read_images(steps, plan_, images_); !read) {
    return read;
  }
  launch::PerformOptions options = options_.perform;
  options.scope = *phase == launch::Phase::kSealed ? verify::Scope::kWithoutDevices : verify::Scope::kEverything;
  return launch::perform(steps, plan_, images_, world_, options, outlet_.journal());
}

Result<void> Loop::await(Time until) {
  const Time patience = std::clamp(until - world_.machine.now(), Time{}, kLongestWait);
  const auto happened = world_.store.await_domain_event(patience);
  if (!happened) {
    // Without notices domains are asked for instead, as often as they would be waited for.
    world_.machine.sleep(patience);
  }
  if (!happened || *happened) {
    read_domains();
  }
  return report(false);
}

Result<void> Loop::step() {
  const Watcher::Next next = watcher_.next(world_.machine.now());
  switch (next.what) {
    case Watcher::Next::What::kWait:
      return await(next.until);
    case Watcher::Next::What::kLook:
      return look();
    case Watcher::Next::What::kRestart: {
      const plan::Domain& domain = *plan::find_domain(plan_, next.domid);
      const Result<void> outcome = restart(domain);
      watcher_.on_restarted(world_.machine.now(), next.domid, outcome);
      read_domains();
      return report(true);
    }
  }
  return {};
}

}  // namespace

Result<void> watch(const plan::LaunchPlan& plan, const LoopOptions& options, launch::Images& images,
                   const launch::World& world, Outlet& outlet) {
  return Loop(plan, options, images, world, outlet).run();
}

}  // namespace bulkhead::watch
