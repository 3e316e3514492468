// The machine as the compiler needs to know it: `bulkhead-launch inventory`. In: what Linux shows below a root folder
// ("/" on a host), in domain 0 of a classic host, in the hardware domain of a split one, or before Xen is there; and
// what the hypervisor says about the machine, if it was asked. Out: a value, and from it the file that
// `host.inventory` names, in the form of docs/spec-language.md.
//
// What cannot be seen is left out and said in a comment, never guessed. The same files give the same bytes. Nothing is
// written anywhere, and no device is touched beyond the reading of its configuration space.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bulkhead/base/result.h"

namespace bulkhead::inventory {

struct Address {
  std::uint16_t segment = 0;
  std::uint8_t bus = 0;
  std::uint8_t device = 0;
  std::uint8_t function = 0;
  auto operator<=>(const Address&) const = default;
};

struct Range {  // inclusive; page frames of 4 KiB, or ports
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  auto operator<=>(const Range&) const = default;
};

struct Device {
  Address at;
  std::uint16_t vendor = 0;
  std::uint16_t device = 0;
  std::uint32_t device_class = 0;  // 24 bits: base class, subclass, interface
  std::optional<std::uint16_t> subsystem_vendor;
  std::optional<std::uint16_t> subsystem_device;
  std::optional<std::uint32_t> irq;  // the GSI of its interrupt pin; nothing: no pin, or not visible (a note says so)
  bool msi = false;                  // it has the capability MSI or MSI-X
  std::optional<std::uint64_t> iommu_group;
  std::optional<std::uint64_t> node;
  // Its BARs, in ascending order and without overlaps; not its ROM, and not what a bridge forwards.
  std::vector<Range> iomem;
  std::vector<Range> ioports;
  std::vector<std::string> notes;  // what was left out, and why: one comment each
  bool operator==(const Device&) const = default;
};

struct Inventory {
  std::uint64_t cpus = 0;  // physical ones
  std::uint64_t memory_bytes = 0;
  std::vector<std::uint64_t> nodes;  // empty: not known
  std::vector<Device> devices;       // by address
  std::vector<std::string> notes;    // about the machine
  bool operator==(const Inventory&) const = default;
};

// What Linux cannot see above a hypervisor: domain 0 has a part of the memory and of the CPUs, and one node. Whoever
// may ask Xen (sysctl physinfo) passes its answers, and they go before what the files say, except for the memory: the
// firmware's table, where it can be read, says the same with Xen and without; Xen counts what the firmware left to it.
struct HypervisorAnswers {
  std::optional<std::uint64_t> cpus;
  std::optional<std::uint64_t> memory_bytes;
  std::vector<std::uint64_t> nodes;
};

// All that is wrong below `root` stands in one Error, each file with its path.
[[nodiscard]] Result<Inventory> read_inventory(const std::string& root, const HypervisorAnswers& hypervisor = {});

// YAML that the compiler reads.
[[nodiscard]] std::string write_inventory(const Inventory& inventory);

}  // namespace bulkhead::inventory
