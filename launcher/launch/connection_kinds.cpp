#include "connection_kinds.h"

#include <array>

namespace bulkhead::launch {

const DeviceClass* device_class(std::string_view kind) {
  static constexpr std::array kClasses{
      DeviceClass{"network", "vif", "234", false},
      DeviceClass{"disk", "vbd", "234", true},
      DeviceClass{"pci", "pci", "34", false},
      DeviceClass{"vtpm", "vtpm", "234", false},
  };
  for (const DeviceClass& one : kClasses) {
    if (one.kind == kind) {
      return &one;
    }
  }
  return nullptr;
}

}  // namespace bulkhead::launch
