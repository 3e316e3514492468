#include "index.h"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

namespace bulkhead::audit {

namespace {

const std::vector<Privilege> kNothing;

std::string_view type_of(std::string_view label) {
  return label.substr(label.rfind(':') + 1);
}

}  // namespace

Index::Index(const Inputs& inputs) : inputs_(inputs), privileges_(inputs.plan.domains.size(), &kNothing) {
  for (std::size_t i = 0; i < plan().domains.size(); ++i) {
    const plan::Domain& domain = plan().domains[i];
    domains_[domain.name] = i;
    domids_[domain.domid] = i;
    ++family_sizes_[domain.family];
    types_[type_of(domain.label)] = {LabelKind::kRunning, i, i};
    if (domain.booting_label) {
      types_[type_of(*domain.booting_label)] = {LabelKind::kBooting, i, i};
    }
    if (domain.building_label) {
      types_[type_of(*domain.building_label)] = {LabelKind::kBuilding, i, i};
    }
  }
  for (const plan::Device& device : plan().devices) {
    types_[type_of(device.label)] = {LabelKind::kDevice, 0, 0};
  }
  for (const plan::InitialSid& sid : plan().expectations.initial_sids) {
    types_.try_emplace(type_of(plan().expectations.labels[sid.label]), Meaning{});
  }
  for (const plan::Connection& connection : plan().connections) {
    const auto server = domain(connection.backend_domid);
    const auto client = domain(connection.frontend_domid);
    if (connection.channel_label && server && client) {
      types_[type_of(*connection.channel_label)] = {LabelKind::kChannel, *server, *client};
    }
  }
  for (const DomainPrivileges& each : inputs.privileges.domains) {
    if (const auto found = domain(each.name)) {
      privileges_[*found] = &each.privileges;
    }
  }
}

std::optional<std::size_t> Index::domain(std::string_view name) const {
  const auto found = domains_.find(name);
  return found == domains_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<std::size_t> Index::domain(std::uint32_t domid) const {
  const auto found = domids_.find(domid);
  return found == domids_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<Meaning> Index::known(std::string_view type) const {
  const auto found = types_.find(type);
  return found == types_.end() ? std::nullopt : std::optional(found->second);
}

// The plan names no label by which a domain sees itself: what it does not know is named in the entry.
Meaning Index::target(const Privilege& entry) const {
  if (const auto meaning = known(entry.target_type)) {
    return *meaning;
  }
  if (const std::size_t stroke = entry.target.find('/'); stroke != std::string::npos) {
    const auto one = domain(std::string_view(entry.target).substr(0, stroke));
    const auto other = domain(std::string_view(entry.target).substr(stroke + 1));
    return one && other ? Meaning{LabelKind::kChannel, *one, *other} : Meaning{};
  }
  const auto of = domain(entry.target);
  return of ? Meaning{LabelKind::kView, *of, *of} : Meaning{};
}

Meaning Index::source(const Privilege& entry, std::size_t holder) const {
  return known(entry.source_type).value_or(Meaning{LabelKind::kView, holder, holder});
}

page::Target Index::scope_of(const Meaning& target, std::size_t holder) const {
  switch (target.kind) {
    case LabelKind::kChannel:
      return page::Target::kChannel;
    case LabelKind::kDevice:
    case LabelKind::kHypervisor:
      return page::Target::kOther;
    case LabelKind::kBuilding:
      return target.domain == holder ? page::Target::kOwn : page::Target::kBuilding;
    case LabelKind::kRunning:
    case LabelKind::kBooting:
    case LabelKind::kView:
      return target.domain == holder ? page::Target::kOwn : page::Target::kRunning;
  }
  return page::Target::kOther;
}

std::string Index::target_text(const Privilege& entry, std::size_t holder) const {
  const Meaning of = target(entry);
  const bool is_self = of.domain == holder;
  switch (of.kind) {
    case LabelKind::kRunning:
    case LabelKind::kView:
      return is_self ? "itself" : name(of.domain);
    case LabelKind::kBooting:
      return is_self ? "itself" : name(of.domain) + " while it boots";
    case LabelKind::kBuilding:
      return is_self ? "itself while it is built" : name(of.domain) + " while it is built";
    case LabelKind::kChannel:
      return is_self || of.peer == holder
                 ? fmt::format("the event channel with {}", name(is_self ? of.peer : of.domain))
                 : fmt::format("the event channel of {} and {}", name(of.domain), name(of.peer));
    case LabelKind::kDevice:
      return "device " + entry.target;
    case LabelKind::kHypervisor:
      return "the hypervisor's " + entry.target;
  }
  return entry.target;
}

std::string Index::names_text(const std::vector<std::size_t>& domains) const {
  std::vector<page::Named> names;
  names.reserve(domains.size());
  for (const std::size_t domain : domains) {
    names.push_back({name(domain), plan().domains[domain].family});
  }
  // The plan has them in the order in which they start; web-2 comes before web-10.
  std::sort(names.begin(), names.end(), [](const page::Named& a, const page::Named& b) {
    return std::tuple(a.family, a.name.size(), a.name) < std::tuple(b.family, b.name.size(), b.name);
  });
  return page::names_text(names, family_sizes_);
}

std::vector<std::string> Index::names(const std::vector<std::size_t>& domains) const {
  std::vector<std::string> names;
  names.reserve(domains.size());
  for (const std::size_t domain : domains) {
    names.push_back(name(domain));
  }
  return names;
}

void add_permissions(PermissionSets& sets, const Privilege& entry) {
  std::vector<std::string_view>& names = sets[entry.access_class];
  for (const std::string& permission : entry.permissions) {
    if (std::find(names.begin(), names.end(), permission) == names.end()) {
      names.push_back(permission);
    }
  }
}

std::string permission_text(const PermissionSets& sets) {
  std::vector<std::string> parts;
  for (const auto& [access_class, names] : sets) {
    std::vector<std::string_view> sorted = names;
    std::sort(sorted.begin(), sorted.end());
    parts.push_back(fmt::format("{}: {}", access_class, fmt::join(sorted, " ")));
  }
  return fmt::format("{}", fmt::join(parts, "; "));
}

std::size_t permission_count(const PermissionSets& sets) {
  std::size_t count = 0;
  for (const auto& [access_class, names] : sets) {
    count += names.size();
  }
  return count;
}

}  // namespace bulkhead::audit
