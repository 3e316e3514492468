// The compiler as a program: the table of its commands with the function behind each, for cli::run_main().
#pragma once

#include "bulkhead/cli/command.h"

namespace bulkhead::driver {

[[nodiscard]] const cli::Program& program();

}  // namespace bulkhead::driver
