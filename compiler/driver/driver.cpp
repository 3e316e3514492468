#include "driver.h"

#include <array>
#include <optional>

#include <fmt/format.h>

#include "actions.h"
#include "bulkhead/base/diagnostic.h"
#include "bulkhead/base/text.h"
#include "bulkhead/report/diagnostics_page.h"
#include "bulkhead/spec/language.h"
#include "help.h"

namespace bulkhead::driver {
namespace {

struct Generated {
  std::string_view name;
  std::string (*make)();
};

// For the build and for who packages the program; not in any help.
constexpr std::array<Generated, 5> kGenerated{{{"man", manual_page},
                                               {"bash-completion", bash_completion},
                                               {"markdown", markdown_page},
                                               {"diagnostics", report::diagnostics_page},
                                               {"spec-language", spec::language_reference}}};

ExitCode refuse(Console& console, const std::string& problem, const std::string& hint) {
  console.fail(Error(problem));
  console.complain(hint + '\n');
  return ExitCode::kUsage;
}

ExitCode refuse_command(Console& console, const std::string& problem) {
  return refuse(console, problem, "`bulkhead help` lists the commands");
}

ExitCode unknown_command(Console& console, const std::string& word) {
  std::vector<std::string> names;
  for (const Command& command : commands()) {
    names.emplace_back(command.name);
  }
  return refuse_command(console, fmt::format("unknown command {}{}", quoted(word), did_you_mean(word, names)));
}

ExitCode run_help(const Invocation& invocation, Console& console) {
  if (invocation.arguments.empty()) {
    console.print(program_help());
    return ExitCode::kDone;
  }
  const Command* const command = find_command(invocation.arguments[0]);
  if (command == nullptr) {
    return unknown_command(console, invocation.arguments[0]);
  }
  console.print(command_help(*command));
  return ExitCode::kDone;
}

Result<ExitCode> run_command(const Invocation& invocation, Console& console) {
  switch (invocation.command->id) {
    case CommandId::kCheck:
      return run_check(invocation, console);
    case CommandId::kCompile:
      return run_compile(invocation, console);
    case CommandId::kShow:
      return run_show(invocation, console);
    case CommandId::kVerify:
      return run_verify(invocation, console);
    case CommandId::kDiff:
      return run_diff(invocation, console);
    case CommandId::kWhy:
      return run_why(invocation, console);
    case CommandId::kSchema:
      return run_schema(invocation, console);
    case CommandId::kHelp:
      return run_help(invocation, console);
  }
  return ExitCode::kUsage;
}

ExitCode generate(Console& console, std::span<const std::string> words) {
  for (const Generated& each : kGenerated) {
    if (words.size() == 1 && words[0] == each.name) {
      console.print(each.make());
      return ExitCode::kDone;
    }
  }
  std::vector<std::string> names;
  names.reserve(kGenerated.size());
  for (const Generated& each : kGenerated) {
    names.emplace_back(each.name);
  }
  return refuse_command(console, fmt::format("`--generate` takes one of {}", join(names, ", ")));
}

// Words that are the program's own and no command's; nothing when it is one.
std::optional<ExitCode> run_program_option(std::span<const std::string> words, Console& console) {
  const std::string& word = words[0];
  if (word == "--generate") {
    return generate(console, words.subspan(1));
  }
  const bool wants_help = word == "--help" || word == "-h";
  if (wants_help || word == "--version") {
    if (words.size() > 1) {
      return refuse_command(console, fmt::format("unexpected argument {} after {}", quoted(words[1]), quoted(word)));
    }
    console.print(wants_help ? program_help() : version_text());
    return ExitCode::kDone;
  }
  if (word.starts_with('-')) {
    const std::vector<std::string> options{"--help", "--version"};
    return refuse_command(
        console, fmt::format("unknown option {} before a command{}", quoted(word), did_you_mean(word, options)));
  }
  return std::nullopt;
}

ExitCode dispatch(std::span<const std::string> words, Console& console) {
  if (words.empty()) {
    console.complain(program_help());
    return ExitCode::kUsage;
  }
  if (const std::optional<ExitCode> done = run_program_option(words, console)) {
    return *done;
  }
  const Command* const command = find_command(words[0]);
  if (command == nullptr) {
    return unknown_command(console, words[0]);
  }
  Parsed parsed = parse(*command, words.subspan(1));
  if (!parsed.invocation) {
    return refuse(console, parsed.problem, fmt::format("`bulkhead {} --help` explains the command", command->name));
  }
  if (parsed.invocation->wants_help) {
    console.print(command_help(*command));
    return ExitCode::kDone;
  }
  if (parsed.invocation->has("color")) {
    console.choose_color(parsed.invocation->value("color"));
  }
  const Result<ExitCode> result = run_command(*parsed.invocation, console);
  if (!result) {
    console.fail(result.error());
    return ExitCode::kEnvironment;
  }
  return *result;
}

}  // namespace

ExitCode run(std::span<const std::string> words, Console& console) {
  console.choose_color("auto");
  const ExitCode code = dispatch(words, console);
  if (const Result<void> flushed = console.flush(); !flushed) {
    console.fail(flushed.error());
    return ExitCode::kEnvironment;
  }
  return code;
}

}  // namespace bulkhead::driver
