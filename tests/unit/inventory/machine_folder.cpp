#include "machine_folder.h"

#include <filesystem>
#include <fstream>

#include <catch2/catch.hpp>
#include <fmt/format.h>

namespace bulkhead::inventory::test {
namespace {

TemporaryFolder make_folder() {
  Result<TemporaryFolder> made = TemporaryFolder::make();
  REQUIRE(made.has_value());
  return *std::move(made);
}

void put(std::string& bytes, std::size_t at, unsigned value, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) bytes[at + i] = static_cast<char>(value >> (8 * i) & 0xFFU);
}

}  // namespace

std::string Header::bytes() const {
  std::string space(256, '\0');
  put(space, 0x0E, type, 1);
  put(space, 0x3C, line, 1);
  put(space, 0x3D, pin, 1);
  if (!capabilities.empty()) put(space, 0x06, 0x10, 2);
  std::size_t link = 0x34;
  std::size_t at = 0x40;
  for (const char capability : capabilities) {
    put(space, link, static_cast<unsigned>(at), 1);
    space[at] = capability;
    link = at + 1;
    at += 0x10;
  }
  return space;
}

std::string smbios_of(unsigned mib) {
  std::string bytes(0x28, '\0');
  put(bytes, 0, 17, 1);
  put(bytes, 1, 0x28, 1);
  put(bytes, 0x0C, mib < 0x7FFF ? mib : 0x7FFFU, 2);
  put(bytes, 0x1C, mib, 4);
  bytes += std::string("DIMM 0\0\0", 8);
  std::string end(6, '\0');
  put(end, 0, 127, 1);
  put(end, 1, 4, 1);
  return bytes + end;
}

std::string device_path(const std::string& address, std::string_view attribute) {
  return fmt::format("/sys/bus/pci/devices/{}/{}", address, attribute);
}

MachineFolder::MachineFolder() : folder_(make_folder()) {
  write("/sys/devices/system/cpu/present", "0-3\n");
  write("/sys/devices/system/node/online", "0\n");
  write("/sys/firmware/dmi/tables/DMI", smbios_of(16384));
  write("/proc/meminfo", "MemTotal:        16302384 kB\nMemFree:         9999999 kB\n");
  std::filesystem::create_directories(root() + "/sys/bus/pci/devices");
}

void MachineFolder::write(const std::string& path, std::string_view content) const {
  const std::string full = root() + path;
  std::filesystem::create_directories(std::filesystem::path(full).parent_path());
  std::ofstream file(full, std::ios::binary | std::ios::trunc);
  file << content;
  file.close();
  REQUIRE(file.good());
}

void MachineFolder::link(const std::string& path, const std::string& target) const {
  const std::string full = root() + path;
  std::filesystem::create_directories(std::filesystem::path(full).parent_path());
  std::filesystem::create_symlink(target, full);
}

void MachineFolder::remove(const std::string& path) const {
  REQUIRE(std::filesystem::remove_all(root() + path) > 0);
}

void MachineFolder::add_network_card(const std::string& address) const {
  const auto attribute = [&](std::string_view name, std::string_view content) {
    write(device_path(address, name), content);
  };
  attribute("vendor", "0x8086\n");
  attribute("device", "0x10d3\n");
  attribute("subsystem_vendor", "0x8086\n");
  attribute("subsystem_device", "0x0000\n");
  attribute("class", "0x020000\n");
  attribute("irq", "23\n");
  attribute("enable", "1\n");
  attribute("numa_node", "0\n");
  attribute("config", Header{.type = 0, .pin = 1, .line = 0xB, .capabilities = "\x01\x05\x10\x11"}.bytes());
  attribute("resource",
            "0x00000000feba0000 0x00000000febbffff 0x0000000000040200\n"
            "0x00000000febc0000 0x00000000febdffff 0x0000000000040200\n"
            "0x000000000000c040 0x000000000000c05f 0x0000000000040101\n"
            "0x00000000febe0000 0x00000000febe3fff 0x0000000000040200\n"
            "0x0000000000000000 0x0000000000000000 0x0000000000000000\n"
            "0x0000000000000000 0x0000000000000000 0x0000000000000000\n"
            "0x00000000feb80000 0x00000000feb9ffff 0x0000000000046200\n");
  link(device_path(address, "iommu_group"), "../../../kernel/iommu_groups/1");
}

}  // namespace bulkhead::inventory::test
