#include "performing.h"

#include <iterator>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace bulkhead::launcher {

launch::PerformOptions perform_options(const cli::Invocation& invocation, verify::Scope scope) {
  return {.workers = invocation.number("workers"),
          .patience = std::chrono::seconds(invocation.number("timeout")),
          .scope = scope};
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
