// What each command does, a file each. In: the parsed command line. Out: the exit status; the product and the findings
// are printed. An Error says what the environment did not give and becomes exit status 3.
#pragma once

#include "bulkhead/cli/command.h"
#include "bulkhead/cli/console.h"
#include "bulkhead/cli/parse.h"

namespace bulkhead::launcher {

using cli::Console;
using cli::ExitCode;
using cli::Invocation;

[[nodiscard]] Result<ExitCode> run_inventory(const Invocation& invocation, Console& console);
[[nodiscard]] Result<ExitCode> run_preflight(const Invocation& invocation, Console& console);
[[nodiscard]] Result<ExitCode> run_load(const Invocation& invocation, Console& console);
[[nodiscard]] Result<ExitCode> run_host(const Invocation& invocation, Console& console);
[[nodiscard]] Result<ExitCode> run_seal(const Invocation& invocation, Console& console);
[[nodiscard]] Result<ExitCode> run_status(const Invocation& invocation, Console& console);
[[nodiscard]] Result<ExitCode> run_verify(const Invocation& invocation, Console& console);
[[nodiscard]] Result<ExitCode> run_watch(const Invocation& invocation, Console& console);
[[nodiscard]] Result<ExitCode> run_audit(const Invocation& invocation, Console& console);
[[nodiscard]] Result<ExitCode> run_audit_diff(const Invocation& invocation, Console& console);
[[nodiscard]] Result<ExitCode> run_restart(const Invocation& invocation, Console& console);

}  // namespace bulkhead::launcher
