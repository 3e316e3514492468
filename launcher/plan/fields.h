// The JSON form of the launch plan, said once: fields(archive, value) names every key of a struct with its type, limits
// and meaning. The writer, the reader and the JSON Schema are three archives that visit it, so they cannot disagree.
// Keys are written in this order.
//
// Archives have: text, optional_text, number, optional_number, flag, choice, object, optional_object (null when
// absent), part (left out when absent), list, texts, numbers, range (null when absent), ranges, rows.
#pragma once

#include <array>
#include <concepts>
#include <limits>
#include <tuple>
#include <type_traits>

#include "bulkhead/plan/delegation_list.h"
#include "bulkhead/plan/launch_plan.h"
#include "forms.h"

namespace bulkhead::plan {

struct Bounds {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
};

inline constexpr Bounds kDomid{0, kMaxDomid};
inline constexpr Bounds kFrame{0, (std::uint64_t{1} << 52U) - 1};
inline constexpr Bounds kPort{0, 0xFFFF};
inline constexpr Bounds kIrq{0, 1023};
inline constexpr Bounds kAny32{0, std::numeric_limits<std::uint32_t>::max()};
inline constexpr Bounds kPciId{0, 0xFFFF};
inline constexpr Bounds kPciClass{0, 0xFFFFFF};
inline constexpr Bounds kMemoryKib{1, std::uint64_t{1} << 42U};
inline constexpr Bounds kVcpus{1, 8192};
inline constexpr Bounds kFrames{1, std::numeric_limits<std::int32_t>::max()};
inline constexpr Bounds kProcessor{0, 65535};
inline constexpr Bounds kPages{1, 65536};

template <typename Enum>
inline constexpr std::array<std::string_view, 0> kNames{};
template <>
inline constexpr std::array<std::string_view, 2> kNames<Shape>{"classic", "split"};
template <>
inline constexpr std::array<std::string_view, 3> kNames<IommuStrength>{"required", "no-remapping", "none"};
template <>
inline constexpr std::array<std::string_view, 3> kNames<DomainType>{"pv", "pvh", "hvm"};
template <>
inline constexpr std::array<std::string_view, 3> kNames<Restart>{"never", "on-failure", "always"};
template <>
inline constexpr std::array<std::string_view, 2> kNames<Start>{"boot", "on-demand"};
template <>
inline constexpr std::array<std::string_view, 2> kNames<Access>{"read-write", "read-only"};
template <>
inline constexpr std::array<std::string_view, 2> kNames<GateKind>{"domain-ready", "back-end-ready"};

template <typename T, typename Plain>
concept Is = std::same_as<std::remove_const_t<T>, Plain>;

template <Is<Cell> T>
auto columns(T& cell) {
  return std::tie(cell.source, cell.target, cell.access_class, cell.vector);
}
template <Is<Transition> T>
auto columns(T& transition) {
  return std::tie(transition.source, transition.target, transition.access_class, transition.result);
}
inline constexpr std::size_t kColumns = 4;

template <typename Archive, Is<Host> T>
void fields(Archive& a, T& host) {
  a.optional_text("name", host.name, Form::kText, "name of the host; null: the spec gives none");
  a.text("xen", host.xen, Form::kVersion, "release of the hypervisor");
  a.choice("shape", host.shape, "split: a hardware domain of its own; classic: domain 0 keeps the hardware");
  a.number("control_domid", host.control_domid, Bounds{0, 0}, "domain 0");
  a.number("hardware_domid", host.hardware_domid, kDomid, "Xen's hardware_dom; 0 on a classic host");
  a.number("xenstore_domid", host.xenstore_domid, kDomid, "the domain that runs xenstored");
  a.choice("iommu", host.iommu, "what the host's IOMMU must do");
  a.text("origin", host.origin, Form::kText, "place in the spec");
}

template <typename Archive, Is<FileDigest> T>
void fields(Archive& a, T& file) {
  a.text("path", file.path, Form::kText, "path on the host");
  a.optional_text("sha256", file.sha256, Form::kSha256, "digest; null when the file was not there at compile time");
  a.optional_text("reason", file.reason, Form::kText, "why there is no digest; null when there is one");
}

template <typename Archive, Is<Digests> T>
void fields(Archive& a, T& digests) {
  a.text("spec_path", digests.spec_path, Form::kText, "the spec as it was named to the compiler");
  a.text("spec_sha256", digests.spec_sha256, Form::kSha256, "digest of the spec");
  a.text("policy_sha256", digests.policy_sha256, Form::kSha256, "digest of `xenpolicy`");
  a.optional_object("inventory", digests.inventory, "the host's inventory; null when the spec names none");
  a.list("files", digests.files, "kernels and ramdisks, by path");
}

template <typename Archive, Is<Placement> T>
void fields(Archive& a, T& place) {
  a.optional_text("near", place.near, Form::kName, "the device whose NUMA node it shares");
  a.optional_number("node", place.node, kProcessor, "NUMA node");
  a.range("cpus", place.cpus, kProcessor, "physical processors, first and last");
}

template <typename Archive, Is<Domain> T>
void fields(Archive& a, T& domain) {
  a.text("name", domain.name, Form::kName, "name of the domain");
  a.text("family", domain.family, Form::kName, "name in the spec, of which this is an instance");
  a.number("domid", domain.domid, kDomid, "number that it is created with");
  a.text("role", domain.role, Form::kName, "role of the spec");
  a.choice("type", domain.type, "way of virtualisation");
  a.flag("control", domain.control, "domain 0, which builds the others");
  a.flag("hardware", domain.hardware, "holds the hardware");
  a.flag("guest", domain.guest, "a tenant's domain");
  a.text("label", domain.label, Form::kLabel, "label that it runs with; of the control domain: the sealed one");
  a.optional_text("booting_label", domain.booting_label, Form::kLabel, "label that the control domain boots with");
  a.optional_text("building_label", domain.building_label, Form::kLabel, "label that it is created with");
  a.optional_text("kernel", domain.kernel, Form::kText, "path; null: the boot loader or its own firmware starts it");
  a.optional_text("ramdisk", domain.ramdisk, Form::kText, "path");
  a.text("command_line", domain.command_line, Form::kAnyText, "of the kernel");
  a.number("memory_kib", domain.memory_kib, kMemoryKib, "memory");
  a.number("vcpus", domain.vcpus, kVcpus, "virtual processors");
  a.number("max_grant_frames", domain.max_grant_frames, kFrames, "size limit of its grant table");
  a.number("max_maptrack_frames", domain.max_maptrack_frames, kFrames,
           "how many grants it may map, in frames of records");
  a.number("max_event_channels", domain.max_event_channels, kFrames, "highest number of event channels");
  a.choice("restart", domain.restart, "what is done when it ends");
  a.choice("start", domain.start, "when it is started");
  a.optional_object("placement", domain.placement, "where its processors and memory are");
  a.optional_number("console_domid", domain.console_domid, kDomid, "who serves its console; null: nobody");
  a.optional_number("xenstore_domid", domain.xenstore_domid, kDomid,
                    "who serves its xenstore; null: it does so itself");
  a.optional_number("target_domid", domain.target_domid, kDomid, "of a device model: its guest");
  a.text("origin", domain.origin, Form::kText, "place in the spec");
}

template <typename Archive, Is<DeviceClass> T>
void fields(Archive& a, T& device_class) {
  a.text("name", device_class.name, Form::kName, "kind of device");
  a.number("code", device_class.code, kPciClass, "PCI class code");
  a.number("mask", device_class.mask, kPciClass, "bits of the code that count");
}

template <typename Archive, Is<Identity> T>
void fields(Archive& a, T& identity) {
  a.optional_number("vendor", identity.vendor, kPciId, "PCI vendor");
  a.optional_number("device", identity.device, kPciId, "PCI device");
  a.optional_number("subsystem_vendor", identity.subsystem_vendor, kPciId, "PCI subsystem vendor");
  a.optional_number("subsystem_device", identity.subsystem_device, kPciId, "PCI subsystem device");
  a.optional_object("class", identity.device_class, "kind of device");
}

template <typename Archive, Is<Device> T>
void fields(Archive& a, T& device) {
  a.text("name", device.name, Form::kName, "name in the spec");
  a.optional_text("sbdf", device.sbdf, Form::kPciAddress, "PCI address; null: not a PCI device");
  a.optional_object("identity", device.identity, "what must be found at the address");
  a.text("label", device.label, Form::kLabel, "label of the device and its resources");
  a.optional_number("owner_domid", device.owner_domid, kDomid, "who drives it; null: the hardware domain keeps it");
  a.ranges("iomem", device.iomem, kFrame, "page frames, first and last");
  a.ranges("ioports", device.ioports, kPort, "ports, first and last");
  a.numbers("irqs", device.irqs, kIrq, "legacy interrupts");
  a.optional_number("iommu_group", device.iommu_group, kAny32, "IOMMU group on the host");
  a.text("origin", device.origin, Form::kText, "place in the spec");
}

template <typename Archive, Is<NetworkPart> T>
void fields(Archive& a, T& network) {
  a.optional_text("bridge", network.bridge, Form::kText, "bridge in the back end");
  a.text("mac", network.mac, Form::kMac, "MAC address of the front end");
  a.number("handle", network.handle, kAny32, "number among the front end's interfaces, from 0");
}

template <typename Archive, Is<DiskPart> T>
void fields(Archive& a, T& disk) {
  a.text("target", disk.target, Form::kText, "block device or file in the back end");
  a.text("device", disk.device, Form::kText, "name in the front end");
  a.number("device_number", disk.device_number, kAny32, "the same as a virtual device number");
  a.choice("access", disk.access, "what the front end may do");
}

template <typename Archive, Is<ChannelPart> T>
void fields(Archive& a, T& channel) {
  a.number("pages", channel.pages, kPages, "shared pages");
}

template <typename Archive, Is<PassthroughPart> T>
void fields(Archive& a, T& passthrough) {
  a.text("device", passthrough.device, Form::kName, "a device of `devices`");
}

template <typename Archive, Is<Connection> T>
void fields(Archive& a, T& connection) {
  a.text("kind", connection.kind, Form::kName, "kind of connection");
  a.number("backend_domid", connection.backend_domid, kDomid, "the serving end");
  a.number("frontend_domid", connection.frontend_domid, kDomid, "the served end");
  a.optional_text("channel_label", connection.channel_label, Form::kLabel,
                  "label of the event channels between the two");
  a.part("network", connection.network, "of kind network");
  a.part("disk", connection.disk, "of kind disk");
  a.part("channel", connection.channel, "of kind channel");
  a.part("passthrough", connection.passthrough, "of kind passthrough");
  a.text("origin", connection.origin, Form::kText, "place in the spec");
}

template <typename Archive, Is<Gate> T>
void fields(Archive& a, T& gate) {
  a.number("domid", gate.domid, kDomid, "who is not unpaused before");
  a.choice("kind", gate.kind, "what must be seen");
  a.number("awaited_domid", gate.awaited_domid, kDomid, "of whom");
  a.optional_text("connection", gate.connection, Form::kName, "kind of the connection whose back end must be ready");
}

template <typename Archive, Is<AccessClass> T>
void fields(Archive& a, T& access_class) {
  a.text("name", access_class.name, Form::kIdentifier, "name of the class");
  a.texts("permissions", access_class.permissions, Form::kIdentifier, "names of the bits, from bit 0");
}

template <typename Archive, Is<InitialSid> T>
void fields(Archive& a, T& sid) {
  a.text("name", sid.name, Form::kIdentifier, "the hypervisor's name for it");
  a.number("label", sid.label, kAny32, "index into `labels`");
}

template <typename Archive, Is<Expectations> T>
void fields(Archive& a, T& expected) {
  a.texts("labels", expected.labels, Form::kLabel, "sorted; the other lists refer to them by index, from 0");
  a.list("classes", expected.classes, "in the hypervisor's order: the first has number 1");
  a.list("initial_sids", expected.initial_sids, "in the hypervisor's order: the first has number 1");
  a.rows("cells", expected.cells,
         "[source, target, class, access vector], sorted; what is not listed has no permission");
  a.rows("transitions", expected.transitions, "[source, target, class, result], sorted");
}

template <typename Archive, Is<LaunchPlan> T>
void fields(Archive& a, T& plan) {
  a.version("format_version", kFormatVersion, "version of this format");
  a.object("host", plan.host, "the host as a whole");
  a.object("digests", plan.digests, "what the plan was made from and what it starts");
  a.list("domains", plan.domains, "in start order, the control domain first");
  a.list("devices", plan.devices, "devices that the spec names");
  a.list("connections", plan.connections, "all connections, declared and added");
  a.list("gates", plan.gates, "what must be seen before a domain is unpaused");
  a.object("expectations", plan.expectations, "what the running hypervisor must answer");
}

template <typename Archive, Is<DelegatedDevice> T>
void fields(Archive& a, T& device) {
  a.text("name", device.name, Form::kName, "name in the spec");
  a.optional_text("sbdf", device.sbdf, Form::kPciAddress, "PCI address; null: not a PCI device");
  a.number("owner_domid", device.owner_domid, kDomid, "the only domain that may get it");
  a.ranges("iomem", device.iomem, kFrame, "page frames, first and last");
  a.ranges("ioports", device.ioports, kPort, "ports, first and last");
  a.numbers("irqs", device.irqs, kIrq, "legacy interrupts");
}

template <typename Archive, Is<DelegationList> T>
void fields(Archive& a, T& list) {
  a.version("format_version", kDelegationVersion, "version of this format");
  a.number("hardware_domid", list.hardware_domid, Bounds{1, kMaxDomid}, "the domain that gives them");
  a.text("policy_sha256", list.policy_sha256, Form::kSha256, "digest of `xenpolicy`");
  a.list("devices", list.devices, "that other domains drive");
}

}  // namespace bulkhead::plan
