// What the tables of all programs hold alike, so that the same thing has the same name and the same words everywhere.
#pragma once

#include <array>

#include "bulkhead/cli/command.h"

namespace bulkhead::cli {

inline constexpr std::array<std::string_view, 2> kFormats{"text", "json"};
inline constexpr std::array<std::string_view, 3> kColors{"auto", "always", "never"};

inline constexpr Option kFormatOption{"format",           '\0',    "FORMAT", "how to print what was found",
                                      ValueKind::kChoice, kFormats};
// run() obeys it before the command's action starts.
inline constexpr Option kColorOption{"color",
                                     '\0',
                                     "WHEN",
                                     "whether diagnostics are colored; auto: on a terminal, unless NO_COLOR is set",
                                     ValueKind::kChoice,
                                     kColors};
inline constexpr ExitNote kUsageExit{ExitCode::kUsage, "the command line was not understood"};

inline constexpr std::array kProgramOptions{Option{"help", 'h', "", "print this help, or that of a command"},
                                            Option{"version", '\0', "", "print the version"}};

inline constexpr std::array kHelpArguments{Argument{"COMMAND", "the command to explain", ValueKind::kCommand, false}};
inline constexpr std::array kHelpExits{ExitNote{ExitCode::kDone, "the help was printed"}, kUsageExit};

[[nodiscard]] Result<ExitCode> run_help(const Invocation& invocation, Console& console);

[[nodiscard]] constexpr Command help_command(std::span<const Example> examples) {
  return {"help",
          "[COMMAND]",
          "explain a command",
          "Prints the help of a command, or the list of commands.",
          kHelpArguments,
          {},
          examples,
          kHelpExits,
          run_help};
}

}  // namespace bulkhead::cli
