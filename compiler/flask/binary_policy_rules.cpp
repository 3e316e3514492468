#include <algorithm>

#include <fmt/format.h>

#include "binary_policy_parts.h"
#include "bulkhead/flask/access.h"
#include "rule_order.h"

namespace bulkhead::flask {
namespace {

constexpr std::uint32_t kEnabled = 0x8000;             // of a conditional rule: its branch is the one in force
constexpr std::uint32_t kExtendedPermissions = 0x700;  // ioctl ranges, which Xen has not
constexpr int kMaxConditionDepth = 10;                 // operands on the hypervisor's stack

bool rule_kind(std::uint32_t code, RuleKind& kind) {
  switch (code) {
    case 0x01:
      kind = RuleKind::kAllow;
      return true;
    case 0x02:
      kind = RuleKind::kAuditAllow;
      return true;
    case 0x04:
      kind = RuleKind::kDontAudit;
      return true;
    case 0x10:
      kind = RuleKind::kTypeTransition;
      return true;
    case 0x20:
      kind = RuleKind::kTypeMember;
      return true;
    case 0x40:
      kind = RuleKind::kTypeChange;
      return true;
    default:
      return false;
  }
}

std::string unknown_kind(std::uint32_t code) {
  if ((code & kExtendedPermissions) != 0)
    return "expected an access or type rule, found one with extended permissions, which Xen refuses";
  return fmt::format("expected the kind of a rule (1, 2, 4, 16, 32 or 64), found 0x{:x}", code);
}

void check_rule(PolicyCursor& in, const BinaryPolicy& policy, const BinaryRule& rule) {
  if (!is_type_or_attribute(policy, rule.source)) {
    in.fail_at(rule.offset, fmt::format("expected the value of a rule's source type, found {}", rule.source));
  } else if (!is_type_or_attribute(policy, rule.target)) {
    in.fail_at(rule.offset + 2, fmt::format("expected the value of a rule's target type, found {}", rule.target));
  } else if (rule.target_class < 1 || rule.target_class > policy.classes.size()) {
    in.fail_at(rule.offset + 4, fmt::format("expected the value of a rule's class (1 to {}), found {}",
                                            policy.classes.size(), rule.target_class));
  } else if (is_type_rule(rule.kind) && !is_real_type(policy, rule.data)) {
    in.fail_at(rule.offset + 8, fmt::format("expected the value of a rule's resulting type, found {}", rule.data));
  }
}

// Of a rule outside conditionals, and of one in the branch that is not in force, the enabled flag is clear.
BinaryRule read_rule(PolicyCursor& in, const BinaryPolicy& policy, bool enabled) {
  BinaryRule rule;
  rule.offset = in.offset();
  rule.source = in.u16("a rule's source type");
  rule.target = in.u16("a rule's target type");
  rule.target_class = in.u16("a rule's class");
  const std::uint32_t code = in.u16("a rule's kind");
  rule.data = in.u32("a rule's permissions or resulting type");
  if (!in.ok()) return rule;
  if (!rule_kind(code & ~kEnabled, rule.kind)) {
    in.fail_at(rule.offset + 6, unknown_kind(code & ~kEnabled));
  } else if (((code & kEnabled) != 0) != enabled) {
    in.fail_at(rule.offset + 6,
               fmt::format("expected a rule that is {}in force by the booleans' defaults", enabled ? "" : "not "));
  } else {
    check_rule(in, policy, rule);
  }
  // The file holds what is audited on denial, the source text what is not.
  if (in.ok() && rule.kind == RuleKind::kDontAudit) rule.data = ~rule.data & policy.class_at(rule.target_class).all();
  return rule;
}

// One branch of a conditional may hold the same rule twice: the hypervisor unites them.
std::vector<BinaryRule> read_branch(PolicyCursor& in, const BinaryPolicy& policy, bool in_force) {
  std::vector<BinaryRule> rules;
  const std::uint32_t count = in.count(12, "the number of rules of a conditional's branch");
  rules.reserve(count);
  for (std::uint32_t i = 0; i < count && in.ok(); ++i) rules.push_back(read_rule(in, policy, in_force));
  if (in.ok()) std::stable_sort(rules.begin(), rules.end(), rule_before);
  return rules;
}

ConditionTerm read_condition_term(PolicyCursor& in, const BinaryPolicy& policy) {
  constexpr ConditionOperator kOperators[] = {
      ConditionOperator::kBoolean, ConditionOperator::kNot,   ConditionOperator::kOr,      ConditionOperator::kAnd,
      ConditionOperator::kXor,     ConditionOperator::kEqual, ConditionOperator::kNotEqual};
  const std::uint32_t at = in.offset();
  ConditionTerm term;
  const std::uint32_t code = in.u32("the operator of a condition");
  const std::uint32_t boolean = in.u32("the boolean of a condition");
  if (!in.ok()) return term;
  if (code < 1 || code > std::size(kOperators)) {
    in.fail_at(at,
               fmt::format("expected the operator of a condition (1 to {}), found {}", std::size(kOperators), code));
    return term;
  }
  term.operation = kOperators[code - 1];
  if (term.operation == ConditionOperator::kBoolean) {
    term.boolean = boolean;
    if (boolean < 1 || boolean > policy.booleans.size()) {
      in.fail_at(at + 4,
                 fmt::format("expected the value of a boolean (1 to {}), found {}", policy.booleans.size(), boolean));
    }
  }
  return term;
}

int operands(ConditionOperator operation) {
  switch (operation) {
    case ConditionOperator::kBoolean:
      return 0;
    case ConditionOperator::kNot:
      return 1;
    case ConditionOperator::kOr:
    case ConditionOperator::kAnd:
    case ConditionOperator::kXor:
    case ConditionOperator::kEqual:
    case ConditionOperator::kNotEqual:
      return 2;
  }
  return 0;
}

void read_condition(PolicyCursor& in, const BinaryPolicy& policy, Conditional& conditional) {
  const std::uint32_t at = in.offset();
  const std::uint32_t count = in.count(8, "the number of a condition's terms");
  int depth = 0;
  for (std::uint32_t i = 0; i < count && in.ok(); ++i) {
    const std::uint32_t term_at = in.offset();
    conditional.expression.push_back(read_condition_term(in, policy));
    const int taken = operands(conditional.expression.back().operation);
    if (depth < taken || depth - taken + 1 > kMaxConditionDepth) {
      in.fail_at(term_at,
                 fmt::format("a condition's term needs {} operands and room for one among {}, found {} operands", taken,
                             kMaxConditionDepth, depth));
    }
    depth += 1 - taken;
  }
  if (depth != 1) in.fail_at(at, fmt::format("a condition leaves {} values instead of one", depth));
}

Conditional read_conditional(PolicyCursor& in, const BinaryPolicy& policy, const BooleanSetting& defaults) {
  Conditional conditional;
  conditional.offset = in.offset();
  const std::uint32_t state = in.u32("the state of a conditional");
  read_condition(in, policy, conditional);
  if (!in.ok()) return conditional;
  const bool holds = condition_holds(conditional, defaults);
  if (state != (holds ? 1U : 0U)) {
    in.fail_at(conditional.offset,
               fmt::format("expected the state {} of a conditional, as the booleans' defaults give it, found {}",
                           holds ? 1 : 0, state));
  }
  conditional.when_true = read_branch(in, policy, holds);
  conditional.when_false = read_branch(in, policy, !holds);
  return conditional;
}

struct ConditionalTypeRule {
  BinaryRule rule;
  std::size_t conditional = 0;
  bool when_true = false;
};

std::vector<ConditionalTypeRule> conditional_type_rules(const BinaryPolicy& policy) {
  std::vector<ConditionalTypeRule> rules;
  for (std::size_t i = 0; i < policy.conditionals.size(); ++i) {
    for (const BinaryRule& rule : policy.conditionals[i].when_true) {
      if (is_type_rule(rule.kind)) rules.push_back({rule, i, true});
    }
    for (const BinaryRule& rule : policy.conditionals[i].when_false) {
      if (is_type_rule(rule.kind)) rules.push_back({rule, i, false});
    }
  }
  std::sort(rules.begin(), rules.end(), [](const ConditionalTypeRule& left, const ConditionalTypeRule& right) {
    return rule_key(left.rule) != rule_key(right.rule) ? rule_before(left.rule, right.rule)
                                                       : left.rule.offset < right.rule.offset;
  });
  return rules;
}

// A new object's type must not depend on which rule is found first: the two branches of one conditional are the only
// places where one key may have two type rules.
void check_type_rules(PolicyCursor& in, const BinaryPolicy& policy) {
  const std::vector<ConditionalTypeRule> rules = conditional_type_rules(policy);
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const BinaryRule& rule = rules[i].rule;
    const bool unconditional = std::binary_search(policy.rules.begin(), policy.rules.end(), rule, rule_before);
    const bool second = i > 0 && rule_key(rules[i - 1].rule) == rule_key(rule);
    const bool third = i > 1 && rule_key(rules[i - 2].rule) == rule_key(rule);
    const bool other_branch =
        second && rules[i - 1].conditional == rules[i].conditional && rules[i - 1].when_true != rules[i].when_true;
    if (unconditional || third || (second && !other_branch)) {
      in.fail_at(
          rule.offset,
          "another type rule for the same source, target and class stands outside the conditional's other branch");
      return;
    }
  }
}

// One stable pass of a sort by counting: `key` is below `keys`.
template <typename Key>
void sort_pass(std::size_t keys, std::vector<BinaryRule>& rules, std::vector<BinaryRule>& sorted, Key&& key) {
  std::vector<std::uint32_t> next(keys + 1, 0);
  for (const BinaryRule& rule : rules) ++next[key(rule) + 1];
  for (std::size_t i = 1; i < next.size(); ++i) next[i] += next[i - 1];
  for (const BinaryRule& rule : rules) sorted[next[key(rule)]++] = rule;
  rules.swap(sorted);
}

// The file has the rules in the order of a hash table, up to millions of them: linear time shows.
void sort_rules(const BinaryPolicy& policy, std::vector<BinaryRule>& rules) {
  constexpr std::size_t kKinds = 8;
  std::vector<BinaryRule> sorted(rules.size());
  sort_pass((policy.classes.size() + 1) * kKinds, rules, sorted,
            [](const BinaryRule& rule) { return rule.target_class * kKinds + static_cast<std::size_t>(rule.kind); });
  sort_pass(policy.types.size() + 1, rules, sorted, [](const BinaryRule& rule) { return std::size_t{rule.target}; });
  sort_pass(policy.types.size() + 1, rules, sorted, [](const BinaryRule& rule) { return std::size_t{rule.source}; });
}

void refuse_filename_transitions(PolicyCursor& in) {
  const std::uint32_t at = in.offset();
  const std::uint32_t count = in.u32("the number of filename transitions");
  if (count != 0) in.fail_at(at, fmt::format("expected no filename transitions (Xen refuses them), found {}", count));
}

bool is_role(const BinaryPolicy& policy, RoleValue value) {
  return value >= 1 && value <= policy.roles.size();
}

void read_role_transition(PolicyCursor& in, BinaryPolicy& policy) {
  RoleTransition rule;
  rule.offset = in.offset();
  rule.role = in.u32("the role of a role transition");
  const std::uint32_t type = in.u32("the type of a role transition");
  rule.new_role = in.u32("the new role of a role transition");
  std::uint32_t target_class = 0;
  if (policy.version >= kVersionWithDeviceTree) {
    target_class = in.u32("the class of a role transition");
    if (in.ok() && (target_class < 1 || target_class > policy.classes.size())) {
      in.fail_at(rule.offset + 12, fmt::format("expected the class of a role transition (1 to {}), found {}",
                                               policy.classes.size(), target_class));
    }
  }
  if (in.ok() &&
      (!is_role(policy, rule.role) || !is_role(policy, rule.new_role) || !is_type_or_attribute(policy, type))) {
    in.fail_at(rule.offset,
               fmt::format("expected the role, type and new role of a role transition, found {}, {} and {}", rule.role,
                           type, rule.new_role));
  }
  rule.type = static_cast<TypeValue>(type);
  rule.target_class = static_cast<ClassValue>(target_class);
  policy.role_transitions.push_back(rule);
}

}  // namespace

