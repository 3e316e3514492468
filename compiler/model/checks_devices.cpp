#include <algorithm>

#include <fmt/core.h>

#include "bulkhead/base/text.h"
#include "bulkhead/spec/language.h"
#include "checks.h"
#include "inventory_index.h"

namespace bulkhead::model {
namespace {

std::vector<const Device*> by_address(const Model& model) {
  std::vector<const Device*> devices;
  for (const Device& device : model.devices) {
    if (device.pci) devices.push_back(&device);
  }
  std::stable_sort(devices.begin(), devices.end(), [](const Device* a, const Device* b) { return *a->pci < *b->pci; });
  return devices;
}

// What nobody drives stays with the hardware domain.
DomainId holder_of(const Model& model, const Device& device) {
  return device.owner.value_or(model.hardware);
}

std::string name_of(const Model& model, DomainId domain) {
  return domain == kNoDomain ? "the hardware domain" : quoted(model.at(domain).name);
}

bool is_same_card(const spec::PciAddress& a, const spec::PciAddress& b) {
  return a.segment == b.segment && a.bus == b.bus && a.device == b.device;
}

class IdentityCheck {
 public:
  IdentityCheck(const spec::Device& device, const spec::InventoryDevice& machine, Diagnostics& diagnostics)
      : device_(device), machine_(machine), diagnostics_(diagnostics) {}

  void run() {
    const spec::DeviceIdentity& identity = *device_.identity;
    check("vendor", identity.vendor, machine_.vendor);
    check("device", identity.device, machine_.device);
    check("subsystem vendor", identity.subsystem_vendor, machine_.subsystem_vendor);
    check("subsystem device", identity.subsystem_device, machine_.subsystem_device);
    if (!identity.device_class) return;
    const spec::PciClass* const expected = spec::find_pci_class(identity.device_class->value);
    if (expected == nullptr || (machine_.pci_class & expected->mask) == expected->code) return;
    report("class", fmt::format("{:#08x}", machine_.pci_class), "`" + identity.device_class->value + "`",
           identity.device_class->span);
  }

 private:
  void check(std::string_view what, const std::optional<spec::Located<std::uint32_t>>& expected,
             std::optional<std::uint32_t> seen) {
    if (!expected || seen == expected->value) return;
    report(what, seen ? fmt::format("{:#06x}", *seen) : std::string("none"), fmt::format("{:#06x}", expected->value),
           expected->span);
  }
  void report(std::string_view what, std::string_view seen, std::string_view expected, const Span& span) {
    diagnostics_
        .error(
            DiagnosticId::kPciIdentity, span,
            fmt::format("`{}` at {} has {} {}, not {}", device_.name.value, machine_.pci.text(), what, seen, expected))
        .notes.push_back({machine_.span, "the inventory's entry"});
  }

  const spec::Device& device_;
  const spec::InventoryDevice& machine_;
  Diagnostics& diagnostics_;
};

}  // namespace

void check_unassigned_devices(const Checked& checked, Diagnostics& diagnostics) {
  const auto is_lost = [&](const spec::Text& name) { return !checked.model.find_device(name.value); };
  for (const Family& family : checked.families) {
    // Some name is misspelt, and this may be whom it means.
    if (std::any_of(family.entry->devices.begin(), family.entry->devices.end(), is_lost)) return;
  }
  for (const Device& device : checked.model.devices) {
    if (device.owner) continue;
    diagnostics.warning(DiagnosticId::kDeviceUnassigned, device.span,
                        fmt::format("no domain drives device `{}`; it stays with the hardware domain", device.name));
  }
}

void check_pci_addresses(const Checked& checked, Diagnostics& diagnostics) {
  const Device* last = nullptr;
  for (const Device* const device : by_address(checked.model)) {
    if (last != nullptr && *last->pci == *device->pci) {
      const auto [first, second] = std::minmax(last->span, device->span);
      diagnostics
          .error(DiagnosticId::kPciAddressTwice, second,
                 fmt::format("`{}` and `{}` are both at {}", last->name, device->name, device->pci->text()))
          .notes.push_back({first, "the other is here"});
    }
    last = device;
  }
}

void check_pci_functions(const Checked& checked, Diagnostics& diagnostics) {
  const Model& model = checked.model;
  const Device* last = nullptr;
  for (const Device* const device : by_address(model)) {
    if (last != nullptr && is_same_card(*last->pci, *device->pci) && *last->pci != *device->pci &&
        holder_of(model, *last) != holder_of(model, *device)) {
      diagnostics
          .error(DiagnosticId::kPciFunctionSplit, device->span,
                 fmt::format("`{}` in {} and `{}` in {} are functions of one device, {} and {}", last->name,
                             name_of(model, holder_of(model, *last)), device->name,
                             name_of(model, holder_of(model, *device)), last->pci->text(), device->pci->text()))
          .notes.push_back({last->span, "the other is here"});
    }
    last = device;
  }
}

void check_pci_identities(const Checked& checked, Diagnostics& diagnostics) {
  if (checked.inputs.inventory == nullptr) return;
  const InventoryIndex inventory(checked.inputs.inventory);
  for (const spec::Device& device : checked.inputs.spec.devices) {
    if (!device.pci) continue;
    const spec::InventoryDevice* const machine = inventory.find(device.pci->value);
    if (machine == nullptr) {
      diagnostics.error(DiagnosticId::kPciIdentity, device.pci->span,
                        fmt::format("the inventory has nothing at {}", device.pci->value.text()));
    } else if (device.identity) {
      IdentityCheck(device, *machine, diagnostics).run();
    }
  }
}

void check_device_owners(const Checked& checked, Diagnostics& diagnostics) {
  for (const Family& family : checked.families) {
    if (family.role == nullptr || family.domains.empty() || family.entry->devices.empty()) continue;
    const Domain& domain = checked.model.at(family.domains.first);
    const Span& span = family.entry->devices.front().span;
    if (domain.is_control && checked.model.split) {
      diagnostics.error(DiagnosticId::kDeviceOfControl, span,
                        fmt::format("the control domain of a split host drives no devices, and `{}` lists {}",
                                    domain.family, quoted(family.entry->devices.front().value)));
    } else if (domain.type != spec::DomainType::kPv) {
      diagnostics.error(DiagnosticId::kPassthroughType, span,
                        fmt::format("`{}` is not a PV domain, and only those can drive devices", domain.family));
    }
  }
}

}  // namespace bulkhead::model
