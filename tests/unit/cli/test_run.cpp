// A program from its words to its exit status, on streams of the test.
#include <catch2/catch.hpp>

#include "bulkhead/cli/help.h"
#include "bulkhead/cli/run.h"
#include "sample_program.h"

namespace bulkhead::cli {
namespace {

struct Ran {
  ExitCode code{};
  std::string out;
  std::string err;
  bool operator==(const Ran&) const = default;
};

std::ostream& operator<<(std::ostream& stream, const Ran& ran) {
  return stream << static_cast<int>(ran.code) << " out:\n" << ran.out << "err:\n" << ran.err;
}

std::string text_of(std::FILE* file) {
  std::rewind(file);
  std::string text;
  for (int c = std::fgetc(file); c != EOF; c = std::fgetc(file)) {
    text += static_cast<char>(c);
  }
  std::fclose(file);
  return text;
}

Ran ran(const std::vector<std::string>& words) {
  std::FILE* const out = std::tmpfile();
  std::FILE* const err = std::tmpfile();
  REQUIRE(out != nullptr);
  REQUIRE(err != nullptr);
  Console console("sample-tool", out, err);
  const ExitCode code = run(sample_program(), words, console);
  return {code, text_of(out), text_of(err)};
}

Ran refused(const std::string& problem, const std::string& hint) {
  return {ExitCode::kUsage, "", "sample-tool: error: " + problem + "\n" + hint + "\n"};
}

}  // namespace

TEST_CASE("a command's own exit status is the program's") {
  CHECK(ran({"build", "a", "-oout"}) == Ran{ExitCode::kDone, "a\n", ""});
  CHECK(ran({"build", "a", "b", "-oout"}) == Ran{ExitCode::kRejected, "a\nb\n", ""});
}

TEST_CASE("an Error is printed under the program's name and is exit status 3") {
  CHECK(ran({"break", "a", "b", "--spec", "c"}) ==
        Ran{ExitCode::kEnvironment, "",
            "sample-tool is about to break\nsample-tool: error: the world failed\non two lines\n"});
}

TEST_CASE("words that are not understood are refused with what was meant") {
  const std::string list = "`sample-tool help` lists the commands";
  CHECK(ran({"biild"}) == refused("unknown command `biild`; did you mean `build`?", list));
  CHECK(ran({"help", "breek"}) == refused("unknown command `breek`; did you mean `break`?", list));
  CHECK(ran({"--versoin"}) == refused("unknown option `--versoin` before a command; did you mean `--version`?", list));
  CHECK(ran({"--help", "x"}) == refused("unexpected argument `x` after `--help`", list));
  CHECK(ran({"build"}) == refused("argument SPEC is missing", "`sample-tool build --help` explains the command"));
}

TEST_CASE("--help, help and --version print to stdout; no words at all is a mistake that gets the help") {
  const std::string help = program_help(sample_program());
  const Command* const build = find_command(sample_program(), "build");
  REQUIRE(build != nullptr);
  const std::string build_help = command_help(sample_program(), *build);
  CHECK(ran({"--help"}) == Ran{ExitCode::kDone, help, ""});
  CHECK(ran({"help"}) == Ran{ExitCode::kDone, help, ""});
  CHECK(ran({"help", "build"}) == Ran{ExitCode::kDone, build_help, ""});
  CHECK(ran({"build", "--help"}) == Ran{ExitCode::kDone, build_help, ""});
  CHECK(ran({"--version"}) == Ran{ExitCode::kDone, version_text(sample_program()), ""});
  CHECK(ran({}) == Ran{ExitCode::kUsage, "", help});
}

TEST_CASE("--generate prints the pages of every program and those of this one") {
  CHECK(ran({"--generate", "man"}) == Ran{ExitCode::kDone, manual_page(sample_program()), ""});
  CHECK(ran({"--generate", "bash-completion"}) == Ran{ExitCode::kDone, bash_completion(sample_program()), ""});
  CHECK(ran({"--generate", "markdown"}) == Ran{ExitCode::kDone, markdown_page(sample_program()), ""});
  CHECK(ran({"--generate", "extra"}) == Ran{ExitCode::kDone, "extra\n", ""});
  const Ran refusal = refused("`--generate` takes one of man, bash-completion, markdown, extra",
                              "`sample-tool help` lists the commands");
  CHECK(ran({"--generate"}) == refusal);
  CHECK(ran({"--generate", ""}) == refusal);
  CHECK(ran({"--generate", "man", "extra"}) == refusal);
}

TEST_CASE("an error is colored when color is chosen, and not when it goes to a file") {
  for (const auto& [when, expected] : {std::pair<std::string_view, std::string>{"auto", "sample-tool: error: x\n"},
                                       {"never", "sample-tool: error: x\n"},
                                       {"always", "sample-tool: \033[1;31merror:\033[0m x\n"}}) {
    std::FILE* const err = std::tmpfile();
    REQUIRE(err != nullptr);
    Console console("sample-tool", stdout, err);
    console.choose_color(when);
    console.fail(Error("x"));
    CHECK(text_of(err) == expected);
  }
}

TEST_CASE("a product that cannot be written is exit status 3 and told") {
  std::FILE* const full = std::fopen("/dev/full", "w");
  std::FILE* const err = std::tmpfile();
  REQUIRE(full != nullptr);
  REQUIRE(err != nullptr);
  Console console("sample-tool", full, err);
  const std::vector<std::string> words{"--help"};
  CHECK(run(sample_program(), words, console) == ExitCode::kEnvironment);
  std::fclose(full);
  CHECK(text_of(err) == "sample-tool: error: write to stdout: No space left on device\n");
}

}  // namespace bulkhead::cli
