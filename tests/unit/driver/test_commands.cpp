// The table of commands against itself, and what is made from it against the table.
#include <set>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "bulkhead/base/files.h"
#include "bulkhead/base/text.h"
#include "driver/command.h"
#include "driver/help.h"
#include "driver/parse.h"

namespace bulkhead::driver {
namespace {

bool holds(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

std::vector<std::string> words_of(std::string_view command_line) {
  std::vector<std::string> words;
  for (const std::string_view word : split(command_line, ' ')) {
    words.emplace_back(word);
  }
  return words;
}

}  // namespace

TEST_CASE("each command has an example, and each example is one that the parser takes") {
  for (const Command& command : commands()) {
    INFO(command.name);
    REQUIRE_FALSE(command.examples.empty());
    for (const Example& example : command.examples) {
      std::vector<std::string> words = words_of(example.command.substr(0, example.command.find(" > ")));
      REQUIRE(words.size() >= 2);
      CHECK(words[0] == "bulkhead");
      CHECK(words[1] == command.name);
      const Parsed parsed = parse(command, std::span(words).subspan(2));
      CHECK(parsed.problem.empty());
    }
  }
}

TEST_CASE("each command says what exit status 0 and 2 mean, in ascending order") {
  for (const Command& command : commands()) {
    INFO(command.name);
    std::vector<int> codes;
    for (const ExitNote& note : command.exits) {
      codes.push_back(static_cast<int>(note.code));
    }
    const std::set<int> sorted(codes.begin(), codes.end());
    CHECK(codes == std::vector<int>(sorted.begin(), sorted.end()));
    CHECK(sorted.contains(0));
    CHECK(sorted.contains(2));
  }
}

TEST_CASE("no command has a name, an option or a letter twice") {
  std::set<std::string_view> names;
  for (const Command& command : commands()) {
    CHECK(names.insert(command.name).second);
    std::set<std::string> options;
    for (const Option& option : command.options) {
      CHECK(options.insert(std::string(option.name)).second);
      CHECK((option.letter == '\0' || options.insert(std::string(1, option.letter)).second));
    }
  }
}

TEST_CASE("help, manual, completion and the page name every command and every option") {
  const std::string manual = manual_page();
  const std::string completion = bash_completion();
  const std::string page = markdown_page();
  for (const Command& command : commands()) {
    INFO(command.name);
    CHECK(holds(program_help(), command.summary));
    CHECK(holds(completion, "    " + std::string(command.name) + ")\n"));
    CHECK(holds(page, "\n## bulkhead " + std::string(command.name) + "\n"));
    for (const Option& option : command.options) {
      CHECK(holds(command_help(command), option_form(option)));
      CHECK(holds(completion, "--" + std::string(option.name)));
      CHECK(holds(page, "`" + option_form(option) + "`"));
      CHECK(holds(manual, "\\-\\-" + std::string(option.name)));
    }
  }
}

TEST_CASE("no line of help is wider than a terminal of 80 columns, but for examples") {
  std::vector<std::string> texts{program_help()};
  for (const Command& command : commands()) {
    texts.push_back(command_help(command));
  }
  for (const std::string& text : texts) {
    for (const std::string_view line : split(text, '\n')) {
      INFO(line);
      CHECK((line.size() <= 80 || line.starts_with("  bulkhead ")));
    }
  }
}

TEST_CASE("docs/cli.md is the page that the table gives") {
  const auto kept = read_file(BULKHEAD_SOURCE_DIR "/docs/cli.md", std::size_t{1} << 20U);
  REQUIRE(kept.has_value());
  CHECK(*kept == markdown_page());
}

}  // namespace bulkhead::driver
