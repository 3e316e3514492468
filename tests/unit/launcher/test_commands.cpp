// The table of the launcher's commands against itself, and what is made from it against the table.
#include <catch2/catch.hpp>

#include "main/launcher.h"
#include "support/check_program.h"
#include "support/kept_file.h"

namespace bulkhead::launcher {

TEST_CASE("each command of the launcher has an example, and each example is one that the parser takes") {
  test::check_examples(program());
}

TEST_CASE("each command of the launcher says what exit status 0 and 2 mean, in ascending order") {
  test::check_exits(program());
}

TEST_CASE("no command of the launcher has a name, an option or a letter twice, and each does something") {
  test::check_names(program());
}

TEST_CASE("the launcher's help, manual, completion and page name every command and every option") {
  test::check_pages(program());
}

TEST_CASE("no line of the launcher's help is wider than a terminal of 80 columns, but for examples") {
  test::check_widths(program());
}

TEST_CASE("docs/cli-launch.md is the page that the table gives") {
  test::check_kept("docs/cli-launch.md", cli::markdown_page(program()));
}

TEST_CASE("PLAN is the last argument of every command that takes one, and may be left out") {
  for (const cli::Command& command : program().commands) {
    INFO(command.name);
    for (const cli::Argument& argument : command.arguments) {
      CHECK((argument.name != "PLAN" || (&argument == &command.arguments.back() && !argument.required)));
    }
  }
}

}  // namespace bulkhead::launcher
