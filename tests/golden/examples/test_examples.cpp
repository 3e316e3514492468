// Every example through the program as a user runs it, compared with what is kept in examples/<name>/expected/:
// policy.conf and report.txt whole, of all other files the digest.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "bulkhead/base/digest.h"
#include "bulkhead/base/files.h"
#include "bulkhead/base/process.h"

namespace bulkhead {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxBytes = std::size_t{64} << 20U;
const std::vector<std::string> kCompiled{"classic", "minimal", "split", "tenants", "vtpm", "windsor"};
const std::vector<std::string> kRejected{"broken-on-purpose"};

bool updates() {
  return std::getenv("BULKHEAD_UPDATE_GOLDENS") != nullptr;
}

std::string content(const fs::path& path) {
  const auto text = read_file(path.string(), kMaxBytes);
  INFO(path.string());
  REQUIRE(text.has_value());
  return *text;
}

std::string line_of(const std::string& text, std::size_t position) {
  const auto start = position == 0 ? std::string::npos : text.rfind('\n', position - 1);
  const auto first = start == std::string::npos ? 0 : start + 1;
  return text.substr(first, text.find('\n', first) - first);
}

// Where two texts part, short enough to be read; empty when they do not.
std::string first_difference(const std::string& expected, const std::string& found) {
  const auto end = std::min(expected.size(), found.size());
  const auto parting =
      std::mismatch(expected.begin(), expected.begin() + static_cast<std::ptrdiff_t>(end), found.begin());
  const auto position = static_cast<std::size_t>(parting.first - expected.begin());
  if (position == expected.size() && position == found.size()) {
    return "";
  }
  const auto number = std::count(expected.begin(), parting.first, '\n') + 1;
  return "line " + std::to_string(number) + "\nexpected: " + line_of(expected, position) +
         "\nfound:    " + line_of(found, position);
}

void compare(const fs::path& kept, const std::string& found) {
  INFO(kept.string());
  if (updates()) {
    fs::create_directories(kept.parent_path());
    REQUIRE(replace_file(kept.string(), found).has_value());
    return;
  }
  const std::string none;
  CHECK(first_difference(content(kept), found) == none);
}

// All files below a folder, by relative path.
std::map<std::string, std::string> files_below(const fs::path& folder) {
  std::map<std::string, std::string> result;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) {
      result[fs::relative(entry.path(), folder).string()] = content(entry.path());
    }
  }
  return result;
}

ProcessResult run(const std::vector<std::string>& arguments) {
  fs::current_path(BULKHEAD_SOURCE_DIR);
  std::vector<std::string> command{BULKHEAD_PROGRAM};
  command.insert(command.end(), arguments.begin(), arguments.end());
  auto result = run_process(command);
  REQUIRE(result.has_value());
  return *std::move(result);
}

enum class Keep { kTexts, kDigests };

void check_compiled(const std::string& name, Keep keep) {
  const auto folder = TemporaryFolder::make();
  REQUIRE(folder.has_value());
  const auto out = fs::path(folder->path()) / "out";
  const auto result = run({"compile", "examples/" + name + "/host.yaml", "-o", out.string()});
  INFO(result.standard_error);
  REQUIRE(result.exit_code == 0);

  const auto expected = fs::path(BULKHEAD_SOURCE_DIR) / "examples" / name / "expected";
  std::string digests;
  for (const auto& [path, text] : files_below(out)) {
    if (keep == Keep::kTexts && (path == "policy.conf" || path == "report.txt")) {
      compare(expected / path, text);
    } else {
      digests += sha256_hex(text) + "  " + path + "\n";
    }
  }
  compare(expected / "digests.txt", digests);
}

TEST_CASE("minimal compiles to the kept result") {
  check_compiled("minimal", Keep::kTexts);
}
TEST_CASE("classic compiles to the kept result") {
  check_compiled("classic", Keep::kTexts);
}
TEST_CASE("split compiles to the kept result") {
  check_compiled("split", Keep::kTexts);
}
TEST_CASE("windsor compiles to the kept result") {
  check_compiled("windsor", Keep::kTexts);
}
TEST_CASE("vtpm compiles to the kept result") {
  check_compiled("vtpm", Keep::kTexts);
}
TEST_CASE("tenants compiles to the kept result") {
  check_compiled("tenants", Keep::kDigests);
}

TEST_CASE("broken-on-purpose is rejected with all of its mistakes in one run, and nothing is written") {
  const auto folder = TemporaryFolder::make();
  REQUIRE(folder.has_value());
  const auto out = fs::path(folder->path()) / "out";
  const auto result = run({"compile", "examples/broken-on-purpose/host.yaml", "-o", out.string()});
  CHECK(result.exit_code == 1);
  CHECK(result.standard_output.empty());
  CHECK_FALSE(fs::exists(out));
  compare(fs::path(BULKHEAD_SOURCE_DIR) / "examples/broken-on-purpose/expected/diagnostics.txt", result.standard_error);
}

TEST_CASE("no example is left out of these tests") {
  std::vector<std::string> found;
  for (const auto& entry : fs::directory_iterator(fs::path(BULKHEAD_SOURCE_DIR) / "examples")) {
    if (fs::exists(entry.path() / "host.yaml")) {
      found.push_back(entry.path().filename().string());
    }
  }
  std::sort(found.begin(), found.end());
  std::vector<std::string> tested = kCompiled;
  tested.insert(tested.end(), kRejected.begin(), kRejected.end());
  std::sort(tested.begin(), tested.end());
  CHECK(found == tested);
}

}  // namespace
}  // namespace bulkhead
