// Devices by what the machine calls them: an address, an interrupt, a port, a page frame.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/model/model.h"

namespace bulkhead::analysis {

enum class ResourceKind : std::uint8_t { kPci, kIrq, kPorts, kFrames };

struct Resource {
  ResourceKind kind{};
  std::uint64_t first = 0;  // of a PCI device segment, bus, device and function as one number
  std::uint64_t last = 0;
};

// "pci:0000:00:03.0", "irq:23", "port:0x3f8", "frame:0xfebe4"; a port or frame can be a range, `first-last`.
[[nodiscard]] std::optional<Resource> parse_resource(std::string_view text);
// Of a line of the log: "device=0x18", "irq=23", "range=0xfeba0-0xfebbf". A range can be of ports or of frames; both
// are given, unless the permission or the target's label says which.
[[nodiscard]] std::vector<Resource> resources_of(std::string_view object, std::string_view permission,
                                                 std::string_view target_type);

[[nodiscard]] std::string text_of(const Resource& resource);  // "interrupt 23", "PCI device 0000:00:03.0"
// Those of the spec that have any of it.
[[nodiscard]] std::vector<model::DeviceId> devices_at(const model::Model& model, const Resource& resource);
// Likewise in the inventory; null: none, or there is no inventory.
[[nodiscard]] const spec::InventoryDevice* inventory_device_at(const spec::Inventory* inventory,
                                                               const Resource& resource);

}  // namespace bulkhead::analysis
