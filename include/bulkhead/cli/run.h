// A program behind main: words in, exit status out. Whatever the words are, the answer is one of the four exit
// statuses, and a product that could not be written whole is exit status 3.
#pragma once

#include <span>
#include <string>

#include "bulkhead/cli/command.h"
#include "bulkhead/cli/console.h"

namespace bulkhead::cli {

// `words` without the program's name. `program` outlives what its actions start.
[[nodiscard]] ExitCode run(const Program& program, std::span<const std::string> words, Console& console);

// The same for main(), on stdout and stderr; memory that runs out is told too.
[[nodiscard]] int run_main(const Program& program, int argc, char** argv);

}  // namespace bulkhead::cli
