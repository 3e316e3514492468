#include <catch2/catch.hpp>

#include "bulkhead/inventory/inventory.h"
#include "machine_folder.h"

using namespace bulkhead::inventory;
using namespace bulkhead::inventory::test;

namespace {

using Texts = std::vector<std::string>;

constexpr std::uint64_t kGiB = std::uint64_t{1} << 30;

Inventory read(const MachineFolder& machine, const HypervisorAnswers& answers = {}) {
  const auto inventory = read_inventory(machine.root(), answers);
  INFO((inventory ? std::string() : inventory.error().message()));
  REQUIRE(inventory.has_value());
  return *inventory;
}

}  // namespace

TEST_CASE("a card is read with its identity, interrupt, group, node and BARs, without its ROM") {
  const MachineFolder machine;
  machine.add_network_card();
  const Inventory inventory = read(machine);
  CHECK(inventory.cpus == 4);
  CHECK(inventory.memory_bytes == 16 * kGiB);
  CHECK(inventory.nodes == std::vector<std::uint64_t>{0});
  CHECK(inventory.notes.empty());
  const Device card{.at = {0, 0, 3, 0},
                    .vendor = 0x8086,
                    .device = 0x10d3,
                    .device_class = 0x020000,
                    .subsystem_vendor = 0x8086,
                    .subsystem_device = 0,
                    .irq = 23,
                    .msi = true,
                    .iommu_group = 1,
                    .node = 0,
                    .iomem = {{0xfeba0, 0xfebbf}, {0xfebc0, 0xfebdf}, {0xfebe0, 0xfebe3}},
                    .ioports = {{0xc040, 0xc05f}},
                    .notes = {"its ROM, page frames 0xfeb80-0xfeb9f, is left out"}};
  CHECK(inventory.devices == std::vector<Device>{card});
}

TEST_CASE("devices stand in the order of their addresses") {
  const MachineFolder machine;
  for (const char* address : {"0001:00:00.0", "0000:0a:00.0", "0000:02:1f.7", "0000:02:1f.0"}) {
    machine.add_network_card(address);
  }
  std::vector<Address> order;
  for (const Device& device : read(machine).devices) order.push_back(device.at);
  CHECK(order == std::vector<Address>{{0, 2, 0x1f, 0}, {0, 2, 0x1f, 7}, {0, 10, 0, 0}, {1, 0, 0, 0}});
}

TEST_CASE("two devices on one legacy interrupt both show it") {
  const MachineFolder machine;
  machine.add_network_card("0000:00:03.0");
  machine.add_network_card("0000:00:07.0");
  const Inventory inventory = read(machine);
  CHECK(inventory.devices.at(0).irq == 23U);
  CHECK(inventory.devices.at(1).irq == 23U);
}

TEST_CASE("while a driver uses MSI the interrupt is left out and noted") {
  const MachineFolder machine;
  machine.add_network_card();
  machine.write(device_path("0000:00:03.0", "irq"), "35\n");
  machine.write(device_path("0000:00:03.0", "msi_irqs/35"), "msi\n");
  const Inventory inventory = read(machine);
  CHECK_FALSE(inventory.devices.at(0).irq.has_value());
  CHECK(inventory.devices.at(0).notes ==
        Texts{"its ROM, page frames 0xfeb80-0xfeb9f, is left out",
              "irq: not visible while the device signals by message (Linux' 35); boot once with pci=nomsi to see it"});
}

TEST_CASE("a bridge is listed without what it forwards and without a card's identity") {
  const MachineFolder machine;
  machine.add_network_card("0000:00:1c.0");
  machine.write(device_path("0000:00:1c.0", "class"), "0x060400\n");
  machine.write(device_path("0000:00:1c.0", "config"),
                Header{.type = 1, .pin = 0, .line = 0, .capabilities = "\x10"}.bytes());
  const Device bridge = read(machine).devices.at(0);
  CHECK(bridge.iomem == std::vector<Range>{{0xfeba0, 0xfebbf}, {0xfebc0, 0xfebdf}});
  CHECK(bridge.ioports.empty());
  CHECK_FALSE(bridge.msi);
  CHECK_FALSE(bridge.irq.has_value());
  CHECK_FALSE(bridge.subsystem_vendor.has_value());
  CHECK(bridge.notes.at(0) == "a bridge: what it forwards is not listed, but the devices behind it are");
}

