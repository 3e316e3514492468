// Fills one domain that exists: kernel, ramdisk, page tables, rings, the first processor's registers. In: the domain as
// it was created, what it shall run, a lease that is free for as long. Out: the frames of its rings. A failure leaves
// the domain half filled; its owner destroys it.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "bulkhead/hypervisor/hypervisor.h"
#include "handles.h"
#include "kernel_cache.h"
#include "pvh_layout.h"

namespace bulkhead::hypervisor {

class DomainBuild {
 public:
  DomainBuild(const Lease& lease, const NewDomain& domain, const Image& image, KernelCache& kernels)
      : lease_(lease), domain_(domain), image_(image), kernels_(kernels) {}
  [[nodiscard]] Result<Built> run();

 private:
  [[nodiscard]] Result<void> check() const;
  [[nodiscard]] Result<void> prepare();
  [[nodiscard]] Result<void> parse_kernel();
  [[nodiscard]] Result<void> fill();
  [[nodiscard]] Result<void> clear_console();
  void lay_out();
  [[nodiscard]] bool is_pvh() const { return domain_.type == ContainerType::kPvh; }
  // `result` of a call of libxenguest: 0, or anything else with errno perhaps set.
  [[nodiscard]] Result<void> step(std::string_view what, int result) const;
  [[nodiscard]] Error failed(std::string_view what) const;

  const Lease& lease_;
  const NewDomain& domain_;
  const Image& image_;
  KernelCache& kernels_;
  Bytes kernel_;  // unpacked, if another build has done that; outlives dom_, which points into it
  std::vector<e820entry> map_;
  std::vector<std::uint8_t> acpi_;
  DomainImage dom_;
};

}  // namespace bulkhead::hypervisor
