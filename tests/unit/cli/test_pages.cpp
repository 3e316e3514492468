// The pages that are made from a table, as values.
#include "bulkhead/cli/help.h"
#include "sample_program.h"
#include "support/check_program.h"

namespace bulkhead::cli {

using test::holds;

TEST_CASE("the pages name every command and every option of the table that is passed in") {
  test::check_pages(sample_program());
}

TEST_CASE("a manual page is of its program's section, title, environment and files") {
  const std::string page = manual_page(sample_program());
  CHECK(page.starts_with(".TH SAMPLE\\-TOOL 8 \"\" \"sample-tool "));
  CHECK(holds(page, "\" \"System Administration\"\n.SH NAME\nsample\\-tool \\- a sample\n"));
  CHECK(holds(page, ".TP\n.B PATH\nwhere programs are looked for\n.SH FILES\n.TP\n.B /etc/sample\\-tool.conf\n"));
}

TEST_CASE("a manual page of section 1 that names no files has no such heading") {
  Program program = sample_program();
  program.manual = Manual{};
  const std::string page = manual_page(program);
  CHECK(page.starts_with(".TH SAMPLE\\-TOOL 1 "));
  CHECK(holds(page, "\" \"User Commands\"\n"));
  CHECK_FALSE(holds(page, ".SH FILES"));
}

TEST_CASE("the completion of a program with a dash in its name is a function that any shell takes") {
  const std::string script = bash_completion(sample_program());
  CHECK(holds(script, "\n_sample_tool() {\n"));
  CHECK(holds(script, "\ncomplete -o filenames -F _sample_tool sample-tool\n"));
  CHECK(holds(script, "  local commands='build break gather help'\n"));
  CHECK(holds(script, "-o|--output) mapfile -t COMPREPLY < <(compgen -d -- \"$current\"); return ;;\n"));
}

TEST_CASE("help says the bounds and the preset of a number") {
  const Command* const build = find_command(sample_program(), "build");
  REQUIRE(build != nullptr);
  CHECK(holds(command_help(sample_program(), *build),
              "  -w, --workers N     how many work side by side (1 to 64; default 4)\n"));
}

}  // namespace bulkhead::cli