TEST_CASE("a device without a card's identity, group or node has none") {
  const MachineFolder machine;
  machine.add_network_card();
  machine.write(device_path("0000:00:03.0", "subsystem_vendor"), "0x0000\n");
  machine.remove(device_path("0000:00:03.0", "iommu_group"));
  machine.write(device_path("0000:00:03.0", "numa_node"), "-1\n");
  const Inventory inventory = read(machine);
  const Device& device = inventory.devices.at(0);
  CHECK_FALSE(device.subsystem_vendor.has_value());
  CHECK_FALSE(device.subsystem_device.has_value());
  CHECK_FALSE(device.iommu_group.has_value());
  CHECK_FALSE(device.node.has_value());
  CHECK(inventory.notes ==
        Texts{"group: Linux has no IOMMU groups here; boot with intel_iommu=on or amd_iommu=on to see them"});
}

TEST_CASE("under Xen the machine's size comes from the firmware's tables, not from the domain's share") {
  const MachineFolder machine;
  machine.add_network_card();
  machine.write("/sys/hypervisor/type", "xen\n");
  machine.write("/sys/devices/system/cpu/present", "0\n");
  machine.write("/proc/meminfo", "MemTotal:          498304 kB\n");
  machine.remove(device_path("0000:00:03.0", "iommu_group"));
  std::string madt = "APIC" + std::string(40, '\0');
  for (int i = 0; i < 6; ++i) madt += std::string("\0\x08\0\0\x01\0\0\0", 8);
  machine.write("/sys/firmware/acpi/tables/APIC", madt);
  const Inventory inventory = read(machine);
  CHECK(inventory.cpus == 6);
  CHECK(inventory.memory_bytes == 16 * kGiB);
  CHECK(inventory.nodes.empty());
  CHECK(inventory.notes ==
        Texts{"nodes: not visible to a domain under Xen",
              "group: Linux shows no IOMMU groups under Xen; an inventory of the same machine booted without Xen, with "
              "its IOMMU on, has them"});
}

TEST_CASE("where Xen lists its processors to Linux they are counted there") {
  const MachineFolder machine;
  machine.add_network_card();
  machine.write("/sys/hypervisor/type", "xen\n");
  for (const char* name : {"xen_cpu0", "xen_cpu1", "xen_cpu2"}) {
    machine.write(std::string("/sys/devices/system/xen_cpu/") + name + "/online", "1\n");
  }
  machine.write("/sys/devices/system/xen_cpu/uevent", "");
  CHECK(read(machine).cpus == 3);
}

TEST_CASE("what the hypervisor answered goes before the files") {
  const MachineFolder machine;
  machine.add_network_card();
  machine.write("/sys/hypervisor/type", "xen\n");
  const Inventory inventory = read(machine, {.cpus = 16, .memory_bytes = 64 * kGiB, .nodes = {0, 1}});
  CHECK(inventory.cpus == 16);
  CHECK(inventory.nodes == std::vector<std::uint64_t>{0, 1});
}

TEST_CASE("the memory is what the firmware says, and the hypervisor's figure where the firmware says nothing") {
  const MachineFolder machine;
  machine.add_network_card();
  machine.write("/sys/hypervisor/type", "xen\n");
  CHECK(read(machine, {.cpus = 16, .memory_bytes = 15 * kGiB, .nodes = {}}).memory_bytes == 16 * kGiB);
  machine.remove("/sys/firmware/dmi");
  CHECK(read(machine, {.cpus = 16, .memory_bytes = 15 * kGiB, .nodes = {}}).memory_bytes == 15 * kGiB);
}

TEST_CASE("a machine without SMBIOS and without Xen has the memory that Linux counts") {
  const MachineFolder machine;
  machine.add_network_card();
  machine.remove("/sys/firmware/dmi");
  CHECK(read(machine).memory_bytes == std::uint64_t{16302384} * 1024);
}

TEST_CASE("CPUs are counted up to the highest number, nodes one by one") {
  const MachineFolder machine;
  machine.add_network_card();
  machine.write("/sys/devices/system/cpu/present", "0-3,8-9\n");
  machine.write("/sys/devices/system/node/online", "0,2-3\n");
  const Inventory inventory = read(machine);
  CHECK(inventory.cpus == 10);
  CHECK(inventory.nodes == std::vector<std::uint64_t>{0, 2, 3});
}

TEST_CASE("a device in a segment that Xen cannot number is left out and noted") {
  const MachineFolder machine;
  machine.add_network_card();
  machine.add_network_card("10000:e1:00.0");
  const Inventory inventory = read(machine);
  CHECK(inventory.devices.size() == 1);
  CHECK(inventory.notes == Texts{"10000:e1:00.0: left out, Xen cannot number its segment"});
}
