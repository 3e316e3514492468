// What a binary policy's rules grant, cell by cell. In: a policy and a setting of its booleans. Out: cells (source,
// target, class, permissions) of real types, attributes expanded, in ascending order.
//
// Nothing is materialised: a rule between two attributes stands for N x N cells, so that a policy with 1,600 domains
// would take millions of them. The table keeps the rules by source; a row (all cells of one source) is expanded when it
// is asked for, into a buffer that is used again. A source whose rules name only types, and which no attribute adds to,
// costs a copy of its rules. Two tables are compared row by row, in one pass.
//
// Constraints and type bounds are not evaluated: both only take access away, so the cells are an upper limit in a
// policy that has_constraints() or has_type_bounds(), and exact in any other.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "bulkhead/base/result.h"
#include "bulkhead/flask/binary_policy.h"

namespace bulkhead::flask {

// State of each boolean, index = value - 1.
using BooleanSetting = std::vector<bool>;

inline constexpr std::size_t kMaxEnumeratedBooleans = 10;

[[nodiscard]] BooleanSetting default_setting(const BinaryPolicy& policy);
// All 2^n, the first with every boolean off; an Error for more than kMaxEnumeratedBooleans.
[[nodiscard]] Result<std::vector<BooleanSetting>> boolean_settings(const BinaryPolicy& policy);
[[nodiscard]] bool condition_holds(const Conditional& conditional, const BooleanSetting& setting);
// The branch that is in force.
[[nodiscard]] const std::vector<BinaryRule>& rules_in_force(const Conditional& conditional,
                                                            const BooleanSetting& setting);

struct AccessCell {
  TypeValue source = 0;
  TypeValue target = 0;
  ClassValue target_class = 0;
  AccessVector permissions = 0;  // never 0 in what a table gives

  auto operator<=>(const AccessCell&) const = default;
};

// The rules of one kind (kAllow, kAuditAllow or kDontAudit) that are in force. Keeps a reference: the policy outlives
// it.
class AccessTable {
 public:
  AccessTable(const BinaryPolicy& policy, RuleKind kind, const BooleanSetting& setting);

  [[nodiscard]] const BinaryPolicy& policy() const { return *policy_; }

  // All cells, sorted by source, target, class.
  template <typename Visit>
  void for_each_cell(Visit&& visit) const;

  // One cell; for many, read rows.
  [[nodiscard]] AccessVector permissions(TypeValue source, TypeValue target, ClassValue target_class) const;

 private:
  friend class RowReader;

  struct Entry {
    TypeValue target = 0;
    ClassValue target_class = 0;
    AccessVector permissions = 0;
  };
  struct SourceRules {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    bool attribute_targets = false;
  };

  void add_entries(const std::vector<BinaryRule>& rules, RuleKind kind);
  [[nodiscard]] std::span<const Entry> entries_of(TypeValue source) const;

  const BinaryPolicy* policy_;
  std::vector<Entry> entries_;        // grouped by source, sorted by target and class
  std::vector<SourceRules> sources_;  // by type's value - 1
};

// Expands rows of one table; holds the buffers. Not to be shared between threads, the table may be.
class RowReader {
 public:
  explicit RowReader(const AccessTable& table);

  // The cells of one source, sorted by target and class; empty for an attribute. Valid until the next call.
  [[nodiscard]] std::span<const AccessCell> row(TypeValue source);

 private:
  void copy_row(TypeValue source, std::span<const AccessTable::Entry> entries);
  void add_rules(TypeValue rules_of);
  void add(TypeValue target, ClassValue target_class, AccessVector permissions);
  void collect_row(TypeValue source);

  const AccessTable* table_;
  std::vector<AccessCell> cells_;
  std::vector<TypeValue> contributors_;     // the source and those of its attributes that have rules
  std::vector<AccessVector> sums_;          // [(target - 1) * classes + class - 1]; all zero between calls
  std::vector<std::uint64_t> targets_;      // bit = target - 1: has a sum
  std::vector<std::uint64_t> class_words_;  // bit = class - 1: has a sum for some target
};

template <typename Visit>
void AccessTable::for_each_cell(Visit&& visit) const {
  RowReader reader(*this);
  for (const BinaryType& type : policy_->types) {
    if (type.kind != TypeKind::kType) continue;
    for (const AccessCell& cell : reader.row(type.value)) visit(cell);
  }
}

struct CellDifference {
  TypeValue source = 0;
  TypeValue target = 0;
  ClassValue target_class = 0;
  AccessVector only_left = 0;
  AccessVector only_right = 0;

  bool operator==(const CellDifference&) const = default;
};

// The first `limit` differences, in the cells' order; empty when both are equal. One pass, no expansion of either side
// kept. `expected` is sorted by source, target, class, each cell once; a cell with no permissions counts as absent.
[[nodiscard]] std::vector<CellDifference> compare_cells(std::span<const AccessCell> expected, const AccessTable& actual,
                                                        std::size_t limit = std::numeric_limits<std::size_t>::max());
// INVARIANT: both tables' policies number types and classes alike.
[[nodiscard]] std::vector<CellDifference> compare_tables(const AccessTable& left, const AccessTable& right,
                                                         std::size_t limit = std::numeric_limits<std::size_t>::max());

// The type of a new object, by a rule of `kind` (kTypeTransition, kTypeMember, kTypeChange); nothing when no rule says.
[[nodiscard]] std::optional<TypeValue> type_rule(const BinaryPolicy& policy, RuleKind kind, TypeValue source,
                                                 TypeValue target, ClassValue target_class,
                                                 const BooleanSetting& setting);

// The rules in force that a cell comes from, by their offset: for reports, with the rule's place in the file.
[[nodiscard]] std::vector<BinaryRule> rules_for(const BinaryPolicy& policy, RuleKind kind, TypeValue source,
                                                TypeValue target, ClassValue target_class,
                                                const BooleanSetting& setting);

}  // namespace bulkhead::flask
