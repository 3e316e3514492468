// What a command says of a plan that is not one.
#include <catch2/catch.hpp>

#include "bulkhead/base/files.h"
#include "bulkhead/base/text.h"
#include "main/plan_file.h"

namespace bulkhead::launcher {
namespace {

std::string text_of(std::FILE* file) {
  std::rewind(file);
  std::string text;
  for (int c = std::fgetc(file); c != EOF; c = std::fgetc(file)) {
    text += static_cast<char>(c);
  }
  std::fclose(file);
  return text;
}

std::string sample() {
  const auto text = read_file(BULKHEAD_SOURCE_DIR "/tests/unit/plan/sample_plan.json", std::size_t{1} << 20U);
  REQUIRE(text.has_value());
  return *text;
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

struct Read {
  bool accepted = false;
  std::string said;  // without the file's path
};

Read read(const std::string& text) {
  const Result<TemporaryFolder> folder = TemporaryFolder::make();
  REQUIRE(folder.has_value());
  const std::string path = folder->path() + "/plan.json";
  REQUIRE(write_scratch_file(path, text).has_value());
  std::FILE* const err = std::tmpfile();
  REQUIRE(err != nullptr);
  cli::Console console("bulkhead-launch", stdout, err);
  bool accepted = false;
  const auto code = with_plan(path, console, [&](const plan::LaunchPlan&) {
    accepted = true;
    return cli::ExitCode::kDone;
  });
  REQUIRE(code.has_value());
  CHECK(*code == (accepted ? cli::ExitCode::kDone : cli::ExitCode::kRejected));
  const std::string said = text_of(err);
  return {accepted, said.empty() ? said : replaced(said, quoted(path), "`PLAN`")};
}

constexpr std::string_view kRefused = "bulkhead-launch: error: the launch plan `PLAN` is refused: ";

}  // namespace

TEST_CASE("a plan as the compiler writes it is taken without a word") {
  const Read whole = read(sample());
  CHECK(whole.accepted);
  CHECK(whole.said.empty());
}

TEST_CASE("a plan of another version is refused with the way out") {
  const Read other = read(replaced(sample(), "\"format_version\": 1", "\"format_version\": 2"));
  CHECK_FALSE(other.accepted);
  CHECK(other.said == std::string(kRefused) +
                          "format_version: this program reads version 1 only; compile the spec again with the "
                          "bulkhead of this release\n");
}

TEST_CASE("a plan that is cut off, wherever that is, is refused in one line") {
  const std::string whole = sample();
  for (std::size_t size = 0; size + 2 < whole.size(); size += 97) {
    const Read part = read(whole.substr(0, size));
    CHECK_FALSE(part.accepted);
    CHECK(part.said.starts_with(std::string(kRefused) + "not JSON: "));
    CHECK(part.said.ends_with("the file is cut off or no launch plan; copy it again, or compile the spec again\n"));
    CHECK(std::count(part.said.begin(), part.said.end(), '\n') == 1);
  }
}

TEST_CASE("a plan that was edited so that it contradicts itself is refused with the place") {
  const Read edited = read(replaced(sample(), "\"control\": true", "\"control\": false"));
  CHECK_FALSE(edited.accepted);
  CHECK(edited.said == std::string(kRefused) +
                           "domains: the control domain is not the first; a plan is not edited by hand; change "
                           "the spec and compile it again\n");
}

TEST_CASE("a plan that is not there is a failure of the environment that says where a plan comes from") {
  cli::Console console("bulkhead-launch", stdout, stderr);
  const auto plan =
      with_plan("/nonexistent/plan.json", console, [](const plan::LaunchPlan&) { return cli::ExitCode::kDone; });
  REQUIRE_FALSE(plan.has_value());
  CHECK(plan.error().message() ==
        "read the launch plan: open `/nonexistent/plan.json`: No such file or directory; the plan is launch-plan.json "
        "in the folder that `bulkhead compile` wrote");
}

TEST_CASE("a domain that the plan has not is refused with the one that was meant") {
  const Result<plan::LaunchPlan> plan = plan::read_launch_plan(sample());
  REQUIRE(plan.has_value());
  const std::string name = plan->domains.back().name;
  std::FILE* const err = std::tmpfile();
  REQUIRE(err != nullptr);
  cli::Console console("bulkhead-launch", stdout, err);
  CHECK(find_named(*plan, name, console) == &plan->domains.back());
  CHECK(find_named(*plan, name + "x", console) == nullptr);
  CHECK(text_of(err) ==
        "bulkhead-launch: error: the plan has no domain `" + name + "x`; did you mean `" + name + "`?\n");
}

TEST_CASE("without a plan on the command line it is the host's own") {
  cli::Invocation invocation;
  CHECK(plan_path(invocation) == "/etc/bulkhead/launch-plan.json");
  invocation.arguments = {"net", "out/launch-plan.json"};
  CHECK(plan_path(invocation, 1) == "out/launch-plan.json");
}

}  // namespace bulkhead::launcher
