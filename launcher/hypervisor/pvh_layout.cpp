#include "pvh_layout.h"

#include <algorithm>

namespace bulkhead::hypervisor {

namespace {
constexpr std::uint64_t kFrameBytes = 4096;
constexpr std::uint64_t kLocalApic = 0xFEE00000;
constexpr std::uint64_t kFourGib = std::uint64_t{4} << 30U;
}  // namespace

PvhLayout pvh_layout(std::uint64_t memory_bytes) {
  const std::uint64_t low = std::min(memory_bytes, kLocalApic);
  const std::uint64_t high = memory_bytes - low;
  PvhLayout layout{.hole_start = kLocalApic,
                   .hole_size = kFourGib - kLocalApic,
                   .low_end = low,
                   .high_end = high == 0 ? 0 : kFourGib + high,
                   .map = {}};
  layout.map.push_back({.start = 0, .size = low, .type = MemoryType::kRam});
  layout.map.push_back({.start = kAcpiStart, .size = kAcpiBytes, .type = MemoryType::kAcpi});
  layout.map.push_back({.start = (kSpecialFramesEnd - kSpecialFrames) * kFrameBytes,
                        .size = kSpecialFrames * kFrameBytes,
                        .type = MemoryType::kReserved});
  if (high != 0) {
    layout.map.push_back({.start = kFourGib, .size = high, .type = MemoryType::kRam});
  }
  return layout;
}

std::uint64_t paging_memory_bytes(std::uint64_t memory_kib, std::uint32_t vcpus) {
  return kFrameBytes * (std::uint64_t{256} * vcpus + memory_kib / 1024);
}

}  // namespace bulkhead::hypervisor
