#include "rules.h"

#include "bulkhead/abi/abi.h"

namespace bulkhead::flow {

std::vector<const flask::BinaryRule*> allow_rules(const flask::BinaryPolicy& policy) {
  std::vector<const flask::BinaryRule*> result;
  result.reserve(policy.rules.size());
  const auto add = [&](const std::vector<flask::BinaryRule>& rules) {
    for (const flask::BinaryRule& rule : rules) {
      if (rule.kind == flask::RuleKind::kAllow) result.push_back(&rule);
    }
  };
  add(policy.rules);
  const flask::BooleanSetting setting = flask::default_setting(policy);
  for (const flask::Conditional& conditional : policy.conditionals) add(flask::rules_in_force(conditional, setting));
  return result;
}

// Releases since 4.17 have `xenboot` before those of the older ones.
std::span<const std::string> sid_names(const flask::BinaryPolicy& policy) {
  const std::vector<std::string>& names = abi::known_abis().back().initial_sids;
  const std::size_t count = policy.initial_sids.empty() ? 0 : policy.initial_sids.back().number;
  if (count == names.size()) return names;
  return count + 1 == names.size() ? std::span(names).subspan(1) : std::span<const std::string>();
}

std::vector<flask::AccessVector> permissions_with(const flask::BinaryPolicy& policy,
                                                  const catalogue::Catalogue& catalogue, catalogue::Power power) {
  std::vector<flask::AccessVector> vectors(policy.classes.size());
  for (const catalogue::PowerOf& known : catalogue.powers()) {
    if (known.power != power) continue;
    const auto access_class = policy.find_class(known.access_class);
    if (!access_class) continue;
    const auto bit = policy.class_at(*access_class).bit(known.permission);
    if (bit) vectors[*access_class - 1U] |= flask::AccessVector{1} << *bit;
  }
  return vectors;
}

}  // namespace bulkhead::flow
