#include "index.h"

#include <algorithm>

#include "bulkhead/base/check.h"

namespace bulkhead::report {

using privilege::TypeId;
using privilege::TypeKind;

std::vector<std::string> permission_names(const abi::AccessClass& access_class, abi::AccessVector permissions) {
  std::vector<std::string> names;
  for (std::size_t bit = 0; bit < access_class.permissions.size(); ++bit) {
    if ((permissions >> bit & 1U) != 0) {
      names.push_back(access_class.permissions[bit]);
    }
  }
  return names;
}

GrantsBySource::GrantsBySource(const privilege::PrivilegeSet& set)
    : allow_(set.allow), first_(set.types.size() + 1, 0) {
  for (const privilege::Grant& grant : set.allow) {
    ++first_[privilege::index(grant.source) + 1];
  }
  for (std::size_t i = 1; i < first_.size(); ++i) {
    first_[i] += first_[i - 1];
  }
}

Index::Index(const Inputs& inputs)
    : inputs_(inputs), grants_(inputs.derived.set), of_domain_(inputs.model.domains.size()) {
  for (std::size_t i = 0; i < set().types.size(); ++i) {
    const auto id = static_cast<TypeId>(i);
    if (set().types[i].domain) {
      of_domain_[model::index(*set().types[i].domain)].push_back(id);
    } else if (!grants(id).empty()) {
      hypervisor_.push_back(id);
    }
  }
  name_types();
}

void Index::name_types() {
  std::vector<std::string_view> sids(set().types.size());
  for (std::size_t i = 0; i < set().initial_sids.size(); ++i) {
    std::string_view& name = sids[privilege::index(set().initial_sids[i])];
    name = name.empty() ? std::string_view(set().abi->initial_sids[i]) : name;
  }
  names_.reserve(set().types.size());
  for (std::size_t i = 0; i < set().types.size(); ++i) {
    const privilege::Type& type = set().types[i];
    if (type.kind == TypeKind::kDevice && type.device) {
      names_.push_back(model().at(*type.device).name);
    } else if (type.kind == TypeKind::kChannel && type.domain && type.peer) {
      names_.push_back(model().at(*type.domain).name + "/" + model().at(*type.peer).name);
    } else if (type.domain) {
      names_.push_back(model().at(*type.domain).name);
    } else {
      names_.emplace_back(sids[i].empty() ? std::string_view(type.name) : sids[i]);
    }
  }
}

std::string Index::origin(const Span& span) const {
  // Without the folder: the same spec gives the same bytes, wherever it lies.
  const std::string place = span.is_known() ? inputs_.sources.describe(span) : "the compiler";
  return place.substr(place.rfind('/') + 1);
}

const std::vector<ReasonGroup>& Index::reasons(const privilege::Grant& grant) const {
  const auto [place, is_new] = reasons_.try_emplace({grant.rule, grant.permissions});
  if (is_new) {
    place->second = find_reasons(grant);
  }
  return place->second;
}

std::vector<ReasonGroup> Index::find_reasons(const privilege::Grant& grant) const {
  std::vector<ReasonGroup> groups;
  if (grant.rule == nullptr) {
    groups.push_back({grant.permissions, "the hypervisor does this itself when it starts the host"});
    return groups;
  }
  const abi::AccessClass& of_class = access_class(grant.access_class);
  for (const catalogue::RulePermission& permission : grant.rule->permissions) {
    const auto bit = of_class.bit(permission.name);
    const abi::AccessVector vector = bit ? grant.permissions & (1U << *bit) : 0;
    if (vector == 0) {
      continue;
    }
    const auto same = std::find_if(groups.begin(), groups.end(),
                                   [&](const ReasonGroup& group) { return group.reason == permission.reason; });
    if (same != groups.end()) {
      same->permissions |= vector;
    } else {
      groups.push_back({vector, permission.reason});
    }
  }
  return groups;
}

}  // namespace bulkhead::report
