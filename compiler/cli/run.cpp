#include "bulkhead/cli/run.h"

#include <algorithm>
#include <array>
#include <new>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "bulkhead/base/diagnostic.h"
#include "bulkhead/base/text.h"
#include "bulkhead/cli/common.h"
#include "bulkhead/cli/help.h"
#include "bulkhead/cli/parse.h"

namespace bulkhead::cli {
namespace {

struct CommonPage {
  std::string_view name;
  std::string (*make)(const Program& program);
};

// What `--generate` gives of every program, for the build and for who packages it; not in any help.
constexpr std::array<CommonPage, 3> kCommonPages{
    {{"man", manual_page}, {"bash-completion", bash_completion}, {"markdown", markdown_page}}};

ExitCode refuse(Console& console, const std::string& problem, const std::string& hint) {
  console.fail(Error(problem));
  console.complain(hint + '\n');
  return ExitCode::kUsage;
}

ExitCode refuse_command(const Program& program, Console& console, const std::string& problem) {
  return refuse(console, problem, fmt::format("`{} help` lists the commands", program.name));
}

ExitCode unknown_command(const Program& program, Console& console, const std::string& word) {
  std::vector<std::string> names;
  for (const Command& command : program.commands) {
    names.emplace_back(command.name);
  }
  return refuse_command(program, console, fmt::format("unknown command {}{}", quoted(word), did_you_mean(word, names)));
}

ExitCode generate(const Program& program, Console& console, std::span<const std::string> words) {
  const std::string_view wanted = words.size() == 1 ? std::string_view(words[0]) : std::string_view();
  std::vector<std::string> names;
  for (const CommonPage& page : kCommonPages) {
    if (page.name == wanted) {
      console.print(page.make(program));
      return ExitCode::kDone;
    }
    names.emplace_back(page.name);
  }
  for (const Page& page : program.pages) {
    if (page.name == wanted) {
      console.print(page.make());
      return ExitCode::kDone;
    }
    names.emplace_back(page.name);
  }
  return refuse_command(program, console, fmt::format("`--generate` takes one of {}", join(names, ", ")));
}

// Words that are the program's own and no command's; nothing when it is one.
std::optional<ExitCode> run_program_option(const Program& program, std::span<const std::string> words,
                                           Console& console) {
  const std::string& word = words[0];
  if (word == "--generate") {
    return generate(program, console, words.subspan(1));
  }
  const bool wants_help = word == "--help" || word == "-h";
  if (wants_help || word == "--version") {
    if (words.size() > 1) {
      return refuse_command(program, console,
                            fmt::format("unexpected argument {} after {}", quoted(words[1]), quoted(word)));
    }
    console.print(wants_help ? program_help(program) : version_text(program));
    return ExitCode::kDone;
  }
  if (word.starts_with('-')) {
    std::vector<std::string> options;
    options.reserve(kProgramOptions.size());
    for (const Option& option : kProgramOptions) {
      options.push_back(fmt::format("--{}", option.name));
    }
    return refuse_command(
        program, console,
        fmt::format("unknown option {} before a command{}", quoted(word), did_you_mean(word, options)));
  }
  return std::nullopt;
}

ExitCode dispatch(const Program& program, std::span<const std::string> words, Console& console) {
  if (words.empty()) {
    console.complain(program_help(program));
    return ExitCode::kUsage;
  }
  if (const std::optional<ExitCode> done = run_program_option(program, words, console)) {
    return *done;
  }
  const Command* const command = find_command(program, words[0]);
  if (command == nullptr) {
    return unknown_command(program, console, words[0]);
  }
  const Parsed parsed = parse(program, *command, words.subspan(1));
  if (!parsed.invocation) {
    return refuse(console, parsed.problem,
                  fmt::format("`{} {} --help` explains the command", program.name, command->name));
  }
  if (parsed.invocation->wants_help) {
    console.print(command_help(program, *command));
    return ExitCode::kDone;
  }
  if (parsed.invocation->has("color")) {
    console.choose_color(parsed.invocation->value("color"));
  }
  const Result<ExitCode> result = command->action(*parsed.invocation, console);
  if (!result) {
    console.fail(result.error());
    return ExitCode::kEnvironment;
  }
  return *result;
}

}  // namespace

const Command* find_command(const Program& program, std::string_view name) {
  const auto found = std::find_if(program.commands.begin(), program.commands.end(),
                                  [&](const Command& command) { return command.name == name; });
  return found == program.commands.end() ? nullptr : &*found;
}

Result<ExitCode> run_help(const Invocation& invocation, Console& console) {
  const Program& program = *invocation.program;
  if (invocation.arguments.empty()) {
    console.print(program_help(program));
    return ExitCode::kDone;
  }
  const Command* const command = find_command(program, invocation.arguments[0]);
  if (command == nullptr) {
    return unknown_command(program, console, invocation.arguments[0]);
  }
  console.print(command_help(program, *command));
  return ExitCode::kDone;
}

ExitCode run(const Program& program, std::span<const std::string> words, Console& console) {
  console.choose_color("auto");
  const ExitCode code = dispatch(program, words, console);
  if (const Result<void> flushed = console.flush(); !flushed) {
    console.fail(flushed.error());
    return ExitCode::kEnvironment;
  }
  return code;
}

int run_main(const Program& program, int argc, char** argv) {
  Console console(program.name, stdout, stderr);
  try {
    const std::vector<std::string> words(argv + (argc > 0 ? 1 : 0), argv + argc);
    return static_cast<int>(run(program, words, console));
  } catch (const std::bad_alloc&) {
    // Piece by piece: a string that joins them would need memory.
    console.complain(program.name);
    console.complain(": error: out of memory\n");
    return static_cast<int>(ExitCode::kEnvironment);
  }
}

}  // namespace bulkhead::cli
