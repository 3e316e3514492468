#include <atomic>
#include <thread>

#include <catch2/catch.hpp>

#include "kernel_cache.h"

namespace bulkhead::hypervisor {

TEST_CASE("one kernel has one entry, another kernel of the same bytes its own") {
  KernelCache cache;
  const Bytes kernel = std::make_shared<const std::string>("kernel");
  const Bytes copy = std::make_shared<const std::string>("kernel");
  const auto entry = cache.find(kernel);
  CHECK(cache.find(kernel) == entry);
  CHECK(cache.find(copy) != entry);
}

TEST_CASE("what is kept ends with the kernel") {
  KernelCache cache;
  Bytes kernel = std::make_shared<const std::string>("kernel");
  std::weak_ptr<UnpackedKernel> entry = cache.find(kernel);
  CHECK_FALSE(entry.expired());
  kernel = std::make_shared<const std::string>("another");
  const auto other = cache.find(kernel);
  CHECK(entry.expired());
  CHECK_FALSE(other->known);
}

TEST_CASE("builds that start together unpack once") {
  KernelCache cache;
  const Bytes kernel = std::make_shared<const std::string>("packed");
  std::atomic<int> unpacked = 0;
  const auto build = [&] {
    for (int round = 0; round < 100; ++round) {
      const auto entry = cache.find(kernel);
      const std::lock_guard lock(entry->mutex);
      if (!entry->known) {
        ++unpacked;
        entry->known = true;
      }
    }
  };
  std::thread first(build);
  std::thread second(build);
  first.join();
  second.join();
  CHECK(unpacked == 1);
}

}  // namespace bulkhead::hypervisor
