// The table of the language: the host, its devices and its domains.
#include <algorithm>
#include <array>

#include "shapes.h"

namespace bulkhead::spec {
namespace {

using std::string_view;

// Base classes and interfaces as the PCI Code and ID Assignment Specification numbers them.
constexpr auto kPciClasses = std::to_array<PciClass>({
    {"storage", 0x010000, 0xFF0000},
    {"network", 0x020000, 0xFF0000},
    {"display", 0x030000, 0xFF0000},
    {"multimedia", 0x040000, 0xFF0000},
    {"memory", 0x050000, 0xFF0000},
    {"bridge", 0x060000, 0xFF0000},
    {"communication", 0x070000, 0xFF0000},
    {"system", 0x080000, 0xFF0000},
    {"input", 0x090000, 0xFF0000},
    {"usb", 0x0C0300, 0xFFFF00},
    {"serial-bus", 0x0C0000, 0xFF0000},
    {"wireless", 0x0D0000, 0xFF0000},
    {"encryption", 0x100000, 0xFF0000},
    {"signal-processing", 0x110000, 0xFF0000},
    {"accelerator", 0x120000, 0xFF0000},
});

constexpr auto kPciClassNames = [] {
  std::array<string_view, kPciClasses.size()> names{};
  for (std::size_t i = 0; i < names.size(); ++i) {
    names[i] = kPciClasses[i].name;
  }
  return names;
}();

// --- host

constexpr auto kHardwareWords = std::to_array<string_view>({"control"});
constexpr Shape kHardwareWord{.form = Form::kChoice, .choices = kHardwareWords};
constexpr auto kHardwareFields = std::to_array<Field>({
    {"domain", &kNameShape, true, "", "The domain that gets the hardware.", "domain: hardware"},
});
constexpr Shape kHardwareStruct{.form = Form::kStruct, .noun = "`hardware`", .fields = kHardwareFields};
constexpr auto kHardwareForms = std::to_array<const Shape*>({&kHardwareWord, &kHardwareStruct});
constexpr Shape kHardware{.form = Form::kEither, .alternatives = kHardwareForms};

constexpr auto kIommuWords = std::to_array<string_view>({"required", "no-remapping", "none"});
constexpr Shape kIommu{.form = Form::kChoice, .choices = kIommuWords};
constexpr Shape kXen{.form = Form::kXenVersion};

constexpr auto kHostFields = std::to_array<Field>({
    {"name", &kNameShape, false, "no name", "What reports call the host.", "name: rack7-host2"},
    {"xen", &kXen, true, "",
     "The Xen release that the policy is for; it decides the numbers of classes and permissions.", "xen: \"4.17\""},
    {"hardware", &kHardware, true, "",
     "Who holds the hardware after boot: a domain of its own (a split host), or with `hardware: control` domain 0 (a "
     "classic "
     "host).",
     "hardware: { domain: hardware }"},
    {"inventory", &kTextShape, false, "no inventory: devices are taken as the spec describes them",
     "The file that `bulkhead-launch inventory` wrote on the host, relative to the spec.", "inventory: inventory.yaml"},
    {"iommu", &kIommu, false, "`required`",
     "How far the IOMMU confines passed-through devices: `required` (with interrupt remapping), `no-remapping`, "
     "`none`; the "
     "last two must be accepted with a reason.",
     "iommu: required"},
    {"verify", &kNameShape, false, "nobody: after sealing, verification sees labels, states and the xenstore alone",
     "Who verifies the sealed host with debug keys and asks for every cell of the policy: the control domain or a "
     "domain of role `monitor` (ADR 15).",
     "verify: control"},
});
constexpr Shape kHost{.form = Form::kStruct, .noun = "the host", .fields = kHostFields};

// --- devices

constexpr Shape kDeviceClass{.form = Form::kChoice, .choices = kPciClassNames};
constexpr auto kIdentityFields = std::to_array<Field>({
    {"vendor", &kId16Shape, false, "any", "The PCI vendor.", "vendor: 0x8086"},
    {"device", &kId16Shape, false, "any", "The PCI device.", "device: 0x10d3"},
    {"subsystem-vendor", &kId16Shape, false, "any", "The vendor of the card.", "subsystem-vendor: 0x1028"},
    {"subsystem-device", &kId16Shape, false, "any", "The card.", "subsystem-device: 0x04f7"},
    {"class", &kDeviceClass, false, "any", "The PCI class.", "class: network"},
});
constexpr Shape kIdentity{.form = Form::kStruct, .noun = "the identity of a device", .fields = kIdentityFields};

constexpr auto kDeviceResources = std::to_array<string_view>({"pci", "iomem", "ioports", "irqs"});
constexpr auto kDeviceFields = std::to_array<Field>({
    {"pci", &kPciAddressShape, false, "no PCI device", "The PCI address; the segment may be left out.",
     "pci: \"0000:00:03.0\""},
    {"is", &kIdentity, false, "not checked",
     "What must be found at that address; anything else in the slot stops the launch.",
     "is: { vendor: 0x8086, device: 0x10d3, class: network }", "pci"},
    {"iomem", &kRangesShape, false, "of a PCI device its BARs as the inventory has them, else none",
     "Memory ranges, as page frames of 4 KiB.", "iomem: [0xfeb40-0xfeb5f, 0xfebc0]"},
    {"ioports", &kRangesShape, false, "of a PCI device its BARs as the inventory has them, else none",
     "Ranges of I/O ports.", "ioports: [0xc040-0xc05f, 0x3f8]"},
    {"irqs", &kNumbersShape, false, "of a PCI device without MSI its interrupt as the inventory has it, else none",
     "Legacy interrupts (GSIs).", "irqs: [23]"},
});
constexpr Shape kDevice{
    .form = Form::kStruct, .noun = "a device", .fields = kDeviceFields, .at_least_one_of = kDeviceResources};

// --- domains

constexpr auto kTypeWords = std::to_array<string_view>({"pv", "pvh", "hvm"});
constexpr Shape kType{.form = Form::kChoice, .choices = kTypeWords};
constexpr auto kRestartWords = std::to_array<string_view>({"never", "on-failure", "always"});
constexpr Shape kRestart{.form = Form::kChoice, .choices = kRestartWords};
constexpr auto kStartWords = std::to_array<string_view>({"boot", "on-demand"});
constexpr Shape kStart{.form = Form::kChoice, .choices = kStartWords};

constexpr auto kPlaceKeys = std::to_array<string_view>({"near", "node", "cpus"});
constexpr auto kPlaceFields = std::to_array<Field>({
    {"near", &kNameShape, false, "", "On the NUMA node of this device.", "near: nic0"},
    {"node", &kNumberShape, false, "", "On this NUMA node.", "node: 1"},
    {"cpus", &kRangeShape, false, "", "On these physical CPUs.", "cpus: 2-3"},
});
constexpr Shape kPlace{.form = Form::kStruct, .noun = "a place", .fields = kPlaceFields, .exactly_one_of = kPlaceKeys};

constexpr auto kDomainFields = std::to_array<Field>({
    {"role", &kNameShape, true, "", "What the domain is for, and so its rights: a shipped role or one of `roles`.",
     "role: driver"},
    {"type", &kType, false, "the first type of the role, mostly `pv`", "How Xen runs it.", "type: pvh"},
    {"devices", &kAnyNamesShape, false, "none", "The devices that it drives; each belongs to one domain only.",
     "devices: [nic0]"},
    {"kernel", &kTextShape, false, "none: only domain 0 needs none", "The kernel's path on the host.",
     "kernel: /var/lib/bulkhead/vmlinuz"},
    {"ramdisk", &kTextShape, false, "none", "The ramdisk's path on the host.", "ramdisk: /var/lib/bulkhead/net.img"},
    {"cmdline", &kTextShape, false, "empty", "The kernel's command line.", "cmdline: console=hvc0 quiet"},
    {"memory", &kSizeShape, false, "`256 MiB`", "Its memory.", "memory: 512 MiB"},
    {"vcpus", &kPositiveShape, false, "1", "Its virtual CPUs.", "vcpus: 2"},
    {"domid", &kNumberShape, false, "0 for the control domain, 1 for the hardware domain, else the next free one",
     "Its number.", "domid: 5"},
    {"instances", &kPositiveShape, false, "one domain, without a number in its name",
     "That many domains of this kind, named `web-1`, `web-2`, and so on, each with rights of its own.",
     "instances: 40"},
    {"max-grant-frames", &kNumberShape, false, "64", "The limit of its grant table, in pages.", "max-grant-frames: 64"},
    {"max-maptrack-frames", &kNumberShape, false, "1024", "How many pages keep track of the grants that it maps.",
     "max-maptrack-frames: 1024"},
    {"max-event-channels", &kNumberShape, false, "1023", "The limit of its event channels.",
     "max-event-channels: 1023"},
    {"restart", &kRestart, false, "`never`", "When it is built again after it ended.", "restart: on-failure"},
    {"start", &kStart, false, "`boot`", "Whether it starts with the host or when somebody asks for it.",
     "start: on-demand"},
    {"place", &kPlace, false, "anywhere", "Where in the machine it runs.", "place: { near: nic0 }"},
    {"target", &kNameShape, false, "none", "Of a device model: the guest that it serves.", "target: windows"},
    {"console", &kNameShape, false, "the console domain if there is one, else the control domain",
     "The domain that serves its console, or `none`.", "console: none"},
    {"after", &kAnyNamesShape, false, "none but those that its connections need",
     "Domains that must be ready before it starts.", "after: [xenstore]"},
});
constexpr Shape kDomain{.form = Form::kStruct, .noun = "a domain", .fields = kDomainFields};

}  // namespace

const Shape& host_shape() {
  return kHost;
}
const Shape& device_shape() {
  return kDevice;
}
const Shape& domain_shape() {
  return kDomain;
}

std::span<const PciClass> pci_classes() {
  return kPciClasses;
}

const PciClass* find_pci_class(std::string_view name) {
  const auto* const found =
      std::find_if(kPciClasses.begin(), kPciClasses.end(), [&](const PciClass& known) { return known.name == name; });
  return found == kPciClasses.end() ? nullptr : found;
}

}  // namespace bulkhead::spec
