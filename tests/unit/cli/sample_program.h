// A program with a command for each thing that a table can say.
#pragma once

#include "bulkhead/cli/command.h"

namespace bulkhead::cli {

[[nodiscard]] const Program& sample_program();

}  // namespace bulkhead::cli
