// Names in place of numbers, in the words of policy.conf.
#include <fmt/format.h>

#include "binary_policy_parts.h"
#include "rule_order.h"

namespace bulkhead::flask {
namespace {

std::string permissions_text(const BinaryClass& of, AccessVector permissions) {
  std::string text = "{";
  for (std::size_t bit = 0; bit < of.permissions.size(); ++bit) {
    if (((permissions >> bit) & 1U) != 0) text += " " + of.permissions[bit];
  }
  if ((permissions & ~of.all()) != 0) text += fmt::format(" 0x{:x}", permissions & ~of.all());
  return text + " }";
}

std::string rule_word(RuleKind kind) {
  switch (kind) {
    case RuleKind::kAllow:
      return "allow";
    case RuleKind::kAuditAllow:
      return "auditallow";
    case RuleKind::kDontAudit:
      return "dontaudit";
    case RuleKind::kTypeTransition:
      return "type_transition";
    case RuleKind::kTypeMember:
      return "type_member";
    case RuleKind::kTypeChange:
      return "type_change";
  }
  return {};
}

// Runs of three and more categories in the short form: c0.c5.
std::string categories_text(const BinaryPolicy& policy, const Bitmap& categories) {
  std::vector<std::uint32_t> values;
  categories.for_each([&](std::uint32_t bit) { values.push_back(bit); });
  std::string text;
  for (std::size_t i = 0; i < values.size();) {
    std::size_t last = i;
    while (last + 1 < values.size() && values[last + 1] == values[last] + 1) ++last;
    if (!text.empty()) text += ",";
    text += policy.categories[values[i]].name;
    if (last > i) text += (last > i + 1 ? "." : ",") + policy.categories[values[last]].name;
    i = last + 1;
  }
  return text;
}

std::string level_text(const BinaryPolicy& policy, const MlsLevel& level) {
  const std::string categories = categories_text(policy, level.categories);
  const std::string& sensitivity = policy.levels[level.sensitivity - 1].name;
  return categories.empty() ? sensitivity : sensitivity + ":" + categories;
}

std::string operator_text(std::uint32_t operation) {
  constexpr const char* kWords[] = {"==", "!=", "dom", "domby", "incomp"};
  return operation >= 1 && operation <= 5 ? kWords[operation - 1] : "?";
}

std::string level_pair_text(std::uint32_t attribute, const std::string& operation) {
  constexpr const char* kLeft[] = {"l1", "l1", "h1", "h1", "l1", "l2"};
  constexpr const char* kRight[] = {"l2", "h2", "l2", "h2", "h1", "h2"};
  for (std::size_t i = 0; i < std::size(kLeft); ++i) {
    if (attribute == 32U << i) return fmt::format("({} {} {})", kLeft[i], operation, kRight[i]);
  }
  return "(?)";
}

char part_letter(std::uint32_t attribute) {
  return (attribute & 1U) != 0 ? 'u' : (attribute & 2U) != 0 ? 'r' : 't';
}

std::string names_text(const BinaryPolicy& policy, const ConstraintTerm& term) {
  std::string names;
  term.names.for_each([&](std::uint32_t bit) {
    names += " ";
    names += (term.attribute & 1U) != 0   ? policy.users[bit].name
             : (term.attribute & 2U) != 0 ? policy.roles[bit].name
                                          : policy.types[bit].name;
  });
  const char side = (term.attribute & 8U) != 0 ? '2' : (term.attribute & 16U) != 0 ? '3' : '1';
  return fmt::format("({}{} {} {{{} }})", part_letter(term.attribute), side, operator_text(term.operation), names);
}

std::string operand_text(const BinaryPolicy& policy, const ConstraintTerm& term) {
  if (term.kind == ConstraintTermKind::kNames) return names_text(policy, term);
  const std::string operation = operator_text(term.operation);
  if (term.attribute >= 32) return level_pair_text(term.attribute, operation);
  const char letter = part_letter(term.attribute);
  return fmt::format("({}1 {} {}2)", letter, operation, letter);
}

std::string pop(std::vector<std::string>& stack) {
  BULKHEAD_CHECK(!stack.empty(), "the reader refuses expressions that lack an operand");
  std::string top = std::move(stack.back());
  stack.pop_back();
  return top;
}

void join_two(std::vector<std::string>& stack, const char* word) {
  const std::string right = pop(stack);
  const std::string left = pop(stack);
  stack.push_back(fmt::format("({} {} {})", left, word, right));
}

const char* condition_word(ConditionOperator operation) {
  switch (operation) {
    case ConditionOperator::kBoolean:
      return "";
    case ConditionOperator::kNot:
      return "not";
    case ConditionOperator::kOr:
      return "or";
    case ConditionOperator::kAnd:
      return "and";
    case ConditionOperator::kXor:
      return "xor";
    case ConditionOperator::kEqual:
      return "==";
    case ConditionOperator::kNotEqual:
      return "!=";
  }
  return "";
}

}  // namespace

std::string context_text(const BinaryPolicy& policy, const SecurityContext& context) {
  std::string text = fmt::format("{}:{}:{}", policy.users[context.user - 1].name, policy.roles[context.role - 1].name,
                                 policy.type(context.type).name);
  if (!policy.mls || !range_exists(policy, context.range)) return text;
  text += ":" + level_text(policy, context.range.low);
  if (context.range.high != context.range.low) text += "-" + level_text(policy, context.range.high);
  return text;
}

std::string rule_text(const BinaryPolicy& policy, const BinaryRule& rule) {
  const BinaryClass& target_class = policy.class_at(rule.target_class);
  const std::string data = is_type_rule(rule.kind) ? policy.type(static_cast<TypeValue>(rule.data)).name
                                                   : permissions_text(target_class, rule.data);
  return fmt::format("{} {} {}:{} {};", rule_word(rule.kind), policy.type(rule.source).name,
                     policy.type(rule.target).name, target_class.name, data);
}

std::string constraint_text(const BinaryPolicy& policy, const BinaryClass& of, const Constraint& constraint) {
  std::vector<std::string> stack;
  for (const ConstraintTerm& term : constraint.expression) {
    switch (term.kind) {
      case ConstraintTermKind::kNot:
        stack.push_back("not " + pop(stack));
        break;
      case ConstraintTermKind::kAnd:
        join_two(stack, "and");
        break;
      case ConstraintTermKind::kOr:
        join_two(stack, "or");
        break;
      case ConstraintTermKind::kCompare:
      case ConstraintTermKind::kNames:
        stack.push_back(operand_text(policy, term));
        break;
    }
  }
  return fmt::format("constrain {} {} {};", of.name, permissions_text(of, constraint.permissions), pop(stack));
}

std::string condition_text(const BinaryPolicy& policy, const Conditional& conditional) {
  std::vector<std::string> stack;
  for (const ConditionTerm& term : conditional.expression) {
    switch (term.operation) {
      case ConditionOperator::kBoolean:
        stack.push_back(policy.booleans[term.boolean - 1].name);
        break;
      case ConditionOperator::kNot:
        stack.push_back("not " + pop(stack));
        break;
      case ConditionOperator::kOr:
      case ConditionOperator::kAnd:
      case ConditionOperator::kXor:
      case ConditionOperator::kEqual:
      case ConditionOperator::kNotEqual:
        join_two(stack, condition_word(term.operation));
        break;
    }
  }
  return pop(stack);
}

}  // namespace bulkhead::flask
