// Devices: what they are made of, and which domain drives them. Where the inventory has the device, its resources are
// the machine's and not the spec's.
#include <algorithm>

#include <fmt/core.h>

#include "bulkhead/base/text.h"
#include "inventory_index.h"
#include "resolution.h"

namespace bulkhead::model {
namespace {

void report_resources_twice(Resolution& resolution, const spec::Device& written, const Span& span,
                            const spec::InventoryDevice& machine) {
  resolution.diagnostics
      .error(DiagnosticId::kDeviceResourcesTwice, span,
             fmt::format("the resources of `{}` are in the inventory; leave them out here", written.name.value))
      .notes.push_back({machine.span, "the inventory's entry"});
}

// A legacy interrupt of a device that signals by message is a right that its driver does not need: the spec has to ask.
void take_interrupts(Resolution& resolution, const spec::Device& written, const spec::InventoryDevice& machine,
                     Device& device) {
  if (!machine.msi) {
    if (machine.irq) device.irqs.push_back({*machine.irq, machine.span});
    if (!written.irqs.empty()) report_resources_twice(resolution, written, written.irqs.front().span, machine);
    return;
  }
  device.irqs = written.irqs;
  device.irqs_are_written = true;
  for (const spec::Located<std::uint64_t>& irq : written.irqs) {
    if (machine.irq && irq.value == *machine.irq) continue;
    const std::string has = machine.irq ? fmt::format("its legacy interrupt is {}", *machine.irq)
                                        : std::string("it has no legacy interrupt");
    resolution.diagnostics
        .error(DiagnosticId::kPciIdentity, irq.span,
               fmt::format("device `{}` does not have interrupt {}: {}", written.name.value, irq.value, has))
        .notes.push_back({machine.span, "the inventory's entry"});
  }
}

void take_resources(Resolution& resolution, const spec::Device& written, const spec::InventoryDevice& machine,
                    Device& device) {
  device.in_inventory = true;
  device.iomem = machine.iomem;
  device.ioports = machine.ioports;
  device.iommu_group = machine.iommu_group;
  device.node = machine.node;
  if (!written.iomem.empty()) {
    report_resources_twice(resolution, written, written.iomem.front().span, machine);
  } else if (!written.ioports.empty()) {
    report_resources_twice(resolution, written, written.ioports.front().span, machine);
  }
  take_interrupts(resolution, written, machine, device);
}

template <typename T, typename Key>
void sort_located(std::vector<spec::Located<T>>& values, Key key) {
  std::sort(values.begin(), values.end(),
            [&](const spec::Located<T>& a, const spec::Located<T>& b) { return key(a.value) < key(b.value); });
}

Device make_device(Resolution& resolution, const spec::Device& written, const InventoryIndex& inventory) {
  Device device;
  device.name = written.name.value;
  device.identity = written.identity;
  device.span = written.name.span;
  if (written.pci) device.pci = written.pci->value;
  const spec::InventoryDevice* const machine = written.pci ? inventory.find(written.pci->value) : nullptr;
  if (machine != nullptr) {
    take_resources(resolution, written, *machine, device);
  } else {
    device.iomem = written.iomem;
    device.ioports = written.ioports;
    device.irqs = written.irqs;
    device.irqs_are_written = true;
  }
  const auto by_range = [](const spec::Range& range) { return std::pair(range.first, range.last); };
  sort_located(device.iomem, by_range);
  sort_located(device.ioports, by_range);
  sort_located(device.irqs, [](std::uint64_t irq) { return irq; });
  return device;
}

void add_neighbours(Model& model, const InventoryIndex& inventory) {
  std::vector<std::uint64_t> groups;
  std::vector<std::uint64_t> irqs;
  std::vector<spec::PciAddress> listed;
  for (const Device& device : model.devices) {
    if (device.pci) listed.push_back(*device.pci);
    if (device.iommu_group) groups.push_back(*device.iommu_group);
    for (const auto& irq : device.irqs) irqs.push_back(irq.value);
  }
  std::sort(groups.begin(), groups.end());
  std::sort(irqs.begin(), irqs.end());
  std::sort(listed.begin(), listed.end());
  constexpr std::uint32_t kBridge = 0x06;
  for (const spec::InventoryDevice* const machine : inventory.sorted()) {
    if (machine->pci_class >> 16 == kBridge || std::binary_search(listed.begin(), listed.end(), machine->pci)) continue;
    Neighbour neighbour{machine->pci, {}, {}};
    const bool in_group =
        machine->iommu_group && std::binary_search(groups.begin(), groups.end(), *machine->iommu_group);
    // A device that signals by message leaves its interrupt line alone.
    const bool on_irq = machine->irq && !machine->msi && std::binary_search(irqs.begin(), irqs.end(), *machine->irq);
    if (in_group) neighbour.iommu_group = machine->iommu_group;
    if (on_irq) neighbour.irq = machine->irq;
    if (in_group || on_irq) model.neighbours.push_back(neighbour);
  }
}

// Where each device was listed first; index = DeviceId.
using Listings = std::vector<Span>;

void assign(Resolution& resolution, const Family& family, const spec::Text& name, Listings& listings) {
  const auto id = refer_to_device(resolution, name);
  if (!id) return;
  Device& device = resolution.model.devices[index(*id)];
  Domain& domain = resolution.model.domains[index(family.domains.first)];
  if (device.owner) {
    const Domain& other = resolution.model.at(*device.owner);
    const auto [first, second] = std::minmax(listings[index(*id)], name.span);
    const bool in_order = first == listings[index(*id)];
    const std::string who = other.name == domain.name
                                ? fmt::format("twice to {}", quoted(domain.name))
                                : fmt::format("to {} and {}", quoted(in_order ? other.family : domain.family),
                                              quoted(in_order ? domain.family : other.family));
    resolution.diagnostics
        .error(DiagnosticId::kDeviceAssignedTwice, second, fmt::format("device `{}` assigned {}", device.name, who))
        .notes.push_back({first, "first here"});
    return;
  }
  if (family.domains.count > 1) {
    resolution.diagnostics.error(
        DiagnosticId::kDeviceAssignedTwice, name.span,
        fmt::format("device `{}` assigned to {} instances of `{}`", device.name, family.domains.count, domain.family));
  }
  device.owner = family.domains.first;
  listings[index(*id)] = name.span;
  domain.devices.push_back(*id);
}

}  // namespace

InventoryIndex::InventoryIndex(const spec::Inventory* inventory) {
  if (inventory == nullptr) return;
  devices_.reserve(inventory->devices.size());
  for (const spec::InventoryDevice& device : inventory->devices) devices_.push_back(&device);
  std::stable_sort(devices_.begin(), devices_.end(),
                   [](const spec::InventoryDevice* a, const spec::InventoryDevice* b) { return a->pci < b->pci; });
}

const spec::InventoryDevice* InventoryIndex::find(const spec::PciAddress& address) const {
  const auto found = std::lower_bound(
      devices_.begin(), devices_.end(), address,
      [](const spec::InventoryDevice* device, const spec::PciAddress& sought) { return device->pci < sought; });
  return found == devices_.end() || (*found)->pci != address ? nullptr : *found;
}

std::vector<Span> add_devices(Resolution& resolution) {
  const InventoryIndex inventory(resolution.inputs.inventory);
  Model& model = resolution.model;
  model.devices.reserve(resolution.inputs.spec.devices.size());
  for (const spec::Device& written : resolution.inputs.spec.devices) {
    model.devices.push_back(make_device(resolution, written, inventory));
  }
  std::sort(model.devices.begin(), model.devices.end(),
            [](const Device& a, const Device& b) { return a.name < b.name; });
  add_neighbours(model, inventory);
  Listings listings(model.devices.size());
  for (const Family& family : resolution.families) {
    for (const spec::Text& name : family.entry->devices) assign(resolution, family, name, listings);
    std::vector<DeviceId>& devices = model.domains[index(family.domains.first)].devices;
    std::sort(devices.begin(), devices.end());
  }
  return listings;
}

}  // namespace bulkhead::model
