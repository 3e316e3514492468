// The allow rules that are in force, and the members of what they name.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "bulkhead/catalogue/catalogue.h"
#include "bulkhead/flask/access.h"
#include "bulkhead/flask/binary_policy.h"

namespace bulkhead::flow {

// Sorted as the policy has them, the conditional ones last.
[[nodiscard]] std::vector<const flask::BinaryRule*> allow_rules(const flask::BinaryPolicy& policy);

// Calls `visit` with the type itself, or with each type that has the attribute.
template <typename Visit>
void for_each_type(const flask::BinaryPolicy& policy, flask::TypeValue value, Visit&& visit) {
  if (policy.type(value).kind != flask::TypeKind::kAttribute) {
    visit(value);
    return;
  }
  policy.members[value - 1U].for_each([&](std::uint32_t bit) { visit(static_cast<flask::TypeValue>(bit + 1)); });
}

// Permissions of one class that have something in common.
template <typename Holds>
[[nodiscard]] flask::AccessVector permissions_where(const flask::BinaryClass& access_class,
                                                    const catalogue::Catalogue& catalogue, Holds&& holds) {
  flask::AccessVector vector = 0;
  for (std::size_t bit = 0; bit < access_class.permissions.size(); ++bit) {
    const catalogue::Permission* permission =
        catalogue.find_permission(access_class.name, access_class.permissions[bit]);
    if (permission != nullptr && holds(*permission)) vector |= flask::AccessVector{1} << bit;
  }
  return vector;
}

// By number - 1; they stand in no policy. Empty when it has as many as no release that we know.
[[nodiscard]] std::span<const std::string> sid_names(const flask::BinaryPolicy& policy);

// By class value - 1: the permissions that have a power.
[[nodiscard]] std::vector<flask::AccessVector> permissions_with(const flask::BinaryPolicy& policy,
                                                                const catalogue::Catalogue& catalogue,
                                                                catalogue::Power power);

}  // namespace bulkhead::flow
