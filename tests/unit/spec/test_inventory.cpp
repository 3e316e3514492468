#include <catch2/catch.hpp>

#include "reading.h"

using namespace bulkhead::spec;
using bulkhead::spec::test::Read;

TEST_CASE("an inventory is decoded") {
  Read read(
      "inventory: 1\nhost: { cpus: 8, memory: 16384 MiB, nodes: [0, 1] }\npci:\n"
      "  - { at: \"0000:00:03.0\", vendor: 0x8086, device: 0x10d3, class: 0x020000, subsystem-vendor: 0x8086, "
      "subsystem-device: 0, "
      "irq: 23, msi: true, group: 4, node: 1, iomem: [0xfeb40-0xfeb5f], ioports: [0xc040-0xc05f] }\n"
      "  - { at: 00:1f.2, vendor: 1, device: 2, class: 0x010601, msi: false }\n");
  REQUIRE(read.document.has_value());
  const std::optional<Inventory> inventory = read_inventory(*read.document, read.diagnostics);
  INFO(read.rendered());
  REQUIRE(inventory.has_value());
  CHECK(inventory->cpus == 8);
  CHECK(inventory->memory_bytes == std::uint64_t{16} << 30);
  CHECK(inventory->nodes == std::vector<std::uint64_t>{0, 1});
  REQUIRE(inventory->devices.size() == 2);
  const InventoryDevice& nic = inventory->devices[0];
  CHECK(nic.pci == PciAddress{0, 0, 3, 0});
  CHECK(nic.vendor == 0x8086);
  CHECK(nic.device == 0x10d3);
  CHECK(nic.pci_class == 0x020000);
  CHECK(nic.subsystem_vendor == 0x8086);
  CHECK(nic.subsystem_device == 0);
  CHECK(nic.irq == 23);
  CHECK(nic.msi);
  CHECK(nic.iommu_group == 4);
  CHECK(nic.node == 1);
  CHECK(nic.iomem.at(0).value == Range{0xfeb40, 0xfeb5f});
  CHECK(nic.ioports.at(0).value == Range{0xc040, 0xc05f});
  CHECK(nic.span.line == 4);
  CHECK_FALSE(inventory->devices[1].msi);
  CHECK_FALSE(inventory->devices[1].irq.has_value());
  CHECK(inventory->devices[1].pci_class == 0x010601);
}

TEST_CASE("half an inventory is none, and all of its errors are reported") {
  Read read("inventory: 1\nhost: { cpus: 0, memory: 16 }\npci: [ { at: x, vendor: 0x10000, device: 1 } ]\n");
  REQUIRE(read.document.has_value());
  CHECK_FALSE(read_inventory(*read.document, read.diagnostics).has_value());
  CHECK(
      read.rendered() ==
      "t.yaml:2:15: error: `cpus` takes a whole number from 1 on, and not `0` [out-of-range]\n"
      "     2 | host: { cpus: 0, memory: 16 }\n"
      "       |               ^\n"
      "t.yaml:2:26: error: `memory` has no unit: KiB, MiB, GiB or TiB, as in `512 MiB` [bad-size]\n"
      "     2 | host: { cpus: 0, memory: 16 }\n"
      "       |                          ^~\n"
      "t.yaml:3:8: error: a PCI device needs the key `class` [missing-key]\n"
      "     3 | pci: [ { at: x, vendor: 0x10000, device: 1 } ]\n"
      "       |        ^\n"
      "t.yaml:3:14: error: `x` is no PCI address: segment:bus:device.function, as in `0000:00:03.0` [bad-pci-address]\n"
      "     3 | pci: [ { at: x, vendor: 0x10000, device: 1 } ]\n"
      "       |              ^\n"
      "t.yaml:3:25: error: `vendor` takes a whole number from 0x0 to 0xffff, and not `0x10000` [out-of-range]\n"
      "     3 | pci: [ { at: x, vendor: 0x10000, device: 1 } ]\n"
      "       |                         ^~~~~~~\n");
}
