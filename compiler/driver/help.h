// The table of commands in the forms that people and shells read. Every function is pure, so that the build and the
// tests can compare what they give.
#pragma once

#include <string>
#include <string_view>

#include "command.h"

namespace bulkhead::driver {

[[nodiscard]] std::string program_help();
[[nodiscard]] std::string command_help(const Command& command);
[[nodiscard]] std::string version_text();

[[nodiscard]] std::string manual_page();  // roff, section 1
[[nodiscard]] std::string bash_completion();
[[nodiscard]] std::string markdown_page();  // docs/cli.md

// "-o, --output DIR", as help and manual write it.
[[nodiscard]] std::string option_form(const Option& option);
// Its help with the choices and the default.
[[nodiscard]] std::string option_text(const Option& option);

}  // namespace bulkhead::driver
