#include "as_binary.h"

#include <algorithm>
#include <limits>
#include <tuple>

namespace bulkhead::analysis {
namespace {

using flask::BinaryPolicy;
using flask::BinaryRule;
using flask::RuleKind;
using privilege::TypeId;

flask::TypeValue value_of(TypeId id) {
  return static_cast<flask::TypeValue>(privilege::index(id) + 1);
}

flask::ClassValue value_of(abi::ClassId id) {
  return static_cast<flask::ClassValue>(static_cast<unsigned>(id) + 1);
}

// The order that the reader keeps rules in.
bool before(const BinaryRule& a, const BinaryRule& b) {
  return std::tuple(a.source, a.target, a.target_class, a.kind) <
         std::tuple(b.source, b.target, b.target_class, b.kind);
}

BinaryRule rule_of(const privilege::Cell& cell) {
  return {value_of(cell.source), value_of(cell.target), value_of(cell.access_class),
          RuleKind::kAllow,      cell.permissions,      0};
}

void add_symbols(const privilege::PrivilegeSet& set, BinaryPolicy& policy) {
  for (const abi::AccessClass& access_class : set.abi->classes) {
    flask::BinaryClass made;
    made.name = access_class.name;
    made.value = static_cast<flask::ClassValue>(policy.classes.size() + 1);
    made.permissions = access_class.permissions;
    policy.classes.push_back(std::move(made));
  }
  for (const privilege::Type& type : set.types) {
    flask::BinaryType made;
    made.name = type.name;
    made.value = static_cast<flask::TypeValue>(policy.types.size() + 1);
    made.kind = flask::TypeKind::kType;
    policy.types_by_name.push_back(made.value);  // the set's types are sorted by name
    policy.types.push_back(std::move(made));
  }
  policy.members.resize(policy.types.size());
}

}  // namespace

std::optional<BinaryPolicy> as_binary(const privilege::Derived& derived) {
  const privilege::PrivilegeSet& set = derived.set;
  if (set.types.size() >= std::numeric_limits<flask::TypeValue>::max()) return std::nullopt;
  BinaryPolicy policy;
  policy.version = 30;
  add_symbols(set, policy);
  for (const privilege::Cell& cell : set.cells()) policy.rules.push_back(rule_of(cell));
  for (const privilege::Transition& each : set.transitions) {
    policy.rules.push_back({value_of(each.source), value_of(each.target), value_of(each.access_class),
                            RuleKind::kTypeTransition, value_of(each.result), 0});
  }
  std::sort(policy.rules.begin(), policy.rules.end(), before);
  return policy;
}

void add_permissions(BinaryPolicy& policy, const privilege::Cell& cell) {
  const BinaryRule rule = rule_of(cell);
  const auto place = std::lower_bound(policy.rules.begin(), policy.rules.end(), rule, before);
  if (place != policy.rules.end() && !before(rule, *place)) {
    place->data |= rule.data;
  } else {
    policy.rules.insert(place, rule);
  }
}

}  // namespace bulkhead::analysis
