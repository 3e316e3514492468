// What changed between two audits. In: two audit.json. Out: findings that are new or gone, permissions that are more or
// less, risks, digests; as text and as JSON. An Error names the JSON path at which a text is no audit.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/base/result.h"

namespace bulkhead::audit {

// Of an audit.json what is compared.
struct Recorded {
  std::string host;
  std::string when;
  bool holds = false;
  std::map<std::string, std::string> digests;            // by what they are of
  std::set<std::string> findings;                        // a line each
  std::set<std::string> gaps;                            // what was not looked at
  std::map<std::string, std::set<std::string>> domains;  // by name: "running: grant copy on web-1"
  std::map<std::string, std::string> labels;             // by domain
  std::set<std::string> risks;
  bool operator==(const Recorded&) const = default;
};
[[nodiscard]] Result<Recorded> read_audit(std::string_view json);

struct Change {
  enum class Kind : std::uint8_t { kWidened, kNarrowed, kNew, kGone, kChanged };
  Kind kind = Kind::kChanged;
  std::string about;  // "domain net", "finding", "digest"
  std::string what;
  bool operator==(const Change&) const = default;
};

struct Comparison {
  std::string from;  // times of the two
  std::string to;
  bool held = false;
  bool holds = false;
  std::vector<Change> changes;
  // Nothing is widened, nothing new was found, and the host holds.
  [[nodiscard]] bool no_worse() const;
};
[[nodiscard]] Comparison compare(const Recorded& old_audit, const Recorded& new_audit);
[[nodiscard]] std::string to_text(const Comparison& comparison);
[[nodiscard]] std::string to_json(const Comparison& comparison);

}  // namespace bulkhead::audit
