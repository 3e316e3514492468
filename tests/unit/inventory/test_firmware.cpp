#include <catch2/catch.hpp>

#include "firmware.h"
#include "machine_folder.h"

using namespace bulkhead::inventory;
using bulkhead::inventory::test::smbios_of;

namespace {

constexpr std::uint64_t kGiB = std::uint64_t{1} << 30;

// A MADT with processors of both kinds: (type, enabled).
std::string madt_of(std::initializer_list<std::pair<int, bool>> processors) {
  std::string table = "APIC" + std::string(40, '\0');
  for (const auto& [type, enabled] : processors) {
    std::string entry(type == 0 ? 8 : 16, '\0');
    entry[0] = static_cast<char>(type);
    entry[1] = static_cast<char>(entry.size());
    entry[type == 0 ? 4 : 8] = enabled ? 1 : 0;
    table += entry;
  }
  return table;
}

}  // namespace

TEST_CASE("the sizes of memory devices are added up") {
  CHECK(installed_memory(smbios_of(16384)) == 16 * kGiB);
  CHECK(installed_memory(smbios_of(65536)) == 64 * kGiB);  // by the extended size
  const std::string one = smbios_of(8192);
  CHECK(installed_memory(one.substr(0, one.size() - 6) + one) == 16 * kGiB);
}

TEST_CASE("persistent memory is no memory of the machine") {
  std::string persistent(0x29, '\0');
  persistent[0] = 17;
  persistent[1] = 0x29;
  persistent[0x0D] = 0x10;  // 4096 MiB
  persistent[0x28] = 7;
  persistent += std::string(2, '\0');
  CHECK(installed_memory(persistent + smbios_of(8192)) == 8 * kGiB);
  persistent[0x28] = 3;  // DRAM
  CHECK(installed_memory(persistent + smbios_of(8192)) == 12 * kGiB);
}

TEST_CASE("a memory device of unknown size, or none, gives no figure") {
  CHECK_FALSE(installed_memory("").has_value());
  std::string unknown = smbios_of(0);
  unknown[0x0C] = '\xFF';
  unknown[0x0D] = '\xFF';
  CHECK_FALSE(installed_memory(unknown).has_value());
  CHECK_FALSE(installed_memory(smbios_of(0)).has_value());
}

TEST_CASE("an SMBIOS table that is cut or has a length of nothing gives no figure") {
  const std::string whole = smbios_of(16384);
  for (std::size_t size = 4; size < whole.size() - 6; ++size) {
    INFO(size);
    CHECK_FALSE(installed_memory(whole.substr(0, size)).has_value());
  }
  CHECK_FALSE(installed_memory(std::string(64, '\0')).has_value());
}

TEST_CASE("processors that the firmware marks as usable are counted, of both kinds") {
  CHECK(usable_processors(madt_of({{0, true}, {0, true}, {0, false}, {9, true}, {9, false}})) == 3U);
}

TEST_CASE("a MADT that is cut, or of another name, gives no count") {
  CHECK_FALSE(usable_processors(madt_of({})).has_value());
  CHECK_FALSE(usable_processors(madt_of({{0, true}}).substr(0, 50)).has_value());
  CHECK_FALSE(usable_processors(madt_of({{0, true}}) + std::string(2, '\0')).has_value());
  std::string other = madt_of({{0, true}});
  other[0] = 'S';
  CHECK_FALSE(usable_processors(other).has_value());
}
