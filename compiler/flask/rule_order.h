// The order in which rules are kept: source, target, class, kind.
#pragma once

#include <cstdint>

#include "bulkhead/flask/binary_policy.h"

namespace bulkhead::flask {

[[nodiscard]] inline std::uint64_t rule_key(const BinaryRule& rule) {
  return (std::uint64_t{rule.source} << 40) | (std::uint64_t{rule.target} << 24) |
         (std::uint64_t{rule.target_class} << 8) | static_cast<std::uint64_t>(rule.kind);
}

[[nodiscard]] inline bool rule_before(const BinaryRule& left, const BinaryRule& right) {
  return rule_key(left) < rule_key(right);
}

// The rule's data is a resulting type and not an access vector.
[[nodiscard]] inline bool is_type_rule(RuleKind kind) {
  return kind == RuleKind::kTypeTransition || kind == RuleKind::kTypeMember || kind == RuleKind::kTypeChange;
}

}  // namespace bulkhead::flask
