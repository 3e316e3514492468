#include <catch2/catch.hpp>

#include "pvh_layout.h"

namespace bulkhead::hypervisor {

namespace {
constexpr std::uint64_t kMib = 0x100000;
constexpr std::uint64_t kKibPerMib = 1024;
constexpr std::uint64_t kFrame = 4096;
constexpr MemoryRange kTables{.start = 0xFEF00000, .size = 0x1000, .type = MemoryType::kAcpi};
constexpr MemoryRange kSpecial{.start = 0xFEFF8000, .size = 0x8000, .type = MemoryType::kReserved};
}  // namespace

TEST_CASE("a small PVH domain's memory lies at 0, its special frames below 4 GiB") {
  CHECK(pvh_layout(256 * kMib) == PvhLayout{.hole_start = 0xFEE00000,
                                            .hole_size = 0x1200000,
                                            .low_end = 0x10000000,
                                            .high_end = 0,
                                            .map = {{.start = 0, .size = 0x10000000}, kTables, kSpecial}});
}

TEST_CASE("memory that fits exactly below the local APIC stays below") {
  CHECK(pvh_layout(0xFEE00000) == PvhLayout{.hole_start = 0xFEE00000,
                                            .hole_size = 0x1200000,
                                            .low_end = 0xFEE00000,
                                            .high_end = 0,
                                            .map = {{.start = 0, .size = 0xFEE00000}, kTables, kSpecial}});
}

TEST_CASE("what does not fit below the local APIC goes above 4 GiB") {
  CHECK(pvh_layout(8192 * kMib) ==
        PvhLayout{
            .hole_start = 0xFEE00000,
            .hole_size = 0x1200000,
            .low_end = 0xFEE00000,
            .high_end = 0x100000000 + 0x101200000,
            .map = {{.start = 0, .size = 0xFEE00000}, kTables, kSpecial, {.start = 0x100000000, .size = 0x101200000}}});
}

TEST_CASE("a PVH domain gets exactly its memory, in ranges that do not overlap") {
  for (const std::uint64_t mib : {1U, 4077U, 4078U, 4079U, 4096U, 1048576U}) {
    INFO(mib);
    std::uint64_t memory = 0;
    std::uint64_t end = 0;
    for (const MemoryRange& range : pvh_layout(mib * kMib).map) {
      CHECK(range.start >= end);
      CHECK(range.size != 0);
      end = range.start + range.size;
      memory += range.type == MemoryType::kRam ? range.size : 0;
    }
    CHECK(memory == mib * kMib);
  }
}

TEST_CASE("nested page tables get a MiB for each vCPU and a frame for each MiB of memory") {
  CHECK(paging_memory_bytes(256 * kKibPerMib, 1) == kMib + 256 * kFrame);
  CHECK(paging_memory_bytes(1024 * kKibPerMib, 4) == 4 * kMib + 1024 * kFrame);
}

}  // namespace bulkhead::hypervisor
