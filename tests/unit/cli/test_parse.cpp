#include <catch2/catch.hpp>

#include "bulkhead/cli/parse.h"
#include "sample_program.h"

namespace bulkhead::cli {
namespace {

Parsed parsed(std::string_view command, const std::vector<std::string>& words) {
  const Command* const found = find_command(sample_program(), command);
  REQUIRE(found != nullptr);
  return parse(sample_program(), *found, words);
}

std::string problem(std::string_view command, const std::vector<std::string>& words) {
  const Parsed result = parsed(command, words);
  CHECK(result.invocation.has_value() == result.problem.empty());
  return result.problem;
}

}  // namespace

TEST_CASE("options and arguments may stand in any order, and an option in each of its forms") {
  const std::vector<std::vector<std::string>> forms{{"host.yaml", "-o", "out"},
                                                    {"-o", "out", "host.yaml"},
                                                    {"-oout", "host.yaml"},
                                                    {"--output", "out", "host.yaml"},
                                                    {"host.yaml", "--output=out"}};
  for (const std::vector<std::string>& words : forms) {
    const Parsed result = parsed("build", words);
    REQUIRE(result.invocation.has_value());
    CHECK(result.invocation->arguments == std::vector<std::string>{"host.yaml"});
    CHECK(result.invocation->value("output") == "out");
    CHECK_FALSE(result.invocation->has("trace"));
  }
}

TEST_CASE("an option with choices has its first one, and a number its preset, unless another is given") {
  const Parsed preset = parsed("build", {"host.yaml", "-oout"});
  REQUIRE(preset.invocation.has_value());
  CHECK(preset.invocation->value("format") == "text");
  CHECK(preset.invocation->number("workers") == 4);
  const Parsed given = parsed("build", {"host.yaml", "-oout", "--format", "json", "-w", "64"});
  REQUIRE(given.invocation.has_value());
  CHECK(given.invocation->value("format") == "json");
  CHECK(given.invocation->number("workers") == 64);
}

TEST_CASE("an argument that may be left out is empty then") {
  const Parsed result = parsed("build", {"host.yaml", "-oout"});
  REQUIRE(result.invocation.has_value());
  CHECK(result.invocation->argument(0) == "host.yaml");
  CHECK(result.invocation->argument(1).empty());
}

TEST_CASE("an argument that can be given several times takes all that is left, in order") {
  const Parsed result = parsed("gather", {"host.yaml", "b", "a", "b"});
  REQUIRE(result.invocation.has_value());
  CHECK(result.invocation->arguments == std::vector<std::string>{"host.yaml", "b", "a", "b"});
  CHECK(problem("gather", {"host.yaml"}).empty());
  CHECK(problem("gather", {}) == "argument SPEC is missing");
}

TEST_CASE("what stands behind -- is an argument, even with a dash") {
  const Parsed result = parsed("build", {"-oout", "--", "--odd.yaml"});
  REQUIRE(result.invocation.has_value());
  CHECK(result.invocation->arguments == std::vector<std::string>{"--odd.yaml"});
}

TEST_CASE("--help counts whatever else is wrong or missing") {
  for (const std::vector<std::string>& words : {std::vector<std::string>{"--help"}, {"-h"}, {"a", "b", "c", "-h"}}) {
    const Parsed result = parsed("build", words);
    REQUIRE(result.invocation.has_value());
    CHECK(result.invocation->wants_help);
  }
}

TEST_CASE("an unknown option is refused with what was meant, and none is guessed") {
  CHECK(problem("build", {"host.yaml", "--outptu", "out"}) == "unknown option `--outptu`; did you mean `--output`?");
  CHECK(problem("build", {"host.yaml", "--out", "out"}) == "unknown option `--out`");
  CHECK(problem("build", {"host.yaml", "-x"}) == "unknown option `-x`");
  CHECK(problem("break", {"host.yaml", "--output=x"}) == "unknown option `--output`");
}

TEST_CASE("an option's value is one of its choices, stands there, and once") {
  CHECK(problem("build", {"host.yaml", "-oa", "--format", "jsn"}) ==
        "option `--format` is one of text, json, not `jsn`; did you mean `json`?");
  CHECK(problem("build", {"host.yaml", "-oa", "--format="}) == "option `--format` needs a value");
  CHECK(problem("build", {"host.yaml", "-oa", "--format"}) == "option `--format` needs a value");
  CHECK(problem("build", {"host.yaml", "-oa", "--format", "text", "--format", "json"}) ==
        "option `--format` is given more than once");
  CHECK(problem("build", {"host.yaml", "-o", "a", "--trace=yes"}) == "option `--trace` takes no value");
  CHECK(problem("build", {"host.yaml", "-o", "a", "--trace", "--trace"}) == "option `--trace` is given more than once");
}

TEST_CASE("a number is whole and within its bounds") {
  for (const char* const value : {"0", "65", "-1", "+4", "4.0", "4x", " 4", "0x4", "99999999999999999999"}) {
    CHECK(problem("build", {"host.yaml", "-oa", std::string("--workers=") + value}) ==
          std::string("option `--workers` is a whole number from 1 to 64, not `") + value + "`");
  }
}

TEST_CASE("missing and surplus arguments are named") {
  CHECK(problem("build", {}) == "argument SPEC is missing");
  CHECK(problem("build", {"a", "b", "c"}) == "unexpected argument `c`");
  CHECK(problem("break", {"a"}) == "argument B is missing");
  CHECK(problem("build", {"host.yaml"}) == "option `-o DIR` is missing");
  CHECK(problem("break", {"a", "b"}) == "option `--spec SPEC` is missing");
  CHECK(problem("build", {"host.yaml", "more", "-oa"}).empty());
}

}  // namespace bulkhead::cli
