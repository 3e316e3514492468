#include "bulkhead/flask/access.h"

#include <algorithm>
#include <bit>

#include <fmt/format.h>

#include "rule_order.h"

namespace bulkhead::flask {
namespace {

bool apply(ConditionOperator operation, bool left, bool right) {
  switch (operation) {
    case ConditionOperator::kOr:
      return left || right;
    case ConditionOperator::kAnd:
      return left && right;
    case ConditionOperator::kXor:
    case ConditionOperator::kNotEqual:
      return left != right;
    case ConditionOperator::kEqual:
      return left == right;
    case ConditionOperator::kBoolean:
    case ConditionOperator::kNot:
      break;
  }
  BULKHEAD_CHECK(false, "only operators with two operands are applied to two");
  return false;
}

bool pop(std::vector<bool>& stack) {
  BULKHEAD_CHECK(!stack.empty(), "the reader refuses conditions that lack an operand");
  const bool top = stack.back();
  stack.pop_back();
  return top;
}

std::uint64_t cell_key(TypeValue target, ClassValue target_class) {
  return (std::uint64_t{target} << 16) | target_class;
}

// Rules of one list with the given key, at most one of each kind outside conditionals.
std::span<const BinaryRule> equal_rules(const std::vector<BinaryRule>& rules, const BinaryRule& like) {
  const auto [first, last] = std::equal_range(rules.begin(), rules.end(), like, rule_before);
  return {first, last};
}

class Differences {
 public:
  Differences(std::size_t limit, std::vector<CellDifference>& found) : limit_(limit), found_(&found) {}

  [[nodiscard]] bool full() const { return found_->size() >= limit_; }

  void add(const AccessCell& cell, AccessVector left, AccessVector right) {
    if (left == right || full()) return;
    found_->push_back({cell.source, cell.target, cell.target_class, left & ~right, right & ~left});
  }

  // Both sorted by target and class, of one source.
  void merge(std::span<const AccessCell> left, std::span<const AccessCell> right) {
    std::size_t i = 0;
    std::size_t j = 0;
    while ((i < left.size() || j < right.size()) && !full()) {
      const std::uint64_t left_key =
          i < left.size() ? cell_key(left[i].target, left[i].target_class) : ~std::uint64_t{0};
      const std::uint64_t right_key =
          j < right.size() ? cell_key(right[j].target, right[j].target_class) : ~std::uint64_t{0};
      if (left_key == right_key) {
        add(left[i], left[i].permissions, right[j].permissions);
        ++i;
        ++j;
      } else if (left_key < right_key) {
        add(left[i], left[i].permissions, 0);
        ++i;
      } else {
        add(right[j], 0, right[j].permissions);
        ++j;
      }
    }
  }

