#include <catch2/catch.hpp>

#include "driver/parse.h"

namespace bulkhead::driver {
namespace {

Parsed parsed(std::string_view command, const std::vector<std::string>& words) {
  const Command* const found = find_command(command);
  REQUIRE(found != nullptr);
  return parse(*found, words);
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
    const Parsed result = parsed("compile", words);
    REQUIRE(result.invocation.has_value());
    CHECK(result.invocation->arguments == std::vector<std::string>{"host.yaml"});
    CHECK(result.invocation->value("output") == "out");
    CHECK_FALSE(result.invocation->has("trace"));
  }
}

TEST_CASE("an option with choices has its first one unless another is given") {
  CHECK(parsed("check", {"host.yaml"}).invocation->value("format") == "text");
  CHECK(parsed("check", {"host.yaml", "--format", "json"}).invocation->value("format") == "json");
}

TEST_CASE("what stands behind -- is an argument, even with a dash") {
  const Parsed result = parsed("check", {"--", "--odd.yaml"});
  REQUIRE(result.invocation.has_value());
  CHECK(result.invocation->arguments == std::vector<std::string>{"--odd.yaml"});
}

TEST_CASE("--help counts whatever else is wrong or missing") {
  for (const std::vector<std::string>& words : {std::vector<std::string>{"--help"}, {"-h"}, {"a", "b", "c", "-h"}}) {
    const Parsed result = parsed("compile", words);
    REQUIRE(result.invocation.has_value());
    CHECK(result.invocation->wants_help);
  }
}

TEST_CASE("an unknown option is refused with what was meant, and none is guessed") {
  CHECK(problem("compile", {"host.yaml", "--outptu", "out"}) == "unknown option `--outptu`; did you mean `--output`?");
  CHECK(problem("compile", {"host.yaml", "--out", "out"}) == "unknown option `--out`");
  CHECK(problem("check", {"host.yaml", "-x"}) == "unknown option `-x`");
  CHECK(problem("check", {"host.yaml", "--output=x"}) == "unknown option `--output`");
}

TEST_CASE("an option's value is one of its choices, stands there, and once") {
  CHECK(problem("check", {"host.yaml", "--format", "jsn"}) ==
        "option `--format` is one of text, json, not `jsn`; did you mean `json`?");
  CHECK(problem("check", {"host.yaml", "--format="}) == "option `--format` needs a value");
  CHECK(problem("check", {"host.yaml", "--format"}) == "option `--format` needs a value");
  CHECK(problem("check", {"host.yaml", "--format", "text", "--format", "json"}) ==
        "option `--format` is given more than once");
  CHECK(problem("compile", {"host.yaml", "-o", "a", "--trace=yes"}) == "option `--trace` takes no value");
  CHECK(problem("compile", {"host.yaml", "-o", "a", "--trace", "--trace"}) ==
        "option `--trace` is given more than once");
}

TEST_CASE("missing and surplus arguments are named") {
  CHECK(problem("check", {}) == "argument SPEC is missing");
  CHECK(problem("check", {"a", "b"}) == "unexpected argument `b`");
  CHECK(problem("diff", {"a"}) == "argument B is missing");
  CHECK(problem("compile", {"host.yaml"}) == "option `-o DIR` is missing");
  CHECK(problem("verify", {"--spec", "host.yaml"}) == "option `--policy FILE` is missing");
  CHECK(problem("why", {"host.yaml", "a", "b", "c", "d", "e"}) == "unexpected argument `e`");
  CHECK(problem("why", {"host.yaml", "a", "b", "c"}).empty());
}

}  // namespace bulkhead::driver
