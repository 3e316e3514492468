#include "bulkhead/verify/finding.h"

#include <fmt/format.h>

#include "bulkhead/base/json_text.h"

namespace bulkhead::verify {

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
  json.end();
  return out;
}

}  // namespace bulkhead::verify
