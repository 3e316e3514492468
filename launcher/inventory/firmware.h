// What two of the firmware's tables say about the machine: the only places where a domain under Xen sees how much of it
// there is. In: a table's bytes. Out: a number, or nothing when the table is cut or has no such entry.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace bulkhead::inventory {

// SMBIOS structures of type 17 (memory device), added up; persistent memory is not counted.
[[nodiscard]] std::optional<std::uint64_t> installed_memory(std::string_view smbios);

// Processors that the ACPI table MADT marks as usable.
[[nodiscard]] std::optional<std::uint64_t> usable_processors(std::string_view madt);

}  // namespace bulkhead::inventory
