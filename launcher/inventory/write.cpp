#include <array>

#include <fmt/format.h>

#include "bulkhead/base/render.h"
#include "bulkhead/base/text.h"
#include "bulkhead/inventory/inventory.h"

namespace bulkhead::inventory {
namespace {

std::string address(const Address& at) {
  return fmt::format("{:04x}:{:02x}:{:02x}.{}", at.segment, at.bus, at.device, at.function);
}

// The largest unit without a remainder; what is less than 1 KiB is cut off.
std::string size(std::uint64_t bytes) {
  constexpr auto kUnits = std::to_array<std::pair<std::string_view, unsigned>>({{"TiB", 40}, {"GiB", 30}, {"MiB", 20}});
  for (const auto& [name, shift] : kUnits) {
    const std::uint64_t count = bytes >> shift;
    if (count != 0 && count << shift == bytes) return fmt::format("{} {}", count, name);
  }
  return fmt::format("{} KiB", bytes >> 10U);
}

std::string ranges(const std::vector<Range>& list) {
  std::vector<std::string> parts;
  parts.reserve(list.size());
  for (const Range& range : list) {
    parts.push_back(range.first == range.last ? fmt::format("{:#x}", range.first)
                                              : fmt::format("{:#x}-{:#x}", range.first, range.last));
  }
  return "[" + join(parts, ", ") + "]";
}

std::string numbers(const std::vector<std::uint64_t>& list) {
  std::vector<std::string> parts;
  parts.reserve(list.size());
  for (const std::uint64_t number : list) parts.push_back(fmt::format("{}", number));
  return "[" + join(parts, ", ") + "]";
}

// Whatever a note holds, it stays a comment of one line.
void write_notes(std::string& out, const std::vector<std::string>& notes, std::string_view indent) {
  for (const std::string& note : notes) out += fmt::format("{}# {}\n", indent, printable(note));
}

void write_device(std::string& out, const Device& device) {
  const auto line = [&](std::string_view key, const std::string& value) {
    out += fmt::format("    {}: {}\n", key, value);
  };
  out += fmt::format("  - at: \"{}\"\n", address(device.at));
  line("vendor", fmt::format("{:#06x}", device.vendor));
  line("device", fmt::format("{:#06x}", device.device));
  if (device.subsystem_vendor) line("subsystem-vendor", fmt::format("{:#06x}", *device.subsystem_vendor));
  if (device.subsystem_device) line("subsystem-device", fmt::format("{:#06x}", *device.subsystem_device));
  line("class", fmt::format("{:#08x}", device.device_class));
  if (device.irq) line("irq", fmt::format("{}", *device.irq));
  if (device.msi) line("msi", "true");
  if (device.iommu_group) line("group", fmt::format("{}", *device.iommu_group));
  if (device.node) line("node", fmt::format("{}", *device.node));
  if (!device.iomem.empty()) line("iomem", ranges(device.iomem));
  if (!device.ioports.empty()) line("ioports", ranges(device.ioports));
  write_notes(out, device.notes, "    ");
}

}  // namespace

std::string write_inventory(const Inventory& inventory) {
  std::string out =
      "# The machine, as `bulkhead-launch inventory` found it. What it could not see is left out; a comment says so.\n";
  write_notes(out, inventory.notes, "");
  out += "inventory: 1\n";
  out += fmt::format("host: {{ cpus: {}, memory: {}{} }}\n", inventory.cpus, size(inventory.memory_bytes),
                     inventory.nodes.empty() ? "" : ", nodes: " + numbers(inventory.nodes));
  out += inventory.devices.empty() ? "pci: []\n" : "pci:\n";
  for (const Device& device : inventory.devices) write_device(out, device);
  return out;
}

}  // namespace bulkhead::inventory
