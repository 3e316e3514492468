#include "bulkhead/cli/help.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "bulkhead/base/text.h"
#include "bulkhead/cli/common.h"

namespace bulkhead::cli {
namespace {

constexpr std::size_t kWidth = 80;
constexpr std::size_t kColumn = 22;  // where the explanation of a name starts

// Fills lines of kWidth, each behind `indent` blanks; the first starts at `column`.
std::string wrap(std::string_view text, std::size_t indent, std::size_t column) {
  std::string out;
  bool first_word = true;
  for (const std::string_view word : split(text, ' ')) {
    if (!first_word && column + 1 + word.size() > kWidth) {
      out += '\n' + std::string(indent, ' ');
      column = indent;
      first_word = true;
    }
    if (!first_word) {
      out += ' ';
      ++column;
    }
    out += word;
    column += word.size();
    first_word = false;
  }
  return out;
}

std::string paragraphs(std::string_view text) {
  std::string out;
  for (const std::string_view line : split(text, '\n')) {
    out += wrap(line, 0, 0) + '\n';
  }
  return out;
}

std::string entry(std::string_view name, std::string_view text) {
  std::string out = fmt::format("  {}", name);
  if (out.size() + 2 > kColumn) {
    out += '\n';
    out.append(kColumn, ' ');
  } else {
    out.resize(kColumn, ' ');
  }
  return out + wrap(text, kColumn, kColumn) + '\n';
}

std::string exit_status(std::span<const ExitNote> exits) {
  std::string out = "\nExit status:\n";
  for (const ExitNote& note : exits) {
    out += fmt::format("  {}  {}\n", static_cast<int>(note.code), wrap(note.says, 5, 5));
  }
  return out;
}

}  // namespace

std::string option_form(const Option& option) {
  std::string form = option.letter != '\0' ? fmt::format("-{}, ", option.letter) : std::string();
  form += fmt::format("--{}", option.name);
  return option.value.empty() ? form : fmt::format("{} {}", form, option.value);
}

std::string option_text(const Option& option) {
  std::string text(option.help);
  if (!option.choices.empty()) {
    text += fmt::format(" ({}; default {})",
                        join(std::vector<std::string>(option.choices.begin(), option.choices.end()), ", "),
                        option.choices.front());
  }
  if (option.kind == ValueKind::kNumber) {
    text += fmt::format(" ({} to {}; default {})", option.numbers.first, option.numbers.last, option.numbers.preset);
  }
  if (option.required) {
    text += " (required)";
  }
  return text;
}

std::string program_help(const Program& program) {
  std::string out = fmt::format("Usage: {} COMMAND [options] [arguments]\n\n", program.name);
  out += paragraphs(program.description);
  out += "\nCommands:\n";
  for (const Command& command : program.commands) {
    out += entry(command.name, command.summary);
  }
  out += "\nOptions:\n";
  for (const Option& option : kProgramOptions) {
    out += entry(option_form(option), option.help);
  }
  out += exit_status(program.exits);
  return out + fmt::format("\n`{} help COMMAND` explains a command.\n", program.name);
}

std::string command_help(const Program& program, const Command& command) {
  std::string out = fmt::format("Usage: {} {} {}\n\n", program.name, command.name, command.synopsis);
  out += paragraphs(command.description);
  if (!command.arguments.empty()) {
    out += "\nArguments:\n";
    for (const Argument& argument : command.arguments) {
      out += entry(argument.name, argument.help);
    }
  }
  out += "\nOptions:\n";
  for (const Option& option : command.options) {
    out += entry(option_form(option), option_text(option));
  }
  out += entry("-h, --help", "print this help");
  out += command.examples.size() == 1 ? "\nExample:\n" : "\nExamples:\n";
  for (const Example& example : command.examples) {
    out += fmt::format("  {}\n      {}\n", example.command, wrap(example.says, 6, 6));
  }
  return out + exit_status(command.exits);
}

std::string version_text(const Program& program) {
  return fmt::format("{} {}\n", program.name, BULKHEAD_VERSION);
}

}  // namespace bulkhead::cli
