// Of the groups meaning and risk each id has a spec that is refused with it, in the words that are kept, and one that
// is taken.
#include <algorithm>
#include <cstdlib>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "bulkhead/base/files.h"
#include "bulkhead/privilege/privileges.h"
#include "support/spec_text.h"

namespace bulkhead {
namespace {

const std::string kFolder = BULKHEAD_SOURCE_DIR "/tests/golden/spec/";

std::string content(const std::string& name) {
  const auto text = read_file(kFolder + name, std::size_t{1} << 20U);
  INFO(name);
  REQUIRE(text.has_value());
  return *text;
}

struct Outcome {
  std::string rendered;
  std::set<std::string> ids;
};

// As `bulkhead check` goes through the stages.
Outcome check_file(const std::string& name) {
  const std::string text = content(name);
  const std::string machine = "pass_machine.yaml";
  const bool has_inventory = text.find(machine) != std::string::npos;
  test::SpecText read(text, has_inventory ? content(machine) : std::string(), name, machine);
  if (!read.diagnostics.has_errors()) {
    const auto derived = privilege::derive(read.model, *read.catalogue, read.diagnostics);
    if (!read.diagnostics.has_errors()) {
      privilege::check_risks(read.model, *read.catalogue, derived, read.diagnostics);
    }
  }
  Outcome outcome{read.rendered(), {}};
  for (const Diagnostic& diagnostic : read.diagnostics.all()) outcome.ids.emplace(info(diagnostic.id).id);
  return outcome;
}

bool is_finding(const DiagnosticInfo& diagnostic) {
  return diagnostic.group == DiagnosticGroup::kMeaning || diagnostic.group == DiagnosticGroup::kRisk;
}

TEST_CASE("each finding has a spec that is refused with it and nothing else, in the words that are kept") {
  for (const DiagnosticInfo& diagnostic : all_diagnostics()) {
    if (!is_finding(diagnostic)) continue;
    const std::string id(diagnostic.id);
    CAPTURE(id);
    const Outcome outcome = check_file("fail_" + id + ".yaml");
    CHECK(outcome.ids == std::set<std::string>{id});
    const std::string kept = "fail_" + id + ".expected";
    if (std::getenv("BULKHEAD_UPDATE_GOLDENS") != nullptr) {
      REQUIRE(replace_file(kFolder + kept, outcome.rendered).has_value());
    }
    CHECK(outcome.rendered == content(kept));
  }
}

TEST_CASE("beside each refused spec stands one that is taken without a word") {
  for (const DiagnosticInfo& diagnostic : all_diagnostics()) {
    if (!is_finding(diagnostic)) continue;
    const std::string name = "pass_" + std::string(diagnostic.id) + ".yaml";
    CAPTURE(name);
    CHECK(check_file(name).rendered.empty());
  }
}

}  // namespace
}  // namespace bulkhead
