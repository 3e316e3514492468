// The program behind main: words in, exit status out.
#pragma once

#include <span>
#include <string>

#include "command.h"
#include "console.h"

namespace bulkhead::driver {

// `words` without the program's name.
[[nodiscard]] ExitCode run(std::span<const std::string> words, Console& console);

}  // namespace bulkhead::driver
