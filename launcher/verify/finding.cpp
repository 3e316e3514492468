#include "bulkhead/verify/finding.h"

#include <algorithm>

#include <fmt/format.h>

#include "bulkhead/base/check.h"
#include "bulkhead/base/json_text.h"

namespace bulkhead::verify {

std::string_view to_text(Severity severity) {
  switch (severity) {
    case Severity::kBreach:
      return "breach";
    case Severity::kDegraded:
      return "degraded";
    case Severity::kAttempt:
      return "attempt";
    case Severity::kNotice:
      return "notice";
  }
  BULKHEAD_CHECK(false, "a finding has one of four severities");
}

bool holds(const std::vector<Finding>& findings) {
  return std::all_of(findings.begin(), findings.end(),
                     [](const Finding& finding) { return finding.severity == Severity::kNotice; });
}

std::string to_text(const Finding& finding) {
  std::string text = fmt::format("{}: {}, wanted {}", finding.object, finding.found, finding.wanted);
  if (!finding.origin.empty()) {
    text += fmt::format(" ({})", finding.origin);
  }
  text += fmt::format(" [{}]\n", finding.id);
  if (!finding.remedy.empty()) {
    text += fmt::format("  {}\n", finding.remedy);
  }
  return text;
}

std::string to_json(const Finding& finding) {
  std::string out;
  JsonText json(out);
  json.begin_object(JsonText::Layout::kInline);
  const auto field = [&](std::string_view name, const std::string& value) {
    json.key(name);
    json.text(value);
  };
  field("id", finding.id);
  field("object", finding.object);
  field("found", finding.found);
  field("wanted", finding.wanted);
  field("remedy", finding.remedy);
  field("origin", finding.origin);
  field("severity", std::string(to_text(finding.severity)));
  field("domain", finding.domain);
  json.end();
  return out;
}

}  // namespace bulkhead::verify
