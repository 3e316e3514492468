#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "bulkhead/base/sarif.h"

namespace bulkhead {
namespace {

using nlohmann::json;

json run_of(const Diagnostics& diagnostics, const SourceSet& sources) {
  return json::parse(render_sarif(diagnostics, sources, 1))["runs"][0];
}

TEST_CASE("every diagnostic of the registry is a rule with its help, and a result points to its own") {
  SourceSet sources;
  const FileId file = sources.add("host.yaml", "a: 1\n");
  Diagnostics diagnostics;
  diagnostics.error(DiagnosticId::kYamlKey, {file, 1, 1, 1}, "odd");
  const json run = run_of(diagnostics, sources);
  const json& rules = run["tool"]["driver"]["rules"];
  REQUIRE(rules.size() == all_diagnostics().size());
  for (std::size_t i = 0; i < rules.size(); ++i) {
    CHECK(rules[i]["id"] == all_diagnostics()[i].id);
    CHECK_FALSE(rules[i]["help"]["text"].get<std::string>().empty());
  }
  const json& result = run["results"][0];
  CHECK(rules[result["ruleIndex"].get<std::size_t>()]["id"] == "yaml-key");
  CHECK(result["ruleId"] == "yaml-key");
  CHECK(run["invocations"] == json::parse(R"([{"executionSuccessful": true, "exitCode": 1}])"));
}

TEST_CASE("columns count characters and not bytes, notes are related places") {
  SourceSet sources;
  const FileId file = sources.add("a b/h\xc3\xb6st.yaml", "first: 1\nname: \xc3\xbc\xc3\xbc 2\n");
  Diagnostics diagnostics;
  Diagnostic& error = diagnostics.error(DiagnosticId::kYamlKey, {file, 2, 12, 1}, "odd `2`");
  error.notes.push_back({{file, 1, 1, 5}, "see here"});
  error.notes.push_back({{file}, "nowhere"});
  const json uri = "a%20b/h%C3%B6st.yaml";
  CHECK(run_of(diagnostics, sources)["results"] ==
        json::array({{{"ruleId", "yaml-key"},
                      {"ruleIndex", static_cast<int>(DiagnosticId::kYamlKey)},
                      {"level", "error"},
                      {"message", {{"text", "odd `2`"}}},
                      {"locations",
                       {{{"physicalLocation",
                          {{"artifactLocation", {{"uri", uri}}},
                           {"region", {{"startLine", 2}, {"startColumn", 10}, {"endColumn", 11}}}}}}}},
                      {"relatedLocations",
                       {{{"id", 1},
                         {"message", {{"text", "see here"}}},
                         {"physicalLocation",
                          {{"artifactLocation", {{"uri", uri}}},
                           {"region", {{"startLine", 1}, {"startColumn", 1}, {"endColumn", 6}}}}}},
                        {{"id", 2},
                         {"message", {{"text", "nowhere"}}},
                         {"physicalLocation", {{"artifactLocation", {{"uri", uri}}}}}}}}}}));
}

TEST_CASE("what does not fit is counted, and bytes that are not UTF-8 leave valid JSON") {
  SourceSet sources;
  const FileId file = sources.add("f", "x\xff\n");
  Diagnostics diagnostics;
  for (std::size_t i = 0; i < Diagnostics::kMaxStored + 2; ++i) {
    diagnostics.error(DiagnosticId::kYamlEncoding, {file, 1, 2, 1}, "byte \xff");
  }
  const json run = run_of(diagnostics, sources);
  CHECK(run["results"].size() == Diagnostics::kMaxStored);
  CHECK(run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"] ==
        "2 more diagnostics were left out");
  CHECK(run["results"][0]["message"]["text"] == "byte \\xff");
}

TEST_CASE("a path becomes a URI that leads to the same file") {
  CHECK(uri_of_path("../hosts/a.yaml") == "../hosts/a.yaml");
  CHECK(uri_of_path("/srv/a b#1.yaml") == "file:///srv/a%20b%231.yaml");
  CHECK(uri_of_path("C:x") == "C%3Ax");
}

}  // namespace
}  // namespace bulkhead
