// The compiler reads what the launcher writes.
#include <catch2/catch.hpp>

#include "bulkhead/base/render.h"
#include "bulkhead/base/yaml_reader.h"
#include "bulkhead/inventory/inventory.h"
#include "bulkhead/spec/read.h"
#include "machine_folder.h"

using namespace bulkhead;
using namespace bulkhead::inventory::test;
using inventory::Inventory;
using inventory::read_inventory;
using inventory::write_inventory;

namespace {

std::vector<inventory::Range> ranges_of(const std::vector<spec::Located<spec::Range>>& located) {
  std::vector<inventory::Range> ranges;
  ranges.reserve(located.size());
  for (const auto& range : located) ranges.push_back({range.value.first, range.value.last});
  return ranges;
}

// What the compiler understood, as the launcher's value, so that the two can be compared whole.
Inventory read_by_compiler(const std::string& yaml) {
  SourceSet sources;
  Diagnostics diagnostics;
  const auto document = read_document(sources, sources.add("inventory.yaml", yaml), diagnostics);
  const auto read = document ? spec::read_inventory(*document, diagnostics) : std::nullopt;
  INFO(yaml);
  INFO(render_text(diagnostics, sources, false));
  REQUIRE(read.has_value());
  Inventory found{
      .cpus = read->cpus, .memory_bytes = read->memory_bytes, .nodes = read->nodes, .devices = {}, .notes = {}};
  for (const spec::InventoryDevice& device : read->devices) {
    inventory::Device& copy = found.devices.emplace_back();
    copy.at = {device.pci.segment, device.pci.bus, device.pci.device, device.pci.function};
    copy.vendor = static_cast<std::uint16_t>(device.vendor);
    copy.device = static_cast<std::uint16_t>(device.device);
    copy.device_class = device.pci_class;
    if (device.subsystem_vendor) copy.subsystem_vendor = static_cast<std::uint16_t>(*device.subsystem_vendor);
    if (device.subsystem_device) copy.subsystem_device = static_cast<std::uint16_t>(*device.subsystem_device);
    if (device.irq) copy.irq = static_cast<std::uint32_t>(*device.irq);
    copy.msi = device.msi;
    copy.iommu_group = device.iommu_group;
    copy.node = device.node;
    copy.iomem = ranges_of(device.iomem);
    copy.ioports = ranges_of(device.ioports);
  }
  return found;
}

Inventory without_notes(Inventory whole) {
  whole.notes.clear();
  for (inventory::Device& device : whole.devices) device.notes.clear();
  return whole;
}

}  // namespace

TEST_CASE("the inventory of a card is written as the compiler's reference has it") {
  const MachineFolder machine;
  machine.add_network_card();
  const auto found = read_inventory(machine.root());
  REQUIRE(found.has_value());
  CHECK(write_inventory(*found) ==
        "# The machine, as `bulkhead-launch inventory` found it. What it could not see is left out; a comment says "
        "so.\n"
        "inventory: 1\n"
        "host: { cpus: 4, memory: 16 GiB, nodes: [0] }\n"
        "pci:\n"
        "  - at: \"0000:00:03.0\"\n"
        "    vendor: 0x8086\n"
        "    device: 0x10d3\n"
        "    subsystem-vendor: 0x8086\n"
        "    subsystem-device: 0x0000\n"
        "    class: 0x020000\n"
        "    irq: 23\n"
        "    msi: true\n"
        "    group: 1\n"
        "    node: 0\n"
        "    iomem: [0xfeba0-0xfebbf, 0xfebc0-0xfebdf, 0xfebe0-0xfebe3]\n"
        "    ioports: [0xc040-0xc05f]\n"
        "    # its ROM, page frames 0xfeb80-0xfeb9f, is left out\n");
}

TEST_CASE("the compiler reads the same values from the file as the launcher wrote") {
  const MachineFolder machine;
  for (const char* address : {"0000:00:03.0", "0000:ff:1f.7", "ffff:00:00.0", "10000:00:00.0"}) {
    machine.add_network_card(address);
  }
  machine.remove(device_path("0000:ff:1f.7", "iommu_group"));
  machine.write(device_path("0000:ff:1f.7", "irq"), "11\n");
  machine.write(device_path("0000:ff:1f.7", "enable"), "0\n");
  machine.write(device_path("ffff:00:00.0", "class"), "0xffffff\n");
  machine.write(device_path("ffff:00:00.0", "vendor"), "0xffff\n");
  const auto found = read_inventory(machine.root());
  REQUIRE(found.has_value());
  CHECK(read_by_compiler(write_inventory(*found)) == without_notes(*found));
}

TEST_CASE("the largest values that can be found can be read again") {
  Inventory most{.cpus = 4096, .memory_bytes = std::uint64_t{1} << 52, .nodes = {0, 4095}, .devices = {}, .notes = {}};
  inventory::Device device;
  device.at = {0xffff, 0xff, 0x1f, 7};
  device.iommu_group = std::numeric_limits<std::int64_t>::max();
  device.node = std::numeric_limits<std::int64_t>::max();
  device.irq = 1023;
  device.iomem = {{0, ~std::uint64_t{0} >> 12U}};
  device.ioports = {{0, 0xffff}};
  most.devices = {device};
  CHECK(read_by_compiler(write_inventory(most)) == most);
}

TEST_CASE("memory that is no whole number of MiB is written in KiB") {
  const Inventory odd{
      .cpus = 1, .memory_bytes = std::uint64_t{16302383} * 1024, .nodes = {}, .devices = {}, .notes = {}};
  CHECK(read_by_compiler(write_inventory(odd)) == odd);
}

TEST_CASE("a note stays a comment whatever it holds") {
  const Inventory noted{
      .cpus = 1, .memory_bytes = 1 << 30, .nodes = {}, .devices = {}, .notes = {"a\ninventory: 2\n", "\xff\x1b"}};
  CHECK(read_by_compiler(write_inventory(noted)) == without_notes(noted));
}

TEST_CASE("the same machine gives the same bytes") {
  const MachineFolder one;
  const MachineFolder two;
  for (const char* address : {"0000:00:03.0", "0000:00:04.0"}) one.add_network_card(address);
  for (const char* address : {"0000:00:04.0", "0000:00:03.0"}) two.add_network_card(address);
  CHECK(write_inventory(*read_inventory(one.root())) == write_inventory(*read_inventory(two.root())));
}
