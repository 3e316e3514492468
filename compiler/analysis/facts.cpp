#include "facts.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace bulkhead::analysis {

std::string initial_sid_key(std::uint32_t number, std::span<const std::string> names) {
  return number >= 1 && number <= names.size() ? fmt::format("initial SID {} ({})", number, names[number - 1])
                                               : fmt::format("initial SID {}", number);
}

std::string device_key(const flask::DeviceContext& device) {
  switch (device.kind) {
    case flask::DeviceContextKind::kPirq:
      return fmt::format("interrupt {}", device.low);
    case flask::DeviceContextKind::kIoPort:
      return fmt::format("ports 0x{:x}-0x{:x}", device.low, device.high);
    case flask::DeviceContextKind::kIoMemory:
      return fmt::format("memory frames 0x{:x}-0x{:x}", device.low, device.high);
    case flask::DeviceContextKind::kPciDevice:
      return fmt::format("PCI device {:04x}:{:02x}:{:02x}.{:x}", device.low >> 16U, device.low >> 8U & 0xFFU,
                         device.low >> 3U & 0x1FU, device.low & 7U);
    case flask::DeviceContextKind::kDeviceTree:
      return "device tree node " + device.path;
  }
  return {};
}

std::string role_type_key(std::string_view role, std::string_view type) {
  return fmt::format("role {} may have {}", role, type);
}

std::string user_role_key(std::string_view user, std::string_view role) {
  return fmt::format("user {} may have {}", user, role);
}

std::string class_key(std::string_view name) {
  return fmt::format("class {}", name);
}

std::string class_value(std::size_t number, std::span<const std::string> permissions) {
  return fmt::format("number {}, permissions {}", number, fmt::join(permissions, " "));
}

}  // namespace bulkhead::analysis
