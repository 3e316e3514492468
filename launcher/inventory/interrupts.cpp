#include "interrupts.h"

#include <algorithm>

#include <fmt/format.h>

namespace bulkhead::inventory {
namespace {

constexpr std::uint64_t kLegacy = 16;    // the numbers of the two 8259, which have a descriptor used or not
constexpr std::uint64_t kMaxGsi = 1023;  // that a policy can label
constexpr std::uint64_t kNoLine = 0xFF;
constexpr std::string_view kXenChip = "xen-pirq";

// "IO-APIC", or "IR-IO-APIC" with interrupt remapping.
bool is_io_apic(std::string_view chip) {
  return chip.ends_with("IO-APIC");
}

bool is_routed(const InterruptSigns& signs, const Configuration& configuration) {
  if (signs.enabled || signs.irq != configuration.interrupt_line) return true;
  return signs.irq >= kLegacy && (signs.chip == kXenChip || is_io_apic(signs.chip));
}

}  // namespace

Interrupt find_gsi(const InterruptSigns& signs, const Configuration& configuration) {
  if (configuration.interrupt_pin == 0) return {};
  if (std::find(signs.messages.begin(), signs.messages.end(), signs.irq) != signs.messages.end()) {
    return {{},
            fmt::format(
                "irq: not visible while the device signals by message (Linux' {}); boot once with pci=nomsi to see it",
                signs.irq)};
  }
  if (signs.irq == 0 || signs.irq == kNoLine) return {{}, "irq: none is routed"};
  if (!is_routed(signs, configuration)) {
    return {{},
            fmt::format("irq: not known before a driver enables the device; {} is what the firmware left", signs.irq)};
  }
  if (is_io_apic(signs.chip) && signs.irq >= kLegacy && signs.pin_of_chip && *signs.pin_of_chip != signs.irq) {
    return {{},
            fmt::format("irq: Linux' {} is pin {} of an I/O APIC other than the first; its GSI shows under Xen only",
                        signs.irq, *signs.pin_of_chip)};
  }
  if (signs.irq > kMaxGsi)
    return {{}, fmt::format("irq: {} is no GSI; the last there can be is {}", signs.irq, kMaxGsi)};
  return {static_cast<std::uint32_t>(signs.irq), {}};
}

}  // namespace bulkhead::inventory
