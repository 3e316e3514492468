// The command line as values. The one file that knows Boost.Program_options is parse.cpp.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/cli/command.h"

namespace bulkhead::cli {

// One command with what the user gave it. Every option with choices and every number has a value: its default unless
// another was given.
struct Invocation {
  const Program* program = nullptr;
  const Command* command = nullptr;
  bool wants_help = false;
  std::map<std::string, std::string, std::less<>> options;  // by name; a switch that was given has an empty value
  std::vector<std::string> arguments;

  [[nodiscard]] bool has(std::string_view option) const { return options.contains(option); }
  // Empty when it was not given.
  [[nodiscard]] std::string value(std::string_view option) const;
  // Of an option of kNumber; within its bounds.
  [[nodiscard]] std::uint32_t number(std::string_view option) const;
  // Empty when it was not given.
  [[nodiscard]] std::string argument(std::size_t position) const;
};

struct Parsed {
  std::optional<Invocation> invocation;
  std::string problem;  // why not: one line, lower case; empty when there is an invocation
};

// `words` are those behind the command's name.
[[nodiscard]] Parsed parse(const Program& program, const Command& command, std::span<const std::string> words);

}  // namespace bulkhead::cli
