#include "direct_flows.h"

#include <set>
#include <utility>

namespace bulkhead::analysis {
namespace {

using model::DomainId;

// Which permissions of a class move information to the target, and which from it.
struct Directions {
  abi::AccessVector to_target = 0;
  abi::AccessVector from_target = 0;
};

std::vector<Directions> directions_of(const abi::Abi& abi, const catalogue::Catalogue& catalogue) {
  std::vector<Directions> result;
  for (const abi::AccessClass& access_class : abi.classes) {
    Directions each;
    for (std::size_t bit = 0; bit < access_class.permissions.size(); ++bit) {
      const auto* const permission = catalogue.find_permission(access_class.name, access_class.permissions[bit]);
      // A permission that nobody described may move information both ways.
      const catalogue::Flow flow = permission == nullptr ? catalogue::Flow::kBoth : permission->flow;
      const bool is_both = flow == catalogue::Flow::kBoth;
      if (is_both || flow == catalogue::Flow::kToTarget) each.to_target |= 1U << bit;
      if (is_both || flow == catalogue::Flow::kFromTarget) each.from_target |= 1U << bit;
    }
    result.push_back(each);
  }
  return result;
}

// Who is at the other end of the cell; of a channel the one that the source is not.
std::optional<DomainId> other_of(const privilege::Type& target, DomainId source) {
  if (target.peer && *target.domain == source) return target.peer;
  return target.domain;
}

}  // namespace

std::vector<FlowPair> direct_flows(const model::Model& model, const catalogue::Catalogue& catalogue,
                                   const privilege::Derived& derived) {
  const std::vector<Directions> directions = directions_of(*model.abi, catalogue);
  std::set<std::pair<DomainId, DomainId>> pairs;
  for (const privilege::Grant& grant : derived.set.allow) {
    const privilege::Type& source = derived.set.at(grant.source);
    const bool is_actor = source.domain && source.kind != privilege::TypeKind::kChannel;
    const auto other = is_actor ? other_of(derived.set.at(grant.target), *source.domain) : std::nullopt;
    if (!other || *other == *source.domain) continue;
    const Directions& moves = directions[static_cast<std::size_t>(grant.access_class)];
    if ((grant.permissions & moves.to_target) != 0) pairs.emplace(*source.domain, *other);
    if ((grant.permissions & moves.from_target) != 0) pairs.emplace(*other, *source.domain);
  }
  std::set<FlowPair> named;
  for (const auto& [from, to] : pairs) named.insert({model.at(from).name, model.at(to).name});
  return {named.begin(), named.end()};
}

}  // namespace bulkhead::analysis
