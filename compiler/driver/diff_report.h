// A difference of two policies, printed. In: what analysis::diff found, and who the two are. Out: text for a terminal,
// JSON (docs/diff.schema.json), or Markdown for a pull request: a summary on top, the details folded.
#pragma once

#include <string>
#include <vector>

#include "bulkhead/analysis/diff.h"
#include "bulkhead/catalogue/catalogue.h"

namespace bulkhead::driver {

struct DiffSide {
  std::string path;
  bool is_spec = false;
  std::vector<std::string> remarks;
};

struct DiffReport {
  const analysis::PolicyDiff& diff;
  const DiffSide& a;
  const DiffSide& b;
  const catalogue::Catalogue& catalogue;
};

[[nodiscard]] std::string diff_text(const DiffReport& report);
[[nodiscard]] std::string diff_json(const DiffReport& report);
[[nodiscard]] std::string diff_markdown(const DiffReport& report);

// A permission that a change names, and what it guards; `guards` is empty of one that no release of Xen has.
struct GuardedPermission {
  std::string access_class;
  std::string name;
  std::string guards;
  auto operator<=>(const GuardedPermission&) const = default;
};
// By class and name, each once.
[[nodiscard]] std::vector<GuardedPermission> guarded_permissions(const DiffReport& report);
// What a kind of fact is called in a report.
[[nodiscard]] std::string_view title(analysis::FactKind kind);

}  // namespace bulkhead::driver
