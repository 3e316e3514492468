#include <algorithm>

#include <catch2/catch.hpp>

#include "audited.h"
#include "bulkhead/base/files.h"
#include "bulkhead/base/process.h"
#include "hostile.h"
#include "support/kept_file.h"
#include "support/validate_json.h"

namespace bulkhead::test {
namespace {

const Compiled& split() {
  static const Compiled kCompiled = compile_example("split");
  return kCompiled;
}

const audit::Audit& audited() {
  static const audit::Audit kAudit = [] {
    const auto host = started(split().plan);
    seal(*host, split().plan);
    return audit_of(split(), *host);
  }();
  return kAudit;
}

// What two parsers that are not ours make of a page.
std::string judged(const std::string& html) {
  const auto folder = TemporaryFolder::make();
  REQUIRE(folder.has_value());
  const std::string file = folder->path() + "/audit.html";
  REQUIRE(replace_file(file, html).has_value());
  const auto result = run_process({BULKHEAD_PYTHON, BULKHEAD_SOURCE_DIR "/tests/unit/report/check_html.py", file});
  REQUIRE(result.has_value());
  return result->standard_output + result->standard_error;
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
    ++found;
  }
  return found;
}

}  // namespace

TEST_CASE("the audit of the sealed split host is as kept, in all three forms") {
  check_kept("tests/unit/audit/expected/split.txt", audit_text(audited()));
  check_kept("tests/unit/audit/expected/split.json", audit_json(audited()));
  check_kept("tests/unit/audit/expected/split.html", audit_html(audited()));
}

TEST_CASE("the page is well-formed, refers to nothing outside, and its policy names its one script by its digest") {
  CHECK(judged(audit_html(audited())) == "well-formed\n");
  CHECK(judged(audit_html(audit_of_all_fields(split(), kMarkup))) == "well-formed\n");
}

TEST_CASE("the JSON is what its schema says, whatever the host answers") {
  const std::string schema = std::string(BULKHEAD_SOURCE_DIR) + "/docs/audit.schema.json";
  CHECK(validate_json(schema, {audit_json(audited()), audit_json(audit_of_all_fields(split(), kMarkup))}) ==
        std::vector<std::string>{"valid", "valid"});
}

TEST_CASE("every permission of privileges.json stands in the part of its domain, with its reason and line") {
  for (const audit::DomainPrivileges& domain : split().privileges.domains) {
    const auto part = std::find_if(audited().domains.begin(), audited().domains.end(),
                                   [&](const audit::DomainAudit& each) { return each.name == domain.name; });
    REQUIRE(part != audited().domains.end());
    for (const audit::Privilege& entry : domain.privileges) {
      INFO(entry.source_type << " " << entry.target_type << " " << entry.access_class);
      CHECK(std::any_of(part->can.begin(), part->can.end(), [&](const audit::Statement& statement) {
        return statement.access_class == entry.access_class && statement.permissions == entry.permissions &&
               statement.phase == entry.phase && statement.reason == entry.reason &&
               std::find(statement.origins.begin(), statement.origins.end(), entry.origin) != statement.origins.end();
      }));
    }
  }
}

TEST_CASE("a power is held or denied as the compiler's report has it") {
  const auto report = read_file(std::string(BULKHEAD_SOURCE_DIR) + "/examples/split/expected/report.txt", 1U << 20U);
  REQUIRE(report.has_value());
  const std::string text = audit_text(audited());
  const auto part = [](const std::string& of) {
    const std::size_t begin = of.find("\nWho can\n");
    return of.substr(begin, of.find("\n\n", begin + 1) - begin);
  };
  REQUIRE(part(text).size() > 100);
  CHECK(part(text) == part(*report));
}

TEST_CASE("what was never used stands in the domain's part when a usage is given") {
  const audit::Usage usage{{{"net", 3, 1, 1, 0, {{"net_t", "blue_t", "grant", "copy", "packets", "host.yaml:3:5"}}}}};
  const audit::Audit audit = audit_of(split(), audit::Observed{}, &usage);
  CHECK(count(audit_html(audit), "<h3>Granted and never used</h3>") == 1);
  CHECK(count(audit_html(audit), "<code>grant copy</code> on blue_t <span class=\"faint\">because packets</span>") ==
        1);
  CHECK(count(audit_text(audit), "    - grant copy on blue_t: packets\n") == 1);
}

TEST_CASE("the page of 200 domains is smaller than 3 MB, with a part for each of them") {
  const Compiled compiled = compile_text(large_host(188));
  const std::string html = audit_html(audit_of(compiled, audit::Observed{}));
  CHECK(html.size() < 3'000'000);
  CHECK(count(html, "<details id=\"d-") == 200);
  CHECK(count(html, "<rect ") == 22);
}

}  // namespace bulkhead::test