 private:
  std::size_t limit_;
  std::vector<CellDifference>* found_;
};

}  // namespace

BooleanSetting default_setting(const BinaryPolicy& policy) {
  BooleanSetting setting;
  setting.reserve(policy.booleans.size());
  for (const BinaryBoolean& boolean : policy.booleans) setting.push_back(boolean.default_state);
  return setting;
}

Result<std::vector<BooleanSetting>> boolean_settings(const BinaryPolicy& policy) {
  const std::size_t count = policy.booleans.size();
  if (count > kMaxEnumeratedBooleans) {
    return Error(fmt::format("the policy has {} booleans, all settings are looked at for at most {}", count,
                             kMaxEnumeratedBooleans));
  }
  std::vector<BooleanSetting> settings;
  for (std::uint32_t bits = 0; bits < (1U << count); ++bits) {
    BooleanSetting setting(count);
    for (std::size_t i = 0; i < count; ++i) setting[i] = ((bits >> i) & 1U) != 0;
    settings.push_back(std::move(setting));
  }
  return settings;
}

bool condition_holds(const Conditional& conditional, const BooleanSetting& setting) {
  std::vector<bool> stack;
  for (const ConditionTerm& term : conditional.expression) {
    if (term.operation == ConditionOperator::kBoolean) {
      BULKHEAD_CHECK(term.boolean >= 1 && term.boolean <= setting.size(), "a setting has a state for every boolean");
      stack.push_back(setting[term.boolean - 1]);
    } else if (term.operation == ConditionOperator::kNot) {
      const bool operand = pop(stack);
      stack.push_back(!operand);
    } else {
      const bool right = pop(stack);
      const bool left = pop(stack);
      stack.push_back(apply(term.operation, left, right));
    }
  }
  return pop(stack);
}

const std::vector<BinaryRule>& rules_in_force(const Conditional& conditional, const BooleanSetting& setting) {
  return condition_holds(conditional, setting) ? conditional.when_true : conditional.when_false;
}

AccessTable::AccessTable(const BinaryPolicy& policy, RuleKind kind, const BooleanSetting& setting)
    : policy_(&policy), sources_(policy.types.size()) {
  BULKHEAD_CHECK(!is_type_rule(kind), "an access table is of a kind of rule that has permissions");
  std::vector<BinaryRule> conditional;
  for (const Conditional& node : policy.conditionals) {
    const std::vector<BinaryRule>& rules = rules_in_force(node, setting);
    conditional.insert(conditional.end(), rules.begin(), rules.end());
  }
  if (conditional.empty()) {
    add_entries(policy.rules, kind);
    return;
  }
  std::stable_sort(conditional.begin(), conditional.end(), rule_before);
  std::vector<BinaryRule> merged(policy.rules.size() + conditional.size());
  std::merge(policy.rules.begin(), policy.rules.end(), conditional.begin(), conditional.end(), merged.begin(),
             rule_before);
  add_entries(merged, kind);
}

void AccessTable::add_entries(const std::vector<BinaryRule>& rules, RuleKind kind) {
  TypeValue last = 0;
  for (const BinaryRule& rule : rules) {
    const AccessVector permissions = rule.data & policy_->class_at(rule.target_class).all();
    if (rule.kind != kind || permissions == 0) continue;
    SourceRules& source = sources_[rule.source - 1U];
    if (rule.source != last) source.begin = static_cast<std::uint32_t>(entries_.size());
    const bool same = rule.source == last && entries_.back().target == rule.target &&
                      entries_.back().target_class == rule.target_class;
    if (same) {
      entries_.back().permissions |= permissions;
    } else {
      entries_.push_back({rule.target, rule.target_class, permissions});
    }
    source.end = static_cast<std::uint32_t>(entries_.size());
    source.attribute_targets = source.attribute_targets || policy_->type(rule.target).kind == TypeKind::kAttribute;
    last = rule.source;
  }
}

std::span<const AccessTable::Entry> AccessTable::entries_of(TypeValue source) const {
  const SourceRules& rules = sources_[source - 1U];
  return std::span(entries_).subspan(rules.begin, rules.end - rules.begin);
}

AccessVector AccessTable::permissions(TypeValue source, TypeValue target, ClassValue target_class) const {
  const auto add_of = [&](TypeValue rules_of, TypeValue on) {
    const std::span<const Entry> entries = entries_of(rules_of);
    const auto found = std::lower_bound(
        entries.begin(), entries.end(), cell_key(on, target_class),
        [](const Entry& entry, std::uint64_t wanted) { return cell_key(entry.target, entry.target_class) < wanted; });
    return found != entries.end() && found->target == on && found->target_class == target_class ? found->permissions
                                                                                                : 0;
  };
  const auto add_on = [&](TypeValue rules_of) {
    AccessVector sum = add_of(rules_of, target);
    policy_->members[target - 1U].for_each(
        [&](std::uint32_t bit) { sum |= add_of(rules_of, static_cast<TypeValue>(bit + 1)); });
    return sum;
  };
  if (policy_->type(source).kind != TypeKind::kType || policy_->type(target).kind != TypeKind::kType) return 0;
  AccessVector sum = add_on(source);
  policy_->members[source - 1U].for_each([&](std::uint32_t bit) { sum |= add_on(static_cast<TypeValue>(bit + 1)); });
  return sum;
}

RowReader::RowReader(const AccessTable& table) : table_(&table) {}

std::span<const AccessCell> RowReader::row(TypeValue source) {
  cells_.clear();
  contributors_.clear();
  const BinaryPolicy& policy = table_->policy();
  if (policy.type(source).kind != TypeKind::kType) return cells_;
  bool attribute_targets = false;
  const auto contribute = [&](TypeValue rules_of) {
    const AccessTable::SourceRules& rules = table_->sources_[rules_of - 1U];
    if (rules.begin == rules.end) return;
    contributors_.push_back(rules_of);
    attribute_targets = attribute_targets || rules.attribute_targets;
  };
  contribute(source);
  policy.members[source - 1U].for_each([&](std::uint32_t bit) { contribute(static_cast<TypeValue>(bit + 1)); });
  if (contributors_.size() == 1 && !attribute_targets) {
    copy_row(source, table_->entries_of(contributors_.front()));
  } else if (!contributors_.empty()) {
    for (const TypeValue rules_of : contributors_) add_rules(rules_of);
    collect_row(source);
  }
  return cells_;
}

void RowReader::copy_row(TypeValue source, std::span<const AccessTable::Entry> entries) {
  for (const AccessTable::Entry& entry : entries)
    cells_.push_back({source, entry.target, entry.target_class, entry.permissions});
}

void RowReader::add_rules(TypeValue rules_of) {
  const BinaryPolicy& policy = table_->policy();
  if (sums_.empty()) {
    sums_.resize(policy.types.size() * policy.classes.size());
    targets_.resize(policy.types.size() / 64 + 1);
    class_words_.resize(policy.classes.size() / 64 + 1);
  }
  for (const AccessTable::Entry& entry : table_->entries_of(rules_of)) {
    if (policy.type(entry.target).kind == TypeKind::kType) {
      add(entry.target, entry.target_class, entry.permissions);
    } else {
      policy.members[entry.target - 1U].for_each(
          [&](std::uint32_t bit) { add(static_cast<TypeValue>(bit + 1), entry.target_class, entry.permissions); });
    }
  }
}

void RowReader::add(TypeValue target, ClassValue target_class, AccessVector permissions) {
  const std::size_t type_index = target - 1U;
  const std::size_t class_index = target_class - 1U;
  sums_[type_index * table_->policy().classes.size() + class_index] |= permissions;
  targets_[type_index / 64] |= std::uint64_t{1} << (type_index % 64);
  class_words_[class_index / 64] |= std::uint64_t{1} << (class_index % 64);
}

void RowReader::collect_row(TypeValue source) {
  const std::size_t classes = table_->policy().classes.size();
  std::vector<ClassValue> used;
  for (std::size_t index = 0; index < classes; ++index) {
    if (((class_words_[index / 64] >> (index % 64)) & 1U) != 0) used.push_back(static_cast<ClassValue>(index + 1));
  }
  for (std::size_t word = 0; word < targets_.size(); ++word) {
    for (std::uint64_t bits = targets_[word]; bits != 0; bits &= bits - 1) {
      const std::size_t index = word * 64 + static_cast<std::size_t>(std::countr_zero(bits));
      for (const ClassValue target_class : used) {
        AccessVector& sum = sums_[index * classes + target_class - 1U];
        if (sum != 0) cells_.push_back({source, static_cast<TypeValue>(index + 1), target_class, sum});
        sum = 0;
      }
    }
    targets_[word] = 0;
  }
  std::fill(class_words_.begin(), class_words_.end(), 0);
}

std::vector<CellDifference> compare_cells(std::span<const AccessCell> expected, const AccessTable& actual,
                                          std::size_t limit) {
  std::vector<CellDifference> found;
  Differences differences(limit, found);
  RowReader reader(actual);
  std::size_t next = 0;
  for (const BinaryType& type : actual.policy().types) {
    if (type.kind != TypeKind::kType || differences.full()) continue;
    // A source that the policy has not: its cells are expected and missing.
    for (; next < expected.size() && expected[next].source < type.value; ++next)
      differences.add(expected[next], expected[next].permissions, 0);
    const std::size_t begin = next;
    while (next < expected.size() && expected[next].source == type.value) ++next;
    differences.merge(expected.subspan(begin, next - begin), reader.row(type.value));
  }
  for (; next < expected.size(); ++next) differences.add(expected[next], expected[next].permissions, 0);
  return found;
}

std::vector<CellDifference> compare_tables(const AccessTable& left, const AccessTable& right, std::size_t limit) {
  BULKHEAD_CHECK(left.policy().types.size() == right.policy().types.size(), "compared tables number their types alike");
  std::vector<CellDifference> found;
  Differences differences(limit, found);
  RowReader left_reader(left);
  RowReader right_reader(right);
  for (const BinaryType& type : left.policy().types) {
    if (differences.full()) break;
    if (type.kind == TypeKind::kType) differences.merge(left_reader.row(type.value), right_reader.row(type.value));
  }
  return found;
}

std::optional<TypeValue> type_rule(const BinaryPolicy& policy, RuleKind kind, TypeValue source, TypeValue target,
                                   ClassValue target_class, const BooleanSetting& setting) {
  BULKHEAD_CHECK(is_type_rule(kind), "only type rules have a resulting type");
  const BinaryRule like{
      .source = source, .target = target, .target_class = target_class, .kind = kind, .data = 0, .offset = 0};
  for (const BinaryRule& rule : equal_rules(policy.rules, like)) return static_cast<TypeValue>(rule.data);
  for (const Conditional& node : policy.conditionals) {
    for (const BinaryRule& rule : equal_rules(rules_in_force(node, setting), like))
      return static_cast<TypeValue>(rule.data);
  }
  return std::nullopt;
}

std::vector<BinaryRule> rules_for(const BinaryPolicy& policy, RuleKind kind, TypeValue source, TypeValue target,
                                  ClassValue target_class, const BooleanSetting& setting) {
  std::vector<TypeValue> sources{source};
  std::vector<TypeValue> targets{target};
  policy.members[source - 1U].for_each([&](std::uint32_t bit) { sources.push_back(static_cast<TypeValue>(bit + 1)); });
  policy.members[target - 1U].for_each([&](std::uint32_t bit) { targets.push_back(static_cast<TypeValue>(bit + 1)); });
  std::vector<BinaryRule> found;
  for (const TypeValue from : sources) {
    for (const TypeValue to : targets) {
      const BinaryRule like{
          .source = from, .target = to, .target_class = target_class, .kind = kind, .data = 0, .offset = 0};
      const std::span<const BinaryRule> rules = equal_rules(policy.rules, like);
      found.insert(found.end(), rules.begin(), rules.end());
      for (const Conditional& node : policy.conditionals) {
        const std::span<const BinaryRule> conditional = equal_rules(rules_in_force(node, setting), like);
        found.insert(found.end(), conditional.begin(), conditional.end());
      }
    }
  }
  std::sort(found.begin(), found.end(),
            [](const BinaryRule& left, const BinaryRule& right) { return left.offset < right.offset; });
  return found;
}

}  // namespace bulkhead::flask
