// watch: verifies again and again, builds anew what ended, alarms, and writes metrics.
#include <ctime>

#include <fmt/format.h>

#include "actions.h"
#include "bulkhead/base/files.h"
#include "bulkhead/cli/deferred_signals.h"
#include "bulkhead/watch/loop.h"
#include "observing.h"
#include "performing.h"
#include "plan_file.h"
#include "text_journal.h"
#include "world.h"

namespace bulkhead::launcher {
namespace {

class StreamOutlet final : public watch::Outlet {
 public:
  StreamOutlet(Console& console, TextJournal& journal, std::string metrics_path)
      : console_(console), journal_(journal), metrics_path_(std::move(metrics_path)) {}

  Result<void> alarm(const watch::Alarm& alarm) override {
    console_.print(to_json(alarm, now_in_utc()) + "\n");
    return console_.flush();  // whoever reads the journal reads it now
  }
  Result<void> metrics(const watch::Watcher& watcher) override {
    if (metrics_path_.empty()) {
      return {};
    }
    const auto written = replace_file(metrics_path_, metrics_text(watcher, static_cast<double>(std::time(nullptr))));
    return written ? written : Result<void>(Error(written.error()).with_context("write the metrics"));
  }
  bool stops() override { return cli::DeferredSignals::is_pending(); }
  launch::Journal& journal() override { return journal_; }

 private:
  Console& console_;
  TextJournal& journal_;
  std::string metrics_path_;
};

Result<ExitCode> watch_host(const plan::LaunchPlan& plan, const Invocation& invocation, Console& console) {
  const auto observed = observe_options(plan, invocation, console);
  if (!observed) {
    return ExitCode::kUsage;
  }
  const auto world = open_world(plan, observed->from);
  if (!world) {
    return world.error();
  }
  TextJournal journal(plan, console, *world->machine);
  if (const auto logging = begin_log(journal, invocation); !logging) {
    return logging.error();
  }
  watch::LoopOptions options;
  options.settings.every = std::chrono::seconds(invocation.number("every"));
  options.settings.budget = invocation.number("budget");
  // Only the control domain may build.
  options.settings.restarts = !invocation.has("no-restart") && observed->from == plan.host.control_domid;
  options.observe = *observed;
  options.perform = perform_options(invocation, verify::Scope::kEverything);
  launch::Images images(plan, *world->machine);
  StreamOutlet outlet(console, journal, invocation.value("metrics"));
  // A domain that is being built is finished before the signal takes effect.
  const cli::DeferredSignals deferred;
  if (const auto done = watch::watch(plan, options, images, world->view(), outlet); !done) {
    return done.error();
  }
  return ExitCode::kDone;
}

}  // namespace

Result<ExitCode> run_watch(const Invocation& invocation, Console& console) {
  return with_plan(plan_path(invocation), console,
                   [&](const plan::LaunchPlan& plan) { return watch_host(plan, invocation, console); });
}

}  // namespace bulkhead::launcher
