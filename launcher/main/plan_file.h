// The launch plan that a command is given. In: the command line. Out: the plan, or the one line that says what is wrong
// with the file and what to do about it. Nothing of the plan is believed that launcher/plan has not checked.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "bulkhead/cli/command.h"
#include "bulkhead/cli/console.h"
#include "bulkhead/cli/parse.h"
#include "bulkhead/plan/launch_plan.h"

namespace bulkhead::launcher {

inline constexpr std::string_view kDefaultPlan = "/etc/bulkhead/launch-plan.json";

// PLAN is the last argument of every command that takes one, at `position`, and may be left out.
[[nodiscard]] std::string plan_path(const cli::Invocation& invocation, std::size_t position = 0);

// Gives the plan in that file to the command and answers as the command does. It is not called for a file that is no
// plan for this program: why is printed, and the answer is kRejected. An Error: it could not be read at all.
using PlanCommand = std::function<Result<cli::ExitCode>(const plan::LaunchPlan& plan)>;
[[nodiscard]] Result<cli::ExitCode> with_plan(const std::string& path, cli::Console& console,
                                              const PlanCommand& command);

// The domain of that name; nullptr, and said with what was meant, when the plan has none.
[[nodiscard]] const plan::Domain* find_named(const plan::LaunchPlan& plan, const std::string& name,
                                             cli::Console& console);

}  // namespace bulkhead::launcher
