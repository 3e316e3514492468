// A folder that looks like /sys and /proc of a machine, for tests: made in a temporary place and removed again.
#pragma once

#include <string>
#include <string_view>

#include "bulkhead/base/files.h"

namespace bulkhead::inventory::test {

// Bytes of a configuration space of 256 bytes, header type 0.
struct Header {
  unsigned type = 0;
  unsigned pin = 1;
  unsigned line = 0xB;
  std::string capabilities;  // their ids, in order: "\x01\x05"

  [[nodiscard]] std::string bytes() const;
};

class MachineFolder {
 public:
  // Four CPUs, 16 GiB by SMBIOS, one node, no PCI device.
  MachineFolder();

  [[nodiscard]] const std::string& root() const { return folder_.path(); }
  void write(const std::string& path, std::string_view content) const;
  void link(const std::string& path, const std::string& target) const;
  void remove(const std::string& path) const;

  // The network card of the system tests: e1000e with three memory BARs (the third has its MSI-X table), ports, a ROM.
  void add_network_card(const std::string& address = "0000:00:03.0") const;

 private:
  TemporaryFolder folder_;
};

[[nodiscard]] std::string device_path(const std::string& address, std::string_view attribute);

// An SMBIOS table of one memory device, in MiB.
[[nodiscard]] std::string smbios_of(unsigned mib);

}  // namespace bulkhead::inventory::test
