// What holds of the table of commands of every program, and of what is made from it. In: a program's table. Out:
// assertions of Catch2.
#pragma once

#include <set>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "bulkhead/base/text.h"
#include "bulkhead/cli/common.h"
#include "bulkhead/cli/help.h"
#include "bulkhead/cli/parse.h"

namespace bulkhead::test {

inline bool holds(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

inline std::vector<std::string> words_of(std::string_view command_line) {
  std::vector<std::string> words;
  for (const std::string_view word : split(command_line, ' ')) {
    words.emplace_back(word);
  }
  return words;
}

// As the manual page writes a word with hyphens.
inline std::string in_roff(std::string_view word) {
  std::string out;
  for (const char c : word) {
    out += c == '-' ? std::string("\\-") : std::string(1, c);
  }
  return out;
}

inline void check_examples(const cli::Program& program) {
  for (const cli::Command& command : program.commands) {
    INFO(command.name);
    REQUIRE_FALSE(command.examples.empty());
    for (const cli::Example& example : command.examples) {
      std::vector<std::string> words = words_of(example.command.substr(0, example.command.find(" > ")));
      REQUIRE(words.size() >= 2);
      CHECK(words[0] == program.name);
      CHECK(words[1] == command.name);
      const cli::Parsed parsed = cli::parse(program, command, std::span(words).subspan(2));
      CHECK(parsed.problem.empty());
    }
  }
}

inline void check_exits(const cli::Program& program) {
  for (const cli::Command& command : program.commands) {
    INFO(command.name);
    std::vector<int> codes;
    for (const cli::ExitNote& note : command.exits) {
      codes.push_back(static_cast<int>(note.code));
    }
    const std::set<int> sorted(codes.begin(), codes.end());
    CHECK(codes == std::vector<int>(sorted.begin(), sorted.end()));
    CHECK(sorted.contains(0));
    CHECK(sorted.contains(2));
  }
}

inline void check_names(const cli::Program& program) {
  std::set<std::string_view> names;
  for (const cli::Command& command : program.commands) {
    CHECK(names.insert(command.name).second);
    CHECK(command.action != nullptr);
    std::set<std::string> options{"help", "h"};
    for (const cli::Option& option : command.options) {
      CHECK(options.insert(std::string(option.name)).second);
      CHECK((option.letter == '\0' || options.insert(std::string(1, option.letter)).second));
    }
  }
}

inline void check_pages(const cli::Program& program) {
  const std::string manual = cli::manual_page(program);
  const std::string completion = cli::bash_completion(program);
  const std::string page = cli::markdown_page(program);
  for (const cli::Command& command : program.commands) {
    INFO(command.name);
    CHECK(holds(cli::program_help(program), command.summary));
    CHECK(holds(completion, "    " + std::string(command.name) + ")\n"));
    CHECK(holds(page, "\n## " + std::string(program.name) + " " + std::string(command.name) + "\n"));
    for (const cli::Option& option : command.options) {
      CHECK(holds(cli::command_help(program, command), cli::option_form(option)));
      CHECK(holds(completion, "--" + std::string(option.name)));
      CHECK(holds(page, "`" + cli::option_form(option) + "`"));
      CHECK(holds(manual, in_roff(cli::option_form(option))));
    }
  }
}

inline void check_widths(const cli::Program& program) {
  std::vector<std::string> texts{cli::program_help(program)};
  for (const cli::Command& command : program.commands) {
    texts.push_back(cli::command_help(program, command));
  }
  for (const std::string& text : texts) {
    for (const std::string_view line : split(text, '\n')) {
      INFO(line);
      CHECK((line.size() <= 80 || line.starts_with("  " + std::string(program.name) + " ")));
    }
  }
}

}  // namespace bulkhead::test