void read_rules(PolicyCursor& in, BinaryPolicy& policy) {
  const std::uint32_t at = in.offset();
  const std::uint32_t count = in.count(12, "the number of rules");
  if (count == 0) in.fail_at(at, "expected at least one rule (Xen refuses an empty table)");
  if (!in.ok()) return;
  policy.rules.reserve(count);
  for (std::uint32_t i = 0; i < count && in.ok(); ++i) policy.rules.push_back(read_rule(in, policy, false));
  if (!in.ok()) return;
  sort_rules(policy, policy.rules);
  const auto same = std::adjacent_find(
      policy.rules.begin(), policy.rules.end(),
      [](const BinaryRule& left, const BinaryRule& right) { return rule_key(left) == rule_key(right); });
  if (same != policy.rules.end()) {
    const std::uint32_t first = std::min(same->offset, std::next(same)->offset);
    in.fail_at(std::max(same->offset, std::next(same)->offset),
               fmt::format("the rule has the source, target, class and kind of the one at offset {}", first));
  }
}

void read_conditionals(PolicyCursor& in, BinaryPolicy& policy) {
  if (!in.ok()) return;
  const BooleanSetting defaults = default_setting(policy);
  const std::uint32_t count = in.count(16, "the number of conditionals");
  for (std::uint32_t i = 0; i < count && in.ok(); ++i)
    policy.conditionals.push_back(read_conditional(in, policy, defaults));
  if (in.ok()) check_type_rules(in, policy);
}

void read_role_rules(PolicyCursor& in, BinaryPolicy& policy) {
  const std::uint32_t transitions = in.count(12, "the number of role transitions");
  for (std::uint32_t i = 0; i < transitions && in.ok(); ++i) read_role_transition(in, policy);
  const std::uint32_t allows = in.count(8, "the number of role allows");
  for (std::uint32_t i = 0; i < allows && in.ok(); ++i) {
    RoleAllow rule;
    rule.offset = in.offset();
    rule.role = in.u32("the role of a role allow");
    rule.new_role = in.u32("the new role of a role allow");
    if (in.ok() && (!is_role(policy, rule.role) || !is_role(policy, rule.new_role))) {
      in.fail_at(rule.offset,
                 fmt::format("expected the two roles of a role allow, found {} and {}", rule.role, rule.new_role));
    }
    policy.role_allows.push_back(rule);
  }
  if (policy.version >= kVersionWithDeviceTree) refuse_filename_transitions(in);
}

}  // namespace bulkhead::flask
