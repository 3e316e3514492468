// The ACPI tables of a PVH domain. In: where in its memory they will lie and how many processors it has. Out: their
// bytes, the root pointer (RSDP) first, the other pointers and the checksums right for that place. They say that there
// is nothing but processors with their local APICs: no 8259, no timer chip, no clock, no keyboard controller, no
// screen, no power management registers (hardware-reduced ACPI). Without tables Linux takes the domain for an old PC
// with one processor.
#pragma once

#include <cstdint>
#include <vector>

namespace bulkhead::hypervisor {

// `vcpus` is 1 to kMaxPvhVcpus. Never more than kAcpiBytes of pvh_layout.h.
[[nodiscard]] std::vector<std::uint8_t> acpi_tables(std::uint64_t address, std::uint32_t vcpus);

}  // namespace bulkhead::hypervisor
