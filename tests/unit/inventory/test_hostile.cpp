// Whatever the files hold, reading them ends with an inventory or with every problem named.
#include <array>
#include <filesystem>

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <sys/stat.h>

#include "bulkhead/inventory/inventory.h"
#include "machine_folder.h"

using namespace bulkhead::inventory;
using namespace bulkhead::inventory::test;

namespace {

constexpr const char* kCard = "0000:00:03.0";

std::string message_of(const MachineFolder& machine) {
  const auto inventory = read_inventory(machine.root());
  REQUIRE_FALSE(inventory.has_value());
  std::string message = inventory.error().message();
  for (std::size_t at = message.find(machine.root()); at != std::string::npos; at = message.find(machine.root())) {
    message.erase(at, machine.root().size());
  }
  return message;
}

// The message for a machine whose only fault is this file of its card.
std::string with_card_file(std::string_view attribute, std::string_view content) {
  const MachineFolder machine;
  machine.add_network_card();
  if (attribute == "iommu_group") machine.remove(device_path(kCard, attribute));
  machine.write(device_path(kCard, attribute), content);
  return message_of(machine);
}

std::string expected(std::string_view attribute, std::string_view what) {
  return fmt::format("read the inventory: `{}`: {}", device_path(kCard, attribute), what);
}

}  // namespace

TEST_CASE("a number out of form or range is named with its file") {
  CHECK(with_card_file("vendor", "8086\n") == expected("vendor", "`8086` is no hexadecimal number from 0x0 to 0xffff"));
  CHECK(with_card_file("device", "0x10d3d\n") ==
        expected("device", "`0x10d3d` is no hexadecimal number from 0x0 to 0xffff"));
  CHECK(with_card_file("class", "") == expected("class", "`` is no hexadecimal number from 0x0 to 0xffffff"));
  CHECK(with_card_file("subsystem_device", "0x\n") ==
        expected("subsystem_device", "`0x` is no hexadecimal number from 0x0 to 0xffff"));
  CHECK(with_card_file("irq", "23 24\n") == expected("irq", "`23 24` is no whole number"));
  CHECK(with_card_file("irq", "-1\n") == expected("irq", "-1 is below 0"));
  CHECK(with_card_file("numa_node", "99999999999999999999\n") ==
        expected("numa_node", "`99999999999999999999` is no whole number"));
  CHECK(with_card_file("enable", "\x1b[2J\n") == expected("enable", "`\\x1b[2J` is no whole number"));
  CHECK(with_card_file("msi_irqs/x", "msi\n") == expected("msi_irqs", "`x` is no interrupt"));
  CHECK(with_card_file("iommu_group", "1\n") == expected("iommu_group", "Invalid argument"));
  CHECK(with_card_file("config", "short") == expected("config", "5 bytes, and a header has 64"));
  CHECK(with_card_file("resource", "x\n") == expected("resource", "line 1: `x` is no range and flags"));
}

TEST_CASE("a long text is cut in the message") {
  CHECK(with_card_file("vendor", std::string(4000, 'x')) ==
        expected("vendor", "`" + std::string(40, 'x') + "`… is no hexadecimal number from 0x0 to 0xffff"));
}

TEST_CASE("a file larger than sysfs has is refused") {
  CHECK(with_card_file("vendor", std::string(1 << 20, '0')) ==
        fmt::format("read the inventory: read `{}`: more than 4096 bytes", device_path(kCard, "vendor")));
}

TEST_CASE("a file that is missing is named") {
  for (const char* attribute : {"vendor", "device", "class", "config", "resource"}) {
    const MachineFolder machine;
    machine.add_network_card();
    machine.remove(device_path(kCard, attribute));
    CHECK(message_of(machine) ==
          fmt::format("read the inventory: open `{}`: No such file or directory", device_path(kCard, attribute)));
  }
}

TEST_CASE("a FIFO in place of a file does not block") {
  const MachineFolder machine;
  machine.add_network_card();
  machine.remove(device_path(kCard, "vendor"));
  REQUIRE(::mkfifo((machine.root() + device_path(kCard, "vendor")).c_str(), 0600) == 0);
  CHECK(message_of(machine) ==
        fmt::format("read the inventory: read `{}`: not a regular file", device_path(kCard, "vendor")));
}

