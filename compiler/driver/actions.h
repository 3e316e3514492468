// What each command does. In: the parsed command line. Out: the exit status; the product and the diagnostics are
// printed. An Error says what the environment did not give and becomes exit status 3.
#pragma once

#include <memory>
#include <string>

#include "bulkhead/base/result.h"
#include "bulkhead/cli/command.h"
#include "bulkhead/cli/console.h"
#include "bulkhead/cli/parse.h"
#include "pipeline.h"

namespace bulkhead::driver {

using cli::Console;
using cli::ExitCode;
using cli::Invocation;

[[nodiscard]] Result<ExitCode> run_check(const Invocation& invocation, Console& console);
[[nodiscard]] Result<ExitCode> run_compile(const Invocation& invocation, Console& console);
[[nodiscard]] Result<ExitCode> run_show(const Invocation& invocation, Console& console);
[[nodiscard]] Result<ExitCode> run_verify(const Invocation& invocation, Console& console);
[[nodiscard]] Result<ExitCode> run_diff(const Invocation& invocation, Console& console);
[[nodiscard]] Result<ExitCode> run_why(const Invocation& invocation, Console& console);
[[nodiscard]] Result<ExitCode> run_flows(const Invocation& invocation, Console& console);
[[nodiscard]] Result<ExitCode> run_radius(const Invocation& invocation, Console& console);
[[nodiscard]] Result<ExitCode> run_denials(const Invocation& invocation, Console& console);
[[nodiscard]] Result<ExitCode> run_usage(const Invocation& invocation, Console& console);
[[nodiscard]] Result<ExitCode> run_test(const Invocation& invocation, Console& console);
[[nodiscard]] Result<ExitCode> run_import(const Invocation& invocation, Console& console);
[[nodiscard]] Result<ExitCode> run_schema(const Invocation& invocation, Console& console);

// Prints the host's diagnostics to stderr and, when there are errors, how many. False: the spec is rejected.
bool report(const Host& host, Console& console);

// "1 domain", "2 domains".
[[nodiscard]] std::string counted(std::size_t count, std::string_view noun);

}  // namespace bulkhead::driver
