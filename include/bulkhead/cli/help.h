// The table of commands in the forms that people and shells read. Every function is pure, so that the build and the
// tests can compare what they give.
#pragma once

#include <string>
#include <string_view>

#include "bulkhead/cli/command.h"

namespace bulkhead::cli {

[[nodiscard]] std::string program_help(const Program& program);
[[nodiscard]] std::string command_help(const Program& program, const Command& command);
[[nodiscard]] std::string version_text(const Program& program);

[[nodiscard]] std::string manual_page(const Program& program);  // roff
[[nodiscard]] std::string bash_completion(const Program& program);
[[nodiscard]] std::string markdown_page(const Program& program);  // docs/cli.md, docs/cli-launch.md

// "-o, --output DIR", as help and manual write it.
[[nodiscard]] std::string option_form(const Option& option);
// Its help with the choices and the default.
[[nodiscard]] std::string option_text(const Option& option);

}  // namespace bulkhead::cli
