// The table of commands as a manual page and as a page of docs/.
#include <algorithm>

#include <fmt/format.h>

#include "bulkhead/base/text.h"
#include "bulkhead/cli/common.h"
#include "bulkhead/cli/help.h"

namespace bulkhead::cli {
namespace {

// A line of roff must not start with a control character, and a hyphen stays a hyphen.
std::string roff(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else {
      out += c;
    }
  }
  return !out.empty() && (out.front() == '.' || out.front() == '\'') ? "\\&" + out : out;
}

std::string roff_paragraphs(std::string_view text) {
  std::string out;
  for (const std::string_view line : split(text, '\n')) {
    out += line.empty() ? ".PP\n" : roff(line) + '\n';
  }
  return out;
}

std::string roff_entry(std::string_view name, std::string_view text) {
  return fmt::format(".TP\n.B {}\n{}\n", roff(name), roff(text));
}

std::string roff_command(const Program& program, const Command& command) {
  std::string out = fmt::format(".SS {} {} {}\n", roff(program.name), roff(command.name), roff(command.synopsis));
  out += roff_paragraphs(command.description);
  for (const Argument& argument : command.arguments) {
    out += roff_entry(argument.name, argument.help);
  }
  for (const Option& option : command.options) {
    out += roff_entry(option_form(option), option_text(option));
  }
  out += ".PP\nExit status:\n";
  for (const ExitNote& note : command.exits) {
    out += roff_entry(fmt::format("{}", static_cast<int>(note.code)), note.says);
  }
  return out;
}

std::string roff_examples(const Program& program) {
  std::string out = ".SH EXAMPLES\n";
  for (const Command& command : program.commands) {
    for (const Example& example : command.examples) {
      out += roff_entry(example.command, example.says);
    }
  }
  return out;
}

std::string roff_notes(std::span<const Note> notes) {
  std::string out;
  for (const Note& note : notes) {
    out += roff_entry(note.name, note.says);
  }
  return out;
}

// By custom a page's title is written so.
std::string in_capitals(std::string_view name) {
  std::string out(name);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return out;
}

std::string_view title_of_section(int section) {
  return section == 8 ? "System Administration" : "User Commands";
}

// `|` ends a cell of a table.
std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    out += c == '|' ? std::string("\\|") : std::string(1, c);
  }
  return out;
}

std::string markdown_exits(std::span<const ExitNote> exits) {
  std::string out = "\n| exit status | meaning |\n|---|---|\n";
  for (const ExitNote& note : exits) {
    out += fmt::format("| {} | {} |\n", static_cast<int>(note.code), cell(note.says));
  }
  return out;
}

std::string markdown_command(const Program& program, const Command& command) {
  std::string out = fmt::format("\n## {0} {1}\n\n    {0} {1} {2}\n\n{3}\n", program.name, command.name,
                                command.synopsis, command.description);
  if (!command.arguments.empty()) {
    out += "\n| argument | meaning |\n|---|---|\n";
    for (const Argument& argument : command.arguments) {
      out += fmt::format("| `{}` | {} |\n", argument.name, cell(argument.help));
    }
  }
  if (!command.options.empty()) {
    out += "\n| option | meaning |\n|---|---|\n";
    for (const Option& option : command.options) {
      out += fmt::format("| `{}` | {} |\n", option_form(option), cell(option_text(option)));
    }
  }
  for (const Example& example : command.examples) {
    out += fmt::format("\n    {}\n\n{}.\n", example.command, example.says);
  }
  return out + markdown_exits(command.exits);
}

}  // namespace

std::string manual_page(const Program& program) {
  std::string out =
      fmt::format(".TH {} {} \"\" \"{} {}\" \"{}\"\n", roff(in_capitals(program.name)), program.manual.section,
                  program.name, BULKHEAD_VERSION, title_of_section(program.manual.section));
  out += fmt::format(".SH NAME\n{} \\- {}\n", roff(program.name), roff(program.summary));
  out += fmt::format(".SH SYNOPSIS\n.B {}\n.I COMMAND\n[options] [arguments]\n", roff(program.name));
  out += ".SH DESCRIPTION\n" + roff_paragraphs(program.description);
  out += ".SH OPTIONS\n";
  for (const Option& option : kProgramOptions) {
    out += roff_entry(option_form(option), option.help);
  }
  out += ".SH COMMANDS\n";
  for (const Command& command : program.commands) {
    out += roff_command(program, command);
  }
  out += ".SH EXIT STATUS\n";
  for (const ExitNote& note : program.exits) {
    out += roff_entry(fmt::format("{}", static_cast<int>(note.code)), note.says);
  }
  out += ".SH ENVIRONMENT\n";
  out += roff_entry("NO_COLOR", "when set and not empty, diagnostics are not colored unless --color always is given");
  out += roff_notes(program.manual.environment);
  if (!program.manual.files.empty()) {
    out += ".SH FILES\n" + roff_notes(program.manual.files);
  }
  return out + roff_examples(program);
}

std::string markdown_page(const Program& program) {
  std::string out = fmt::format("# The command line of {}\n\n", program.name);
  out += fmt::format("<!-- Made by `{} --generate markdown` from the table of commands; do not edit. -->\n\n",
                     program.name);
  out += fmt::format("{}\n\n| command | |\n|---|---|\n", program.description);
  for (const Command& command : program.commands) {
    out += fmt::format("| [`{0}`](#{1}-{0}) | {2} |\n", command.name, program.name, cell(command.summary));
  }
  out += "\nAll commands take `--help`. A program that ends with another status than these was killed.\n";
  out += markdown_exits(program.exits);
  for (const Command& command : program.commands) {
    out += markdown_command(program, command);
  }
  return out;
}

}  // namespace bulkhead::cli
