// Kernels that are unpacked already, by the file's bytes. Unpacking takes seconds on a slow machine and most domains of
// a host run the same kernel, so builds that start together unpack once: the first one holds the entry's mutex while
// it does. What is kept goes with the last owner of the file's bytes.
#pragma once

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "bulkhead/hypervisor/hypervisor.h"

namespace bulkhead::hypervisor {

struct UnpackedKernel {
  std::mutex mutex;  // of all below
  bool known = false;
  Bytes bytes;  // null although known: the file is not packed
};

class KernelCache {
 public:
  [[nodiscard]] std::shared_ptr<UnpackedKernel> find(const Bytes& kernel);

 private:
  std::mutex mutex_;
  std::vector<std::pair<std::weak_ptr<const std::string>, std::shared_ptr<UnpackedKernel>>> entries_;
};

}  // namespace bulkhead::hypervisor
