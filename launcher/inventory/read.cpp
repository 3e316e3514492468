#include <algorithm>

#include <fmt/format.h>

#include "bulkhead/base/text.h"
#include "parts.h"

namespace bulkhead::inventory {
namespace {

constexpr std::string_view kDevices = "/sys/bus/pci/devices";
constexpr std::size_t kMaxProblems = 20;

// "10000:e1:00.0": Linux numbers what stands behind Intel's VMD from 0x10000 on; Xen has 16 bits for a segment.
bool is_beyond_segments(std::string_view name) {
  const std::size_t colon = name.find(':');
  return colon != std::string_view::npos && colon > 4 && colon <= 8 &&
         parse_address("0000" + std::string(name.substr(colon))).has_value() &&
         parse_hexadecimal("0x" + std::string(name.substr(0, colon))).has_value();
}

void read_devices(ShownFiles& files, Inventory& inventory) {
  for (const std::string& name : files.names(kDevices)) {
    if (const std::optional<Address> at = parse_address(name)) {
      inventory.devices.push_back(read_device(files, *at, fmt::format("{}/{}", kDevices, name)));
    } else if (is_beyond_segments(name)) {
      inventory.notes.push_back(fmt::format("{}: left out, Xen cannot number its segment", name));
    } else {
      files.problem(kDevices, fmt::format("{} is no PCI address", shown(name)));
    }
  }
  if (inventory.devices.empty() && files.problems().empty()) {
    files.problem(kDevices,
                  "no PCI device is visible here; in a split host the hardware domain sees them, and before Xen is "
                  "installed everybody");
  }
  std::sort(inventory.devices.begin(), inventory.devices.end(),
            [](const Device& a, const Device& b) { return a.at < b.at; });
}

// Without groups the compiler cannot refuse two domains that share one; whoever reads the file has to know.
void note_missing_groups(ShownFiles& files, Inventory& inventory) {
  const bool any = std::any_of(inventory.devices.begin(), inventory.devices.end(),
                               [](const Device& device) { return device.iommu_group.has_value(); });
  if (any) return;
  inventory.notes.emplace_back(
      is_under_xen(files) ? "group: Linux shows no IOMMU groups under Xen; an inventory of the same machine booted "
                            "without Xen, with its IOMMU on, has them"
                          : "group: Linux has no IOMMU groups here; boot with intel_iommu=on or amd_iommu=on to see "
                            "them");
}

Error all_of(const std::vector<std::string>& problems) {
  std::vector<std::string> named(
      problems.begin(), problems.begin() + static_cast<std::ptrdiff_t>(std::min(problems.size(), kMaxProblems)));
  if (problems.size() > named.size()) named.push_back(fmt::format("and {} more", problems.size() - named.size()));
  return Error(join(named, "; ")).with_context("read the inventory");
}

}  // namespace

Result<Inventory> read_inventory(const std::string& root, const HypervisorAnswers& hypervisor) {
  ShownFiles files(root);
  Inventory inventory;
  read_machine(files, hypervisor, inventory);
  read_devices(files, inventory);
  note_missing_groups(files, inventory);
  if (!files.problems().empty()) return all_of(files.problems());
  return inventory;
}

}  // namespace bulkhead::inventory
