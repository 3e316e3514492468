// The launcher as a program: the table of its commands with the function behind each, for cli::run_main().
#pragma once

#include "bulkhead/cli/command.h"

namespace bulkhead::launcher {

[[nodiscard]] const cli::Program& program();

}  // namespace bulkhead::launcher
