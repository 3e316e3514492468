#include "firmware.h"

namespace bulkhead::inventory {
namespace {

// Little-endian; the caller has checked that the bytes are there.
std::uint64_t number(std::string_view bytes, std::size_t at, std::size_t size) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < size; ++i) {
    value |= std::uint64_t{static_cast<std::uint8_t>(bytes[at + i])} << (8 * i);
  }
  return value;
}

// SMBIOS Reference Specification 3.6, section 7.18.
constexpr std::uint64_t kMemoryDevice = 17;
constexpr std::uint64_t kEndOfTable = 127;
constexpr std::size_t kStructureHeader = 4;
constexpr std::size_t kSize = 0x0C;
constexpr std::size_t kExtendedSize = 0x1C;
constexpr std::size_t kTechnology = 0x28;
constexpr std::uint64_t kUnknownSize = 0xFFFF;
constexpr std::uint64_t kSeeExtendedSize = 0x7FFF;
constexpr std::uint64_t kInKilobytes = 0x8000;

bool is_persistent(std::string_view structure) {
  if (structure.size() <= kTechnology) return false;
  const std::uint64_t technology = number(structure, kTechnology, 1);
  return technology >= 4 && technology <= 7;  // NVDIMM-N, -F, -P, Optane
}

std::uint64_t size_of_memory_device(std::string_view structure) {
  if (structure.size() < kSize + 2 || is_persistent(structure)) return 0;
  const std::uint64_t size = number(structure, kSize, 2);
  if (size == kUnknownSize) return 0;
  if (size == kSeeExtendedSize) {
    return structure.size() < kExtendedSize + 4 ? 0 : (number(structure, kExtendedSize, 4) & 0x7FFFFFFFU) << 20U;
  }
  return (size & kInKilobytes) != 0 ? (size & ~kInKilobytes) << 10U : size << 20U;
}

// ACPI Specification 6.4, section 5.2.12.
constexpr std::size_t kMadtHeader = 44;
constexpr std::uint64_t kLocalApic = 0;
constexpr std::size_t kLocalApicFlags = 4;
constexpr std::uint64_t kLocalX2Apic = 9;
constexpr std::size_t kLocalX2ApicFlags = 8;
constexpr std::uint64_t kEnabled = 1;

}  // namespace

std::optional<std::uint64_t> installed_memory(std::string_view smbios) {
  std::uint64_t sum = 0;
  while (smbios.size() >= kStructureHeader) {
    const std::uint64_t type = number(smbios, 0, 1);
    const std::size_t length = number(smbios, 1, 1);
    if (length < kStructureHeader || length > smbios.size()) return std::nullopt;
    if (type == kMemoryDevice) sum += size_of_memory_device(smbios.substr(0, length));
    if (type == kEndOfTable) break;
    // The structure's texts follow, each with a zero at its end and one more after the last.
    const std::size_t end = smbios.find(std::string_view("\0\0", 2), length);
    if (end == std::string_view::npos) return std::nullopt;
    smbios.remove_prefix(end + 2);
  }
  constexpr std::uint64_t kMost = std::uint64_t{1} << 52;  // what processors can address
  return sum == 0 || sum > kMost ? std::nullopt : std::optional(sum);
}

std::optional<std::uint64_t> usable_processors(std::string_view madt) {
  if (madt.size() < kMadtHeader || madt.substr(0, 4) != "APIC") return std::nullopt;
  madt.remove_prefix(kMadtHeader);
  std::uint64_t count = 0;
  while (!madt.empty()) {
    if (madt.size() < 2) return std::nullopt;
    const std::uint64_t type = number(madt, 0, 1);
    const std::size_t length = number(madt, 1, 1);
    if (length < 2 || length > madt.size()) return std::nullopt;
    const std::size_t flags = type == kLocalApic ? kLocalApicFlags : kLocalX2ApicFlags;
    if ((type == kLocalApic || type == kLocalX2Apic) && length >= flags + 4) {
      count += number(madt, flags, 4) & kEnabled;
    }
    madt.remove_prefix(length);
  }
  return count == 0 ? std::nullopt : std::optional(count);
}

}  // namespace bulkhead::inventory
