// Host, devices and domains.
#include "decode.h"

namespace bulkhead::spec {
namespace {

constexpr std::pair<std::string_view, IommuStrength> kIommuWords[] = {{"required", IommuStrength::kRequired},
                                                                      {"no-remapping", IommuStrength::kNoRemapping},
                                                                      {"none", IommuStrength::kNone}};
constexpr std::pair<std::string_view, DomainType> kTypeWords[] = {
    {"pv", DomainType::kPv}, {"pvh", DomainType::kPvh}, {"hvm", DomainType::kHvm}};
constexpr std::pair<std::string_view, Restart> kRestartWords[] = {
    {"never", Restart::kNever}, {"on-failure", Restart::kOnFailure}, {"always", Restart::kAlways}};
constexpr std::pair<std::string_view, Start> kStartWords[] = {{"boot", Start::kBoot}, {"on-demand", Start::kOnDemand}};

DeviceIdentity decode_identity(const Decoder& decoder, const Node& node) {
  return {.span = node.span(),
          .vendor = decoder.small_number(node, "vendor"),
          .device = decoder.small_number(node, "device"),
          .subsystem_vendor = decoder.small_number(node, "subsystem-vendor"),
          .subsystem_device = decoder.small_number(node, "subsystem-device"),
          .device_class = decoder.text(node, "class")};
}

Place decode_place(const Decoder& decoder, const Node& node) {
  return {.span = node.span(),
          .near = decoder.text(node, "near"),
          .node = decoder.number(node, "node"),
          .cpus = decoder.range(node, "cpus")};
}

}  // namespace

Host decode_host(const Decoder& decoder, const Node& node) {
  Host host{.span = node.span(),
            .name = decoder.text(node, "name"),
            .xen = decoder.required_text(node, "xen"),
            .hardware_domain = {},
            .hardware_span = {},
            .inventory = decoder.text(node, "inventory"),
            .verify = decoder.text(node, "verify")};
  if (const Node hardware = decoder.value(node, "hardware")) {
    host.hardware_span = hardware.span();
    if (hardware.kind() == NodeKind::kMapping) {
      host.hardware_domain = decoder.required_text(hardware, "domain");
    }
  }
  if (const auto iommu = decoder.choice(node, "iommu", kIommuWords)) {
    host.iommu = *iommu;
  }
  return host;
}

Device decode_device(const Decoder& decoder, const Node& key, const Node& node) {
  Device device{.name = Decoder::text_of(key),
                .span = key.span(),
                .pci = decoder.pci_address(node, "pci"),
                .identity = {},
                .iomem = decoder.ranges(node, "iomem"),
                .ioports = decoder.ranges(node, "ioports"),
                .irqs = decoder.numbers(node, "irqs")};
  if (const Node identity = decoder.value(node, "is")) {
    device.identity = decode_identity(decoder, identity);
  }
  return device;
}

Domain decode_domain(const Decoder& decoder, const Node& key, const Node& node) {
  Domain domain{.name = Decoder::text_of(key),
                .span = key.span(),
                .role = decoder.required_text(node, "role"),
                .type = decoder.choice(node, "type", kTypeWords),
                .devices = decoder.texts(node, "devices"),
                .kernel = decoder.text(node, "kernel"),
                .ramdisk = decoder.text(node, "ramdisk"),
                .command_line = decoder.text(node, "cmdline"),
                .memory_bytes = decoder.size(node, "memory"),
                .vcpus = decoder.number(node, "vcpus"),
                .domid = decoder.number(node, "domid"),
                .instances = decoder.number(node, "instances"),
                .max_grant_frames = decoder.number(node, "max-grant-frames"),
                .max_maptrack_frames = decoder.number(node, "max-maptrack-frames"),
                .max_event_channels = decoder.number(node, "max-event-channels"),
                .restart = decoder.choice(node, "restart", kRestartWords),
                .start = decoder.choice(node, "start", kStartWords),
                .place = {},
                .target = decoder.text(node, "target"),
                .console = decoder.text(node, "console"),
                .after = decoder.texts(node, "after")};
  if (const Node place = decoder.value(node, "place")) {
    domain.place = decode_place(decoder, place);
  }
  return domain;
}

}  // namespace bulkhead::spec
