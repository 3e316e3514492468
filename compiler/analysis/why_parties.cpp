#include "why_parties.h"

#include <algorithm>

#include <fmt/format.h>

#include "bulkhead/base/diagnostic.h"
#include "bulkhead/base/text.h"
#include "resources.h"

namespace bulkhead::analysis {
namespace {

using catalogue::InitialLabel;
using privilege::TypeId;

std::optional<InitialLabel> initial_label(std::string_view name) {
  const std::string no_ends[2];
  for (std::size_t i = 0; i < catalogue::kInitialLabelCount; ++i) {
    const auto label = static_cast<InitialLabel>(i);
    const catalogue::Target target{catalogue::TargetKind::kInitial, 0, label};
    if (catalogue::describe(target, no_ends) == name || catalogue::sid_name(label) == name) {
      return label;
    }
  }
  return std::nullopt;
}

std::optional<TypeId> type_of(InitialLabel label, const privilege::Derived& derived) {
  const std::vector<std::string>& names = derived.set.abi->initial_sids;
  const auto found = std::find(names.begin(), names.end(), catalogue::sid_name(label));
  if (found == names.end()) {
    return std::nullopt;
  }
  return derived.set.initial_sids[static_cast<std::size_t>(found - names.begin())];
}

void add_types(const privilege::DomainTypes& of, std::vector<TypeId>& types) {
  types.push_back(of.running);
  types.push_back(of.self);
  for (const std::optional<TypeId>& more : {of.booting, of.building, of.booting_self, of.target}) {
    if (more) {
      types.push_back(*more);
    }
  }
}

Party of_type(const privilege::Derived& derived, TypeId id) {
  const privilege::Type& type = derived.set.at(id);
  Party party;
  party.types = {id};
  party.is_exact = true;
  party.is_device = type.device.has_value();
  if (type.domain) {
    party.domains.push_back(*type.domain);
  }
  if (type.peer) {
    party.domains.push_back(*type.peer);
  }
  return party;
}

// The label of what no device of the spec has.
InitialLabel default_label(ResourceKind kind) {
  switch (kind) {
    case ResourceKind::kPci:
      return InitialLabel::kDevice;
    case ResourceKind::kIrq:
      return InitialLabel::kIrq;
    case ResourceKind::kPorts:
      return InitialLabel::kIoport;
    case ResourceKind::kFrames:
      return InitialLabel::kIomem;
  }
  return InitialLabel::kDevice;
}

Party of_resource(const model::Model& model, const privilege::Derived& derived, const Resource& resource) {
  Party party;
  for (const model::DeviceId id : devices_at(model, resource)) {
    const model::Device& device = model.at(id);
    party.types.push_back(derived.of_device[model::index(id)]);
    party.is_device = true;
    party.note +=
        fmt::format("{}{} is of the device `{}`, which {} drives", party.note.empty() ? "" : "; ", text_of(resource),
                    device.name, device.owner ? quoted(model.at(*device.owner).name) : std::string("nobody"));
  }
  if (!party.types.empty()) return party;
  party.initial = default_label(resource.kind);
  if (const auto type = type_of(*party.initial, derived)) party.types.push_back(*type);
  const std::string no_ends[2];
  party.note = fmt::format("no device of the spec has {}: its label is that of `{}`", text_of(resource),
                           catalogue::describe({catalogue::TargetKind::kInitial, 0, *party.initial}, no_ends));
  return party;
}

void add_names(const model::Model& model, std::vector<std::string>& names) {
  for (const model::Domain& domain : model.domains) {
    names.push_back(domain.name);
    if (domain.family != domain.name) {
      names.push_back(domain.family);
    }
  }
  for (const model::Device& device : model.devices) {
    names.push_back(device.name);
  }
  for (const std::string& name : catalogue::role_target_names()) {
    if (name != "self") {
      names.push_back(name);
    }
  }
}

}  // namespace

bool Party::has(model::DomainId id) const {
  return std::find(domains.begin(), domains.end(), id) != domains.end();
}

std::optional<Party> find_party(const model::Model& model, const privilege::Derived& derived, const std::string& name,
                                std::vector<std::string>& problems) {
  Party party;
  party.is_anyone = name.empty();
  if (party.is_anyone) return party;
  if (const auto resource = parse_resource(name)) return of_resource(model, derived, *resource);
  party.domains = model.find(name);
  for (const model::DomainId id : party.domains) {
    add_types(derived.of_domain[model::index(id)], party.types);
  }
  for (std::size_t i = 0; i < model.devices.size() && party.types.empty(); ++i) {
    if (model.devices[i].name == name) {
      party.types.push_back(derived.of_device[i]);
      party.is_device = true;
    }
  }
  if (party.types.empty()) {
    party.initial = initial_label(name);
    if (const auto type = party.initial ? type_of(*party.initial, derived) : std::nullopt) {
      party.types.push_back(*type);
    } else if (const std::optional<TypeId> exact = derived.set.find(name)) {
      party = of_type(derived, *exact);
    }
  }
  if (party.types.empty()) {
    std::vector<std::string> names;
    add_names(model, names);
    problems.push_back(
        fmt::format("no domain, device, type or fixed target is called {}{}", quoted(name), did_you_mean(name, names)));
    return std::nullopt;
  }
  std::sort(party.types.begin(), party.types.end());
  return party;
}

Wanted find_wanted(const abi::Abi& abi, const WhyQuestion& question, std::vector<std::string>& problems) {
  Wanted wanted;
  if (!question.access_class) {
    return wanted;
  }
  wanted.access_class = abi.find_class(*question.access_class);
  if (!wanted.access_class) {
    std::vector<std::string> names;
    for (const abi::AccessClass& access_class : abi.classes) {
      names.push_back(access_class.name);
    }
    problems.push_back(fmt::format("Xen {} has no class {}{}", abi.version.text(), quoted(*question.access_class),
                                   did_you_mean(*question.access_class, names)));
    return wanted;
  }
  if (question.permission) {
    const abi::AccessClass& access_class = abi.at(*wanted.access_class);
    const std::optional<unsigned> bit = access_class.bit(*question.permission);
    if (!bit) {
      problems.push_back(fmt::format("class {} of Xen {} has no permission {}{}", quoted(access_class.name),
                                     abi.version.text(), quoted(*question.permission),
                                     did_you_mean(*question.permission, access_class.permissions)));
      return wanted;
    }
    wanted.permissions = abi::AccessVector{1} << *bit;
  }
  return wanted;
}

}  // namespace bulkhead::analysis
