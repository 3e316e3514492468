// Words that the text and the page share.
#pragma once

#include <string>

#include "bulkhead/audit/audit.h"

namespace bulkhead::audit {

// "Can", "Can, until it is sealed", "While it is built", "Its event channels".
[[nodiscard]] std::string_view statement_title(const Statement& statement, bool is_control);
// "as compiled", "DIFFERS", "not compared"
[[nodiscard]] std::string_view comparison_word(const Compared& compared);
// "host.yaml:41:5, host.yaml:42:5 and 7 more"
[[nodiscard]] std::string origins_text(const std::vector<std::string>& origins);
// What stands together under one heading and one list of targets.
[[nodiscard]] bool same_head(const Statement& a, const Statement& b);
// "map_read over 40 labels"
[[nodiscard]] std::string targets_text(const std::vector<std::string>& types);
[[nodiscard]] std::string usage_text(const UsageFigures& usage);

inline constexpr const char* kWhyNot =
    "because no rule of the policy gives it: what no rule gives, the hypervisor denies";

}  // namespace bulkhead::audit
