// A PCI function's configuration space. In: its bytes, which the device wrote, so nothing about them is believed.
// Out: what the inventory takes from them. Offsets are those of the PCI Local Bus Specification 3.0, chapter 6.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace bulkhead::inventory {

struct Configuration {
  bool is_bridge = false;           // header type 1 or 2: what it forwards is on another bus
  bool msi = false;                 // the capability MSI or MSI-X
  std::uint8_t interrupt_pin = 0;   // 0: it uses none
  std::uint8_t interrupt_line = 0;  // what the firmware wrote there; 255: nothing
};

struct ConfigurationReading {
  std::optional<Configuration> configuration;
  std::string problem;  // why there is none
};

[[nodiscard]] ConfigurationReading parse_configuration(std::string_view bytes);

}  // namespace bulkhead::inventory
