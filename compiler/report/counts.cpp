#include "bulkhead/report/counts.h"

#include "index.h"

namespace bulkhead::report {

namespace {

// `grants` are those of one source, by target.
Count count(const privilege::PrivilegeSet& set, std::span<const privilege::Grant> grants) {
  Count result;
  std::vector<abi::AccessVector> vectors(set.abi->classes.size(), 0);
  const privilege::Grant* last = nullptr;
  for (const privilege::Grant& grant : grants) {
    vectors[static_cast<std::size_t>(grant.access_class)] |= grant.permissions;
    result.targets += last == nullptr || last->target != grant.target ? 1 : 0;
    last = &grant;
  }
  for (std::size_t i = 0; i < vectors.size(); ++i) {
    const abi::AccessClass& access_class = set.abi->classes[i];
    for (const std::string& permission : permission_names(access_class, vectors[i])) {
      result.permissions.insert(access_class.name + "." + permission);
    }
  }
  return result;
}

}  // namespace

std::vector<Count> count_permissions(const privilege::PrivilegeSet& set) {
  const GrantsBySource grants(set);
  std::vector<Count> counts;
  counts.reserve(set.types.size());
  for (std::size_t i = 0; i < set.types.size(); ++i) {
    counts.push_back(count(set, grants.of(static_cast<privilege::TypeId>(i))));
  }
  return counts;
}

Count count_permissions(const privilege::PrivilegeSet& set, privilege::TypeId source) {
  return count(set, GrantsBySource(set).of(source));
}

}  // namespace bulkhead::report
