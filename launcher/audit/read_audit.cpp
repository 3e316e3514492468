#include <fmt/format.h>

#include "bulkhead/audit/audit.h"
#include "bulkhead/audit/compare.h"
#include "json_object.h"

namespace bulkhead::audit {

namespace {

void read_statement(JsonObject& object, std::set<std::string>& cells) {
  const std::string phase = object.text("phase");
  const bool of_channel = object.flag("of_channel");
  const std::string access_class = object.text("class");
  const std::vector<std::string> targets = object.texts("targets");
  for (const std::string& permission : object.texts("permissions")) {
    for (const std::string& target : targets) {
      cells.insert(fmt::format("{}{}: {} {} on {}", phase, of_channel ? ", its event channels" : "", access_class,
                               permission, target));
    }
  }
}

void read_domain(JsonObject& object, Recorded& recorded) {
  const std::string name = object.text("name");
  recorded.labels[name] = object.text("label");
  std::set<std::string>& cells = recorded.domains[name];
  object.each("can", [&](JsonObject& statement) { read_statement(statement, cells); });
}

}  // namespace

Result<Recorded> read_audit(std::string_view json) {
  Recorded recorded;
  const Result<void> read = read_json(json, [&](JsonObject& object) {
    object.version(kFormatVersion);
    recorded.host = object.text("host");
    recorded.when = object.text("when");
    recorded.holds = object.flag("holds");
    object.each("digests", [&](JsonObject& digest) {
      const std::string what = digest.text("what");
      // Null where there is none: then its state says why.
      recorded.digests[fmt::format("{} {}", what, digest.text("path"))] =
          digest.is_null("sha256") ? digest.text("state") : digest.text("sha256");
    });
    object.each("findings", [&](JsonObject& finding) {
      recorded.findings.insert(fmt::format("{}: {}: {}, wanted {} [{}]", finding.text("severity"),
                                           finding.text("object"), finding.text("found"), finding.text("wanted"),
                                           finding.text("id")));
    });
    object.each("not_looked_at", [&](JsonObject& gap) { recorded.gaps.insert(gap.text("what")); });
    object.each("domains", [&](JsonObject& domain) { read_domain(domain, recorded); });
    object.each("accepted", [&](JsonObject& risk) {
      recorded.risks.insert(fmt::format("{}: {}", risk.text("finding"), risk.text("about")));
    });
  });
  if (!read) {
    return read.error();
  }
  return recorded;
}

}  // namespace bulkhead::audit
