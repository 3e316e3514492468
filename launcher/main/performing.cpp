#include "performing.h"

#include <iterator>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "bulkhead/cli/deferred_signals.h"

namespace bulkhead::launcher {

Result<cli::ExitCode> holding_signals(cli::Console& console, const std::function<Result<cli::ExitCode>()>& command) {
  const cli::DeferredSignals deferred;
  Result<cli::ExitCode> outcome = command();
  if (!outcome && cli::DeferredSignals::is_pending()) {
    console.fail(outcome.error());
    return cli::ExitCode::kEnvironment;
  }
  return outcome;
}

launch::PerformOptions perform_options(const cli::Invocation& invocation, verify::Scope scope) {
  return {.workers = invocation.number("workers"),
          .patience = std::chrono::seconds(invocation.number("timeout")),
          .scope = scope,
          .told_to_end = cli::DeferredSignals::is_pending};
}

Result<void> begin_log(TextJournal& journal, const cli::Invocation& invocation) {
  return invocation.has("log") ? journal.log_to(invocation.value("log")) : Result<void>();
}

std::string print_steps(const std::vector<launch::Step>& steps, const plan::LaunchPlan& plan) {
  std::string out;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const launch::Step& step = steps[i];
    std::vector<std::size_t> after;
    for (const std::size_t before : step.after) {
      after.push_back(before + 1);
    }
    fmt::format_to(std::back_inserter(out), "{:4}  {}{}\n      {}\n", i + 1, launch::title(step, plan),
                   after.empty() ? std::string() : fmt::format("  (after {})", fmt::join(after, ", ")),
                   launch::reason(step.kind));
  }
  return out;
}

}  // namespace bulkhead::launcher
