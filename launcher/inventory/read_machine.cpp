#include <algorithm>

#include <fmt/format.h>

#include "bulkhead/base/text.h"
#include "firmware.h"
#include "parts.h"

namespace bulkhead::inventory {
namespace {

constexpr std::string_view kHypervisorType = "/sys/hypervisor/type";
constexpr std::string_view kPresentCpus = "/sys/devices/system/cpu/present";
constexpr std::string_view kXenCpus = "/sys/devices/system/xen_cpu";
constexpr std::string_view kMadt = "/sys/firmware/acpi/tables/APIC";
constexpr std::string_view kSmbios = "/sys/firmware/dmi/tables/DMI";
constexpr std::string_view kMeminfo = "/proc/meminfo";
constexpr std::string_view kNodes = "/sys/devices/system/node/online";
constexpr std::size_t kMaxTable = std::size_t{1} << 20;
constexpr std::size_t kMaxMeminfo = std::size_t{64} << 10;

std::optional<std::uint64_t> cpus_that_xen_shows(ShownFiles& files) {
  if (!files.has(kXenCpus)) return std::nullopt;
  const std::vector<std::string> names = files.names(kXenCpus);
  const auto count = std::count_if(names.begin(), names.end(), [](const std::string& name) {
    return name.starts_with("xen_cpu") && parse_decimal(std::string_view(name).substr(7)).value_or(-1) >= 0;
  });
  return count == 0 ? std::nullopt : std::optional(static_cast<std::uint64_t>(count));
}

std::optional<std::uint64_t> cpus_in_table(ShownFiles& files) {
  const std::optional<std::string> madt = files.bytes(kMadt, kMaxTable);
  if (!madt) return std::nullopt;
  const std::optional<std::uint64_t> count = usable_processors(*madt);
  if (!count) files.problem(kMadt, "no table of processors");
  return count;
}

// A domain sees virtual CPUs below /sys/devices/system/cpu, so under Xen that folder says nothing.
void read_cpus(ShownFiles& files, bool under_xen, Inventory& inventory) {
  if (under_xen) {
    std::optional<std::uint64_t> count = cpus_that_xen_shows(files);
    if (!count) count = cpus_in_table(files);
    inventory.cpus = count.value_or(0);
    return;
  }
  const auto present = files.list(kPresentCpus);
  if (present) inventory.cpus = present->back() + 1;  // what the compiler compares with is the highest number
}

std::optional<std::uint64_t> parse_meminfo(std::string_view text) {
  for (std::string_view line : split(text, '\n')) {
    if (!line.starts_with("MemTotal:") || !line.ends_with(" kB")) continue;
    line.remove_suffix(3);
    const std::optional<std::int64_t> kib = parse_decimal(line.substr(line.find_last_of(' ') + 1));
    constexpr std::int64_t kMaxKib = std::int64_t{1} << 42;
    if (kib && *kib > 0 && *kib < kMaxKib) return static_cast<std::uint64_t>(*kib) << 10U;
  }
  return std::nullopt;
}

// The firmware's table first: it says the same with Xen and without, whereas a domain's own figure is its share.
void read_memory(ShownFiles& files, bool under_xen, std::optional<std::uint64_t> hypervisor, Inventory& inventory) {
  if (hypervisor && !files.has(kSmbios)) {
    inventory.memory_bytes = *hypervisor;
    return;
  }
  if (under_xen || files.has(kSmbios)) {
    const std::optional<std::string> smbios = files.bytes(kSmbios, kMaxTable);
    if (!smbios) return;
    const std::optional<std::uint64_t> installed = installed_memory(*smbios);
    if (installed) {
      inventory.memory_bytes = *installed;
      return;
    }
    if (hypervisor) {
      inventory.memory_bytes = *hypervisor;
      return;
    }
    if (under_xen) return files.problem(kSmbios, "it does not say how much memory there is");
  }
  const std::optional<std::string> meminfo = files.bytes(kMeminfo, kMaxMeminfo);
  if (!meminfo) return;
  const std::optional<std::uint64_t> total = parse_meminfo(*meminfo);
  if (!total) return files.problem(kMeminfo, "no `MemTotal` in kB");
  inventory.memory_bytes = *total;
}

void read_nodes(ShownFiles& files, bool under_xen, Inventory& inventory) {
  if (under_xen) {
    inventory.notes.emplace_back("nodes: not visible to a domain under Xen");
    return;
  }
  if (!files.has(kNodes)) {
    inventory.notes.emplace_back("nodes: the kernel keeps none");
    return;
  }
  if (auto nodes = files.list(kNodes)) inventory.nodes = *std::move(nodes);
}

}  // namespace

bool is_under_xen(ShownFiles& files) {
  return files.has(kHypervisorType) && files.line(kHypervisorType) == "xen";
}

void read_machine(ShownFiles& files, const HypervisorAnswers& hypervisor, Inventory& inventory) {
  const bool under_xen = is_under_xen(files);
  if (hypervisor.cpus.value_or(0) != 0) {
    inventory.cpus = *hypervisor.cpus;
  } else {
    read_cpus(files, under_xen, inventory);
  }
  read_memory(files, under_xen, hypervisor.memory_bytes, inventory);
  if (!hypervisor.nodes.empty()) {
    inventory.nodes = hypervisor.nodes;
  } else {
    read_nodes(files, under_xen, inventory);
  }
}

}  // namespace bulkhead::inventory
