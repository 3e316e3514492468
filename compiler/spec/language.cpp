// The table of the language: the spec file and the inventory file as a whole.
#include "bulkhead/spec/language.h"

#include <array>

#include "shapes.h"

namespace bulkhead::spec {
namespace {

constexpr Shape kVersion{.form = Form::kInteger, .minimum = 1, .maximum = 1};

// Built at the first use, for constants of other files cannot be taken the address of before that.
struct Tables {
  Shape devices{.form = Form::kNamed, .noun = "devices", .item = &device_shape()};
  Shape domains{.form = Form::kNamed, .noun = "domains", .item = &domain_shape()};
  Shape connections{.form = Form::kList, .unique = false, .item = &connection_shape()};
  Shape roles{.form = Form::kNamed, .noun = "roles", .item = &role_shape()};
  Shape assertions{.form = Form::kList, .unique = false, .item = &assertion_shape()};
  Shape accepts{.form = Form::kList, .unique = false, .item = &accept_shape()};
  std::array<Field, 8> fields{{
      {"bulkhead", &kVersion, true, "", "The version of the language.", "bulkhead: 1"},
      {"host", &host_shape(), true, "", "The machine and how its hardware is held.",
       "host: { xen: \"4.17\", hardware: { domain: hardware } }"},
      {"devices", &devices, false, "none", "The devices that domains drive, by name.",
       "devices: { nic0: { pci: \"0000:00:03.0\" } }"},
      {"domains", &domains, true, "", "The domains, by name; one of them has the role `control`: domain 0.",
       "domains: { control: { role: control } }"},
      {"connections", &connections, false, "none: nothing talks to anything",
       "Who talks to whom; what is not written here cannot talk.",
       "connections: [ { network: { backend: net, frontend: web, bridge: xenbr0 } } ]"},
      {"roles", &roles, false, "the shipped ones only", "Roles of the spec's own, by name.",
       "roles: { metrics: { extends: monitor, allow: [ { on: xen, class: xen, permissions: [physinfo], reason: load } "
       "] } }"},
      {"assert", &assertions, false, "none", "What must hold on the compiled policy; else nothing is written.",
       "assert: [ { only: [control], may: { class: domain, permission: create } } ]"},
      {"accept", &accepts, false, "none", "Risks that would be refused, taken on purpose.",
       "accept: [ { finding: shared-irq, devices: [nic0, usb0], reason: \"one slot is left\" } ]"},
  }};
  Shape spec{.form = Form::kStruct, .noun = "a spec", .fields = fields};
};

// --- the inventory

constexpr Shape kClassCode{.form = Form::kInteger, .maximum = 0xFFFFFF, .hexadecimal = true};
constexpr Shape kNodes{.form = Form::kList, .item = &kNumberShape};
constexpr Shape kSomeRanges{.form = Form::kList, .item = &kRangeShape};

constexpr auto kMachineFields = std::to_array<Field>({
    {"cpus", &kPositiveShape, true, "", "Physical CPUs.", "cpus: 8"},
    {"memory", &kSizeShape, true, "", "The machine's memory.", "memory: 16384 MiB"},
    {"nodes", &kNodes, false, "one node", "Its NUMA nodes.", "nodes: [0, 1]"},
});
constexpr Shape kMachine{.form = Form::kStruct, .noun = "the machine", .fields = kMachineFields};

constexpr auto kPciFields = std::to_array<Field>({
    {"at", &kPciAddressShape, true, "", "The address.", "at: \"0000:00:03.0\""},
    {"vendor", &kId16Shape, true, "", "The vendor.", "vendor: 0x8086"},
    {"device", &kId16Shape, true, "", "The device.", "device: 0x10d3"},
    {"class", &kClassCode, true, "", "The class code: base class, subclass, interface.", "class: 0x020000"},
    {"subsystem-vendor", &kId16Shape, false, "none", "The vendor of the card.", "subsystem-vendor: 0x8086"},
    {"subsystem-device", &kId16Shape, false, "none", "The card.", "subsystem-device: 0x0000"},
    {"irq", &kNumberShape, false, "none routed", "The legacy interrupt.", "irq: 23"},
    {"msi", &kBoolShape, false, "`false`", "Whether it can signal by message instead.", "msi: true"},
    {"group", &kNumberShape, false, "none known", "Its IOMMU group.", "group: 4"},
    {"node", &kNumberShape, false, "none known", "Its NUMA node.", "node: 0"},
    {"iomem", &kSomeRanges, false, "none", "Its memory ranges, as page frames of 4 KiB.", "iomem: [0xfeb40-0xfeb5f]"},
    {"ioports", &kSomeRanges, false, "none", "Its ranges of I/O ports.", "ioports: [0xc040-0xc05f]"},
});
constexpr Shape kPci{.form = Form::kStruct, .noun = "a PCI device", .fields = kPciFields};
constexpr Shape kPciList{.form = Form::kList, .unique = false, .item = &kPci};

constexpr auto kInventoryFields = std::to_array<Field>({
    {"inventory", &kVersion, true, "", "The version of the format.", "inventory: 1"},
    {"host", &kMachine, true, "", "The machine.", "host: { cpus: 8, memory: 16384 MiB }"},
    {"pci", &kPciList, true, "", "Its PCI devices.",
     "pci: [ { at: \"0000:00:03.0\", vendor: 0x8086, device: 0x10d3, class: 0x020000 } ]"},
});
constexpr Shape kInventory{.form = Form::kStruct, .noun = "an inventory", .fields = kInventoryFields};

}  // namespace

const Shape& spec_shape() {
  static const Tables kTables;
  return kTables.spec;
}

const Shape& inventory_shape() {
  return kInventory;
}

}  // namespace bulkhead::spec
