// The inventory's devices by PCI address.
#pragma once

#include <vector>

#include "bulkhead/spec/spec.h"

namespace bulkhead::model {

class InventoryIndex {
 public:
  explicit InventoryIndex(const spec::Inventory* inventory);  // null: an empty one
  [[nodiscard]] const spec::InventoryDevice* find(const spec::PciAddress& address) const;
  [[nodiscard]] const std::vector<const spec::InventoryDevice*>& sorted() const { return devices_; }

 private:
  std::vector<const spec::InventoryDevice*> devices_;
};

}  // namespace bulkhead::model
