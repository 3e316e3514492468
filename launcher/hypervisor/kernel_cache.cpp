#include "kernel_cache.h"

#include <algorithm>

namespace bulkhead::hypervisor {

std::shared_ptr<UnpackedKernel> KernelCache::find(const Bytes& kernel) {
  const std::lock_guard lock(mutex_);
  std::erase_if(entries_, [](const auto& entry) { return entry.first.expired(); });
  const auto found =
      std::find_if(entries_.begin(), entries_.end(), [&](const auto& entry) { return entry.first.lock() == kernel; });
  if (found != entries_.end()) {
    return found->second;
  }
  return entries_.emplace_back(kernel, std::make_shared<UnpackedKernel>()).second;
}

}  // namespace bulkhead::hypervisor
