// What `run` and `restart` share: options, the log, and the steps as text.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "bulkhead/cli/command.h"
#include "bulkhead/cli/console.h"
#include "bulkhead/cli/parse.h"
#include "bulkhead/launch/perform.h"
#include "text_journal.h"

namespace bulkhead::launcher {

// With SIGINT and SIGTERM held back, so that what was begun is undone: perform() sees them, and they take effect when
// the command is over and has said what it did.
[[nodiscard]] Result<cli::ExitCode> holding_signals(cli::Console& console,
                                                    const std::function<Result<cli::ExitCode>()>& command);

[[nodiscard]] launch::PerformOptions perform_options(const cli::Invocation& invocation, verify::Scope scope);

[[nodiscard]] Result<void> begin_log(TextJournal& journal, const cli::Invocation& invocation);

// For --dry-run: number, title, what it waits for, and why it is done at that point.
[[nodiscard]] std::string print_steps(const std::vector<launch::Step>& steps, const plan::LaunchPlan& plan);

}  // namespace bulkhead::launcher
