// What the program can be asked, as one table. In: nothing. Out: for each command its arguments, options, examples and
// exit codes. The parser, --help, the manual page, the shell completion and docs/cli.md are all made from it, so that
// none of them can say anything that another does not.
#pragma once

#include <span>
#include <string_view>

namespace bulkhead::driver {

enum class ExitCode : int { kDone = 0, kRejected = 1, kUsage = 2, kEnvironment = 3 };

// What a shell may offer for a value.
enum class ValueKind { kNone, kChoice, kFile, kFolder, kText };

struct Option {
  std::string_view name;   // without dashes
  char letter = '\0';      // the short form; '\0': none
  std::string_view value;  // how help names the value; empty: a switch
  std::string_view help;   // one sentence
  ValueKind kind = ValueKind::kNone;
  std::span<const std::string_view> choices{};  // all that are accepted; the first is the default
  bool required = false;
};

struct Argument {
  std::string_view name;
  std::string_view help;
  ValueKind kind = ValueKind::kFile;
  bool required = true;
};

struct Example {
  std::string_view command;
  std::string_view says;
};

struct ExitNote {
  ExitCode code = ExitCode::kDone;
  std::string_view says;
};

enum class CommandId { kCheck, kCompile, kShow, kVerify, kDiff, kWhy, kSchema, kHelp };

struct Command {
  CommandId id{};
  std::string_view name;
  std::string_view synopsis;     // what follows the name
  std::string_view summary;      // one line for the list of commands
  std::string_view description;  // paragraphs, an empty line between two
  std::span<const Argument> arguments;
  std::span<const Option> options;  // without --help, which all have
  std::span<const Example> examples;
  std::span<const ExitNote> exits;
};

// In the order in which help lists them.
[[nodiscard]] std::span<const Command> commands();
[[nodiscard]] const Command* find_command(std::string_view name);

// Of the program itself, for its help and manual page.
struct Program {
  std::string_view name;
  std::string_view summary;
  std::string_view description;
  std::span<const Option> options;
  std::span<const ExitNote> exits;
};
[[nodiscard]] const Program& program();

}  // namespace bulkhead::driver
