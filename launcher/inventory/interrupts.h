// Which GSI a function's interrupt pin is wired to. Linux' attribute `irq` is not that number, but one of four:
//   the GSI       after a driver (pciback will do) enabled the device: of the first I/O APIC, and of all under Xen,
//                 whose hardware domain numbers its interrupts by GSI
//   a number of Linux' own   of the other I/O APICs without Xen; which GSI it is cannot be seen from outside
//   an MSI's      while the driver uses MSI (of MSI-X the GSI stays)
//   what the firmware left in the register Interrupt Line   as long as nobody enabled the device: an 8259's number
// A number is taken only when the other three are ruled out; else a note says which of them it is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "configuration.h"

namespace bulkhead::inventory {

struct InterruptSigns {
  std::uint64_t irq = 0;                     // the attribute `irq`
  std::vector<std::uint64_t> messages;       // names in `msi_irqs`
  bool enabled = false;                      // the attribute `enable` is not 0
  std::string chip;                          // /sys/kernel/irq/<irq>/chip_name; empty: none is known
  std::optional<std::uint64_t> pin_of_chip;  // …/hwirq
};

struct Interrupt {
  std::optional<std::uint32_t> gsi;
  std::string note;  // why there is none, if the device has a pin
};

[[nodiscard]] Interrupt find_gsi(const InterruptSigns& signs, const Configuration& configuration);

}  // namespace bulkhead::inventory
