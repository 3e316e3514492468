// The two halves of an inventory, each read into its place; what is wrong goes into the files' problems.
#pragma once

#include <optional>
#include <string_view>

#include "bulkhead/inventory/inventory.h"
#include "shown_files.h"

namespace bulkhead::inventory {

[[nodiscard]] bool is_under_xen(ShownFiles& files);

void read_machine(ShownFiles& files, const HypervisorAnswers& hypervisor, Inventory& inventory);

// "0000:00:03.0"; the segment may have more digits than Xen can number.
[[nodiscard]] std::optional<Address> parse_address(std::string_view name);

[[nodiscard]] Device read_device(ShownFiles& files, const Address& at, std::string_view folder);

}  // namespace bulkhead::inventory
