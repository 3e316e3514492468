// The table of the compiler's commands against itself, and what is made from it against the table.
#include <catch2/catch.hpp>

#include "driver/driver.h"
#include "support/check_program.h"
#include "support/kept_file.h"

namespace bulkhead::driver {

TEST_CASE("each command has an example, and each example is one that the parser takes") {
  test::check_examples(program());
}

TEST_CASE("each command says what exit status 0 and 2 mean, in ascending order") {
  test::check_exits(program());
}

TEST_CASE("no command has a name, an option or a letter twice, and each does something") {
  test::check_names(program());
}

TEST_CASE("help, manual, completion and the page name every command and every option") {
  test::check_pages(program());
}

TEST_CASE("no line of help is wider than a terminal of 80 columns, but for examples") {
  test::check_widths(program());
}

TEST_CASE("docs/cli.md is the page that the table gives") {
  test::check_kept("docs/cli.md", cli::markdown_page(program()));
}

}  // namespace bulkhead::driver
