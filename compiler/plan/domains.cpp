#include "bulkhead/base/check.h"
#include "bulkhead/model/boot_options.h"
#include "bulkhead/spec/language.h"
#include "parts.h"

namespace bulkhead::plan {

namespace {

std::optional<std::string> unless_empty(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

// The model has checked the limits of all numbers that a plan holds.
std::uint32_t small(std::uint64_t number) {
  BULKHEAD_CHECK(number <= 0xFFFFFFFFU, "numbers of domains and devices are within Xen's limits");
  return static_cast<std::uint32_t>(number);
}

template <typename T>
std::optional<std::uint32_t> small(const std::optional<T>& number) {
  return number ? std::optional(small(std::uint64_t{*number})) : std::nullopt;
}

DomainType type_of(spec::DomainType type) {
  switch (type) {
    case spec::DomainType::kPv:
      return DomainType::kPv;
    case spec::DomainType::kPvh:
      return DomainType::kPvh;
    case spec::DomainType::kHvm:
      return DomainType::kHvm;
  }
  BULKHEAD_CHECK(false, "a domain is of one of the three types");
}

Restart restart_of(spec::Restart restart) {
  switch (restart) {
    case spec::Restart::kNever:
      return Restart::kNever;
    case spec::Restart::kOnFailure:
      return Restart::kOnFailure;
    case spec::Restart::kAlways:
      return Restart::kAlways;
  }
  BULKHEAD_CHECK(false, "restart is one of its three values");
}

std::optional<Placement> placement_of(const model::Model& model, const model::Domain& domain) {
  if (!domain.place) {
    return std::nullopt;
  }
  Placement place;
  if (domain.place->near) {
    place.near = model.at(*domain.place->near).name;
  }
  place.node = small(domain.place->node);
  if (domain.place->cpus) {
    place.cpus = Range{domain.place->cpus->first, domain.place->cpus->last};
  }
  return place;
}

void set_labels(Domain& made, const privilege::DomainTypes& types, const privilege::PrivilegeSet& set) {
  made.label = privilege::context(set.at(types.running));
  if (types.booting) {
    made.booting_label = privilege::context(set.at(*types.booting));
  }
  if (types.building) {
    made.building_label = privilege::context(set.at(*types.building));
  }
}

Domain make_domain(const model::Model& model, model::DomainId id) {
  const model::Domain& domain = model.at(id);
  Domain made;
  made.name = domain.name;
  made.family = domain.family;
  made.domid = small(domain.domid.value);
  made.role = domain.role;
  made.type = type_of(domain.type);
  made.control = domain.is_control;
  made.hardware = domain.is_hardware;
  made.guest = domain.is_guest;
  made.kernel = unless_empty(domain.kernel);
  made.ramdisk = unless_empty(domain.ramdisk);
  made.command_line = model::kernel_command_line(model, domain);
  made.memory_kib = domain.memory_bytes.value / 1024;
  made.vcpus = small(domain.vcpus.value);
  made.max_grant_frames = small(domain.max_grant_frames.value);
  made.max_maptrack_frames = small(domain.max_maptrack_frames.value);
  made.max_event_channels = small(domain.max_event_channels.value);
  made.restart = restart_of(domain.restart.value);
  made.start = domain.start.value == spec::Start::kOnDemand ? Start::kOnDemand : Start::kBoot;
  made.placement = placement_of(model, domain);
  made.console_domid = domain.console ? std::optional(domid_of(model, *domain.console)) : std::nullopt;
  if (id != model.xenstore) {
    made.xenstore_domid = domid_of(model, model.xenstore);
  }
  made.target_domid = domain.target ? std::optional(domid_of(model, *domain.target)) : std::nullopt;
  return made;
}

std::optional<DeviceClass> class_of(const std::string& word) {
  const spec::PciClass* known = spec::find_pci_class(word);
  BULKHEAD_CHECK(known != nullptr, "the language takes the names of its own table only");
  return DeviceClass{word, known->code, known->mask};
}

Identity identity_of(const spec::DeviceIdentity& identity) {
  const auto number = [](const auto& located) {
    return located ? std::optional(std::uint32_t{located->value}) : std::nullopt;
  };
  return {.vendor = number(identity.vendor),
          .device = number(identity.device),
          .subsystem_vendor = number(identity.subsystem_vendor),
          .subsystem_device = number(identity.subsystem_device),
          .device_class = identity.device_class ? class_of(identity.device_class->value) : std::nullopt};
}

std::vector<Range> ranges_of(const std::vector<spec::Located<spec::Range>>& ranges) {
  std::vector<Range> made;
  made.reserve(ranges.size());
  for (const auto& range : ranges) {
    made.push_back({range.value.first, range.value.last});
  }
  return made;
}

Device make_device(const model::Model& model, const model::Device& device) {
  Device made;
  made.name = device.name;
  if (device.pci) {
    made.sbdf = device.pci->text();
  }
  if (device.identity) {
    made.identity = identity_of(*device.identity);
  }
  if (device.owner) {
    made.owner_domid = domid_of(model, *device.owner);
  }
  made.iomem = ranges_of(device.iomem);
  made.ioports = ranges_of(device.ioports);
  for (const auto& irq : device.irqs) {
    made.irqs.push_back(small(irq.value));
  }
  made.iommu_group = small(device.iommu_group);
  return made;
}

}  // namespace

std::uint32_t domid_of(const model::Model& model, model::DomainId id) {
  return small(model.at(id).domid.value);
}

std::string origin_text(const SourceSet& sources, const Span& span) {
  const std::string place = span.is_known() ? sources.describe(span) : "the compiler";
  return place.substr(place.rfind('/') + 1);
}

std::vector<Domain> make_domains(const model::Model& model, const privilege::Derived& derived,
                                 const SourceSet& sources) {
  std::vector<Domain> domains;
  domains.reserve(model.start_order.size());
  for (const model::DomainId id : model.start_order) {
    Domain made = make_domain(model, id);
    set_labels(made, derived.of_domain[model::index(id)], derived.set);
    made.origin = origin_text(sources, model.at(id).span);
    domains.push_back(std::move(made));
  }
  return domains;
}

std::vector<Device> make_devices(const model::Model& model, const privilege::Derived& derived,
                                 const SourceSet& sources) {
  std::vector<Device> devices;
  devices.reserve(model.devices.size());
  for (std::size_t i = 0; i < model.devices.size(); ++i) {
    Device made = make_device(model, model.devices[i]);
    made.label = privilege::context(derived.set.at(derived.of_device[i]));
    made.origin = origin_text(sources, model.devices[i].span);
    devices.push_back(std::move(made));
  }
  return devices;
}

}  // namespace bulkhead::plan
