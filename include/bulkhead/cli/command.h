// What a program can be asked, as one table. In: the program's own constants. Out: for each command its arguments,
// options, examples, exit codes and the function behind it. The parser, --help, the manual page, the shell completion
// and the page of docs/ are all made from it, so that none of them can say anything that another does not.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "bulkhead/base/result.h"

namespace bulkhead::cli {

class Console;
struct Invocation;

enum class ExitCode : int { kDone = 0, kRejected = 1, kUsage = 2, kEnvironment = 3 };

// What a shell may offer for a value.
enum class ValueKind { kNone, kChoice, kFile, kFolder, kText, kNumber, kCommand };

// What a value of kNumber may be.
struct Numbers {
  std::uint32_t first = 0;
  std::uint32_t last = 0;
  std::uint32_t preset = 0;  // that counts unless another is given
};

struct Option {
  std::string_view name;   // without dashes
  char letter = '\0';      // the short form; '\0': none
  std::string_view value;  // how help names the value; empty: a switch
  std::string_view help;   // one sentence
  ValueKind kind = ValueKind::kNone;
  std::span<const std::string_view> choices{};  // all that are accepted; the first is the default
  bool required = false;
  Numbers numbers{};  // of kNumber only
};

struct Argument {
  std::string_view name;
  std::string_view help;
  ValueKind kind = ValueKind::kFile;
  bool required = true;
  bool repeated = false;  // of the last one only: it can be given several times
};

struct Example {
  std::string_view command;
  std::string_view says;
};

struct ExitNote {
  ExitCode code = ExitCode::kDone;
  std::string_view says;
};

// What a command does. An Error says what the environment did not give and becomes exit status 3.
using Action = Result<ExitCode> (*)(const Invocation& invocation, Console& console);

struct Command {
  std::string_view name;
  std::string_view synopsis;     // what follows the name
  std::string_view summary;      // one line for the list of commands
  std::string_view description;  // paragraphs, an empty line between two
  std::span<const Argument> arguments;
  std::span<const Option> options;  // without --help, which all have
  std::span<const Example> examples;
  std::span<const ExitNote> exits;
  Action action = nullptr;
};

// A name and what it stands for, for the lists of the manual page.
struct Note {
  std::string_view name;
  std::string_view says;
};

struct Manual {
  int section = 1;                      // 1: for every user, 8: for the administrator
  std::span<const Note> environment{};  // beside NO_COLOR, which all programs look at
  std::span<const Note> files{};
};

// A page that `--generate` prints beside those that every program has.
struct Page {
  std::string_view name;
  std::string (*make)() = nullptr;
};

// `--help` and `--version` are every program's and stand in common.h.
struct Program {
  std::string_view name;
  std::string_view summary;
  std::string_view description;
  std::span<const ExitNote> exits;
  std::span<const Command> commands;  // in the order in which help lists them
  Manual manual{};
  std::span<const Page> pages{};
};

[[nodiscard]] const Command* find_command(const Program& program, std::string_view name);

}  // namespace bulkhead::cli
