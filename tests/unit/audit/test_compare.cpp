#include <catch2/catch.hpp>

#include "audited.h"
#include "bulkhead/audit/compare.h"

namespace bulkhead::test {
namespace {

const audit::Audit& split() {
  static const audit::Audit kAudit = [] {
    const Compiled compiled = compile_example("split");
    const auto host = started(compiled.plan);
    return audit_of(compiled, *host);
  }();
  return kAudit;
}

audit::Recorded recorded(const audit::Audit& audit) {
  auto read = audit::read_audit(audit_json(audit));
  INFO((read ? std::string() : read.error().message()));
  REQUIRE(read.has_value());
  return *std::move(read);
}

std::string changes(const audit::Audit& later) {
  return to_text(compare(recorded(split()), recorded(later)));
}

}  // namespace

TEST_CASE("an audit beside itself has no change and is no worse") {
  const auto same = compare(recorded(split()), recorded(split()));
  CHECK(same.changes.empty());
  CHECK(same.no_worse());
  CHECK(to_text(same) == "from 2026-11-22T18:50:00Z (held) to 2026-11-22T18:50:00Z (holds)\nnothing changed\n");
}

TEST_CASE("a permission more is widened, one less is narrowed, each named with its domain") {
  audit::Audit later = split();
  audit::DomainAudit& domain = later.domains.back();
  const std::string gone = domain.can[0].permissions.back();
  const std::string target = domain.can[0].targets[0];
  domain.can[0].targets = {target};
  domain.can[0].permissions.back() = "fly";
  const std::string where = domain.can[0].phase + (domain.can[0].of_channel ? ", its event channels: " : ": ") +
                            domain.can[0].access_class + " ";
  CHECK(changes(later) == "from 2026-11-22T18:50:00Z (held) to 2026-11-22T18:50:00Z (holds)\nwidened: domain " +
                              domain.name + ": " + where + "fly on " + target + "\nnarrowed: domain " + domain.name +
                              ": " + where + gone + " on " + target + "\n");
  CHECK_FALSE(compare(recorded(split()), recorded(later)).no_worse());
}

TEST_CASE("findings, gaps, risks, labels and digests that changed are named") {
  audit::Audit later = split();
  later.holds = false;
  later.gaps.clear();
  later.findings.push_back({"label", "breach", false, "net", "domain net", "a", "b", "", ""});
  later.risks.clear();
  later.domains[1].label = "other_t";
  later.digests[0].sha256 = "00";
  const auto comparison = compare(recorded(split()), recorded(later));
  std::vector<std::string> about;
  for (const audit::Change& change : comparison.changes) {
    about.push_back(change.about);
  }
  CHECK(about == std::vector<std::string>{"finding", "not looked at", "label", "accepted risk", "digest"});
  CHECK(comparison.changes[0].what == "breach: domain net: a, wanted b [label]");
  CHECK_FALSE(comparison.no_worse());
  CHECK(to_json(comparison).find("{\"change\": \"new\", \"about\": \"finding\", ") != std::string::npos);
}

TEST_CASE("a text that is no audit is refused with the place") {
  const auto refused = [](const std::string& text) { return audit::read_audit(text).error().message(); };
  CHECK(refused("{") == "not JSON, or cut off");
  CHECK(refused("{\"format_version\": 7}") == "format_version: 7, and this program knows 1");
  CHECK(refused("{\"format_version\": 1, \"host\": []}") == "host: not a text");
}

}  // namespace bulkhead::test
