#include "bulkhead/spec/read.h"

#include "bulkhead/spec/language.h"
#include "decode.h"
#include "shape_check.h"

namespace bulkhead::spec {
namespace {

Spec decode_spec(const Decoder& decoder, const Node& root) {
  Spec spec;
  if (const Node host = decoder.value(root, "host")) {
    spec.host = decode_host(decoder, host);
  }
  decoder.each_named(decoder.value(root, "devices"), [&](const Node& key, const Node& node) {
    spec.devices.push_back(decode_device(decoder, key, node));
  });
  decoder.each_named(decoder.value(root, "domains"), [&](const Node& key, const Node& node) {
    spec.domains.push_back(decode_domain(decoder, key, node));
  });
  decoder.each(root, "connections", [&](const Node& item) {
    if (std::optional<Connection> connection = decode_connection(decoder, item)) {
      spec.connections.push_back(*std::move(connection));
    }
  });
  decoder.each_named(decoder.value(root, "roles"),
                     [&](const Node& key, const Node& node) { spec.roles.push_back(decode_role(decoder, key, node)); });
  decoder.each(root, "assert", [&](const Node& item) {
    if (std::optional<Assertion> assertion = decode_assertion(decoder, item)) {
      spec.assertions.push_back(*std::move(assertion));
    }
  });
  decoder.each(root, "accept", [&](const Node& item) { spec.accepts.push_back(decode_accept(decoder, item)); });
  return spec;
}

template <typename T>
std::optional<T> plain(const std::optional<Located<T>>& located) {
  return located ? std::optional(located->value) : std::nullopt;
}

InventoryDevice decode_inventory_device(const Decoder& decoder, const Node& node) {
  const Node msi = node.find("msi");
  return {.span = node.span(),
          .pci = decoder.pci_address(node, "at")->value,
          .vendor = decoder.small_number(node, "vendor")->value,
          .device = decoder.small_number(node, "device")->value,
          .pci_class = decoder.small_number(node, "class")->value,
          .subsystem_vendor = plain(decoder.small_number(node, "subsystem-vendor")),
          .subsystem_device = plain(decoder.small_number(node, "subsystem-device")),
          .iomem = decoder.ranges(node, "iomem"),
          .ioports = decoder.ranges(node, "ioports"),
          .irq = plain(decoder.number(node, "irq")),
          .msi = msi && (msi.scalar()[0] == 't' || msi.scalar()[0] == 'T'),
          .iommu_group = plain(decoder.number(node, "group")),
          .node = plain(decoder.number(node, "node"))};
}

}  // namespace

Reading read_spec(const Document& document, Diagnostics& diagnostics) {
  const Refusals refusals = check_shape(document, spec_shape(), diagnostics);
  const Node root = document.root();
  if (root.kind() != NodeKind::kMapping) {
    return {};
  }
  return {decode_spec(Decoder(refusals), root), !refusals.any()};
}

std::optional<Inventory> read_inventory(const Document& document, Diagnostics& diagnostics) {
  const Refusals refusals = check_shape(document, inventory_shape(), diagnostics);
  if (refusals.any()) {
    return std::nullopt;
  }
  const Decoder decoder(refusals);
  const Node root = document.root();
  const Node host = root.find("host");
  Inventory inventory;
  inventory.cpus = decoder.number(host, "cpus")->value;
  inventory.memory_bytes = decoder.size(host, "memory")->value;
  for (const Located<std::uint64_t>& node : decoder.numbers(host, "nodes")) {
    inventory.nodes.push_back(node.value);
  }
  decoder.each(root, "pci",
               [&](const Node& item) { inventory.devices.push_back(decode_inventory_device(decoder, item)); });
  return inventory;
}

}  // namespace bulkhead::spec