TEST_CASE("all problems are named in one run, and of many the first twenty") {
  const MachineFolder machine;
  machine.add_network_card("0000:00:03.0");
  machine.add_network_card("0000:00:04.0");
  machine.write(device_path("0000:00:03.0", "vendor"), "x");
  machine.write(device_path("0000:00:04.0", "class"), "y");
  machine.write("/sys/devices/system/cpu/present", "all\n");
  CHECK(message_of(machine) ==
        "read the inventory: `/sys/devices/system/cpu/present`: `all` is no list of numbers as in `0-3,8`; "
        "`/sys/bus/pci/devices/0000:00:03.0/vendor`: `x` is no hexadecimal number from 0x0 to 0xffff; "
        "`/sys/bus/pci/devices/0000:00:04.0/class`: `y` is no hexadecimal number from 0x0 to 0xffffff");
  for (int i = 0; i < 20; ++i) machine.write(fmt::format("/sys/bus/pci/devices/bad{:02}/vendor", i), "");
  const std::string many = message_of(machine);
  CHECK(many.ends_with("`/sys/bus/pci/devices`: `bad16` is no PCI address; and 3 more"));
}

TEST_CASE("a machine without any PCI device is refused, with where to look") {
  const MachineFolder machine;
  CHECK(
      message_of(machine) ==
      "read the inventory: `/sys/bus/pci/devices`: no PCI device is visible here; in a split host the hardware domain "
      "sees them, and before Xen is installed everybody");
}

TEST_CASE("an empty root names what it lacks") {
  const MachineFolder machine;
  machine.remove("/sys");
  machine.remove("/proc");
  CHECK(message_of(machine) ==
        "read the inventory: open `/sys/devices/system/cpu/present`: No such file or directory; "
        "open `/proc/meminfo`: No such file or directory; `/sys/bus/pci/devices`: No such file or directory");
}

TEST_CASE("the lists of CPUs and nodes take no inverted, endless or open range") {
  for (const char* text : {"", "3-1", "0-", "-1", "0-99999999", "0,,1", "0-3 ", "1-2-3"}) {
    const MachineFolder machine;
    machine.add_network_card();
    machine.write("/sys/devices/system/cpu/present", std::string(text) + "\n");
    CHECK(message_of(machine) ==
          fmt::format("read the inventory: `/sys/devices/system/cpu/present`: `{}` is no list of numbers as in `0-3,8`",
                      text));
  }
}

TEST_CASE("under Xen a machine whose size nothing shows is refused and not guessed") {
  const MachineFolder machine;
  machine.add_network_card();
  machine.write("/sys/hypervisor/type", "xen\n");
  machine.remove("/sys/firmware");
  CHECK(message_of(machine) ==
        "read the inventory: open `/sys/firmware/acpi/tables/APIC`: No such file or directory; "
        "open `/sys/firmware/dmi/tables/DMI`: No such file or directory");
  machine.write("/sys/firmware/acpi/tables/APIC", "garbage");
  machine.write("/sys/firmware/dmi/tables/DMI", "garbage");
  CHECK(message_of(machine) ==
        "read the inventory: `/sys/firmware/acpi/tables/APIC`: no table of processors; "
        "`/sys/firmware/dmi/tables/DMI`: it does not say how much memory there is");
}

TEST_CASE("no byte of a card's files makes the reading crash") {
  const std::array<const char*, 11> attributes{
      "vendor", "device", "subsystem_vendor", "subsystem_device", "class",     "resource",
      "irq",    "config", "enable",           "numa_node",        "msi_irqs/9"};
  unsigned state = 1;
  for (int round = 0; round < 300; ++round) {
    const MachineFolder machine;
    machine.add_network_card();
    for (const char* attribute : attributes) {
      state = state * 1664525U + 1013904223U;
      if (state >> 30U != 0) continue;
      std::string content(state >> 8U & 0x1FFU, '\0');
      for (char& byte : content) {
        state = state * 1664525U + 1013904223U;
        byte = static_cast<char>(state >> 24U);
      }
      machine.write(device_path(kCard, attribute), content);
    }
    const auto inventory = read_inventory(machine.root());
    if (inventory) {
      CHECK_FALSE(write_inventory(*inventory).empty());
    } else {
      CHECK(inventory.error().message().starts_with("read the inventory: "));
    }
  }
}
