// How much a label may: the figures that are compared between policies. Counted on the privileges; the same counting on
// a binary policy gives the same numbers, because the proof holds both equal.
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include "bulkhead/privilege/privileges.h"

namespace bulkhead::report {

struct Count {
  std::set<std::string> permissions;  // "grant.map_read": held over at least one target
  std::size_t targets = 0;            // distinct target types: the breadth
  bool operator==(const Count&) const = default;
};

// Of all types at once, by TypeId.
[[nodiscard]] std::vector<Count> count_permissions(const privilege::PrivilegeSet& set);

[[nodiscard]] Count count_permissions(const privilege::PrivilegeSet& set, privilege::TypeId source);

}  // namespace bulkhead::report
