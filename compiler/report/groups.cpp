#include "groups.h"

#include <algorithm>
#include <map>

namespace bulkhead::report {

namespace {

std::size_t column_of(const model::Domain& domain) {
  if (domain.is_control) {
    return 0;
  }
  if (domain.is_hardware) {
    return 1;
  }
  return domain.is_guest ? 3 : 2;
}

template <typename Key>
Groups group_by(const model::Model& model, std::string_view of, const Key& key) {
  Groups groups;
  groups.of = of;
  groups.of_domain.resize(model.domains.size());
  std::map<std::pair<std::size_t, std::string>, std::size_t> known;
  for (std::size_t i = 0; i < model.domains.size(); ++i) {
    const model::Domain& domain = model.domains[i];
    const auto [place, is_new] = known.emplace(std::pair(column_of(domain), key(domain)), groups.all.size());
    if (is_new) {
      groups.all.push_back({key(domain), column_of(domain), {}});
    }
    groups.all[place->second].members.push_back(static_cast<model::DomainId>(i));
  }
  std::stable_sort(groups.all.begin(), groups.all.end(),
                   [](const auto& a, const auto& b) { return a.column < b.column; });
  for (std::size_t i = 0; i < groups.all.size(); ++i) {
    for (const model::DomainId id : groups.all[i].members) {
      groups.of_domain[model::index(id)] = i;
    }
  }
  return groups;
}

}  // namespace

Groups group_domains(const model::Model& model) {
  Groups groups = group_by(model, "domain", [](const model::Domain& domain) { return domain.name; });
  if (groups.all.size() > kMaxGroups) {
    groups = group_by(model, "family", [](const model::Domain& domain) { return domain.family; });
  }
  if (groups.all.size() > kMaxGroups) {
    groups = group_by(model, "role", [](const model::Domain& domain) { return domain.role; });
  }
  return groups;
}

}  // namespace bulkhead::report
