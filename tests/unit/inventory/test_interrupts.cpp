#include <catch2/catch.hpp>

#include "interrupts.h"

using namespace bulkhead::inventory;

namespace {

const Configuration kWithPin{.is_bridge = false, .msi = true, .interrupt_pin = 1, .interrupt_line = 11};

InterruptSigns signs_of(std::uint64_t irq) {
  InterruptSigns signs;
  signs.irq = irq;
  return signs;
}

}  // namespace

TEST_CASE("a number that is not what the firmware left was routed by Linux") {
  const Interrupt found = find_gsi(signs_of(23), kWithPin);
  CHECK(found.gsi == 23U);
  CHECK(found.note.empty());
}

TEST_CASE("what the firmware left in the register is no GSI until a driver enables the device") {
  InterruptSigns signs = signs_of(11);
  CHECK_FALSE(find_gsi(signs, kWithPin).gsi.has_value());
  CHECK(find_gsi(signs, kWithPin).note ==
        "irq: not known before a driver enables the device; 11 is what the firmware left");
  signs.enabled = true;
  CHECK(find_gsi(signs, kWithPin).gsi == 11U);
}

TEST_CASE("a firmware's number that Linux has bound to an I/O APIC's pin is a GSI") {
  const Configuration high{.is_bridge = false, .msi = false, .interrupt_pin = 1, .interrupt_line = 23};
  InterruptSigns signs = signs_of(23);
  CHECK_FALSE(find_gsi(signs, high).gsi.has_value());
  signs.chip = "IR-IO-APIC";
  signs.pin_of_chip = 23;
  CHECK(find_gsi(signs, high).gsi == 23U);
  signs.chip = "xen-pirq";
  signs.pin_of_chip = {};
  CHECK(find_gsi(signs, high).gsi == 23U);
}

TEST_CASE("the number of an MSI is no GSI") {
  InterruptSigns signs = signs_of(35);
  signs.messages = {34, 35};
  CHECK_FALSE(find_gsi(signs, kWithPin).gsi.has_value());
  CHECK(find_gsi(signs, kWithPin).note ==
        "irq: not visible while the device signals by message (Linux' 35); boot once with pci=nomsi to see it");
}

TEST_CASE("with MSI-X the GSI stays visible beside the messages") {
  InterruptSigns signs = signs_of(23);
  signs.messages = {34, 35};
  CHECK(find_gsi(signs, kWithPin).gsi == 23U);
}

TEST_CASE("Linux' own number of another I/O APIC's pin is no GSI, but under Xen it is one") {
  InterruptSigns signs = signs_of(40);
  signs.chip = "IO-APIC";
  signs.pin_of_chip = 3;
  CHECK_FALSE(find_gsi(signs, kWithPin).gsi.has_value());
  CHECK(find_gsi(signs, kWithPin).note ==
        "irq: Linux' 40 is pin 3 of an I/O APIC other than the first; its GSI shows under Xen only");
  signs.chip = "xen-pirq";
  CHECK(find_gsi(signs, kWithPin).gsi == 40U);
}

TEST_CASE("a device without an interrupt pin has no interrupt, and nothing to note") {
  const Configuration without{.is_bridge = false, .msi = true, .interrupt_pin = 0, .interrupt_line = 0};
  const Interrupt found = find_gsi(signs_of(23), without);
  CHECK_FALSE(found.gsi.has_value());
  CHECK(found.note.empty());
}

TEST_CASE("0 and 255 mean that nothing is routed") {
  CHECK(find_gsi(signs_of(0), kWithPin).note == "irq: none is routed");
  CHECK(find_gsi(signs_of(255), kWithPin).note == "irq: none is routed");
}

TEST_CASE("a number that no policy can label is left out") {
  CHECK(find_gsi(signs_of(1024), kWithPin).note == "irq: 1024 is no GSI; the last there can be is 1023");
  CHECK(find_gsi(signs_of(1023), kWithPin).gsi == 1023U);
}
