// Where a PVH domain's memory lies in its own address space. In: how much it gets. Out: the bounds that libxenguest
// fills and the map that the kernel reads; both leave out what lies at and above the local APIC, up to 4 GiB.
#pragma once

#include <cstdint>
#include <vector>

namespace bulkhead::hypervisor {

enum class MemoryType : std::uint32_t { kRam = 1, kReserved = 2, kAcpi = 3 };  // the numbers of E820

struct MemoryRange {  // in bytes
  std::uint64_t start = 0;
  std::uint64_t size = 0;
  MemoryType type = MemoryType::kRam;
  bool operator==(const MemoryRange&) const = default;
};

struct PvhLayout {  // in bytes; the ends are exclusive
  std::uint64_t hole_start = 0;
  std::uint64_t hole_size = 0;
  std::uint64_t low_end = 0;
  std::uint64_t high_end = 0;  // 0: everything fits below the hole
  std::vector<MemoryRange> map;
  bool operator==(const PvhLayout&) const = default;
};

inline constexpr std::uint64_t kSpecialFramesEnd = 0xFF000;  // xenstore's and console's rings are among the 8 before it
inline constexpr std::uint64_t kSpecialFrames = 8;
inline constexpr std::uint64_t kAcpiStart = 0xFEF00000;  // after the addresses that message-signalled interrupts use
inline constexpr std::uint64_t kAcpiBytes = 0x1000;

[[nodiscard]] PvhLayout pvh_layout(std::uint64_t memory_bytes);

// What Xen sets aside for a domain's nested page tables: 256 frames a processor and one for each MiB.
[[nodiscard]] std::uint64_t paging_memory_bytes(std::uint64_t memory_kib, std::uint32_t vcpus);

}  // namespace bulkhead::hypervisor
