#include <algorithm>
#include <string_view>
#include <unordered_map>

#include "bulkhead/privilege/privileges.h"

namespace bulkhead::privilege {
namespace {

bool is_excepted(const std::string& word, const Type& type) {
  switch (type.kind) {
    case TypeKind::kSelf:
      return word == "self";
    case TypeKind::kBuilding:
      return word == "building";
    case TypeKind::kRunning:
    case TypeKind::kBooting:
      return word == "running";
    case TypeKind::kTarget:
      return word == "target";
    case TypeKind::kInitial:
      return type.name == word + "_t";
    case TypeKind::kChannel:
    case TypeKind::kDevice:
      return false;
  }
  return false;
}

}  // namespace

InvariantScope::InvariantScope(const catalogue::Invariant& invariant, const model::Model& model,
                               const catalogue::Catalogue& catalogue, const Derived& derived) {
  const std::vector<Type>& types = derived.set.types;
  bound_.resize(types.size());
  excepted_.resize(types.size());
  std::unordered_map<std::string_view, bool> binds;  // by role: there are few, and thousands of domains
  for (std::size_t i = 0; i < model.domains.size(); ++i) {
    const std::string& role = model.domains[i].role;
    const auto [place, is_new] = binds.try_emplace(role);
    if (is_new) {
      place->second = std::any_of(invariant.roles.begin(), invariant.roles.end(),
                                  [&](const std::string& each) { return catalogue.is_a(role, each); });
    }
    if (!place->second) continue;
    const DomainTypes& own = derived.of_domain[i];
    bound_[index(own.running)] = true;
    if (own.booting && !invariant.only_sealed) bound_[index(*own.booting)] = true;
  }
  for (std::size_t i = 0; i < types.size(); ++i) {
    excepted_[i] = std::any_of(invariant.except_on.begin(), invariant.except_on.end(),
                               [&](const std::string& word) { return is_excepted(word, types[i]); });
  }
  for (const abi::AccessClass& access_class : derived.set.abi->classes) {
    const auto listed = invariant.never.find(access_class.name);
    abi::AccessVector vector = 0;
    if (listed != invariant.never.end()) {
      if (listed->second.empty()) vector = access_class.all();
      // A permission of another release is no permission here.
      for (const std::string& name : listed->second) {
        if (const auto bit = access_class.bit(name)) vector |= 1U << *bit;
      }
    }
    never_.push_back(vector);
  }
}

}  // namespace bulkhead::privilege
