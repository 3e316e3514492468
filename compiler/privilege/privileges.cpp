#include "bulkhead/privilege/privileges.h"

#include <algorithm>

#include "bulkhead/base/check.h"

namespace bulkhead::privilege {
namespace {

auto cell_key(const Grant& grant) {
  return std::tuple(grant.source, grant.target, grant.access_class);
}

}  // namespace

std::string_view name(Phase phase) {
  switch (phase) {
    case Phase::kBuilding:
      return "building";
    case Phase::kBooting:
      return "booting";
    case Phase::kRunning:
      return "running";
  }
  BULKHEAD_CHECK(false, "every phase has a name");
  return {};
}

std::optional<TypeId> PrivilegeSet::find(std::string_view type_name) const {
  const auto found = std::lower_bound(types.begin(), types.end(), type_name,
                                      [](const Type& type, std::string_view sought) { return type.name < sought; });
  if (found == types.end() || found->name != type_name) return std::nullopt;
  return static_cast<TypeId>(found - types.begin());
}

std::vector<Cell> PrivilegeSet::cells() const {
  std::vector<Cell> result;
  result.reserve(allow.size());
  for (const Grant& grant : allow) {
    const bool same = !result.empty() && result.back().source == grant.source && result.back().target == grant.target &&
                      result.back().access_class == grant.access_class;
    if (!same) result.push_back({grant.source, grant.target, grant.access_class, 0});
    result.back().permissions |= grant.permissions;
  }
  return result;
}

std::span<const Grant> PrivilegeSet::grants(TypeId source, TypeId target, abi::ClassId access_class) const {
  const auto key = std::tuple(source, target, access_class);
  const auto first = std::lower_bound(allow.begin(), allow.end(), key,
                                      [](const Grant& grant, const auto& sought) { return cell_key(grant) < sought; });
  auto last = first;
  while (last != allow.end() && cell_key(*last) == key) ++last;
  return {allow.data() + (first - allow.begin()), static_cast<std::size_t>(last - first)};
}

std::string context(const Type& type) {
  return (type.is_subject() ? "system_u:system_r:" : "system_u:object_r:") + type.name;
}

}  // namespace bulkhead::privilege
