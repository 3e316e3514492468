// What Xen prints for its debug keys, as values. The text is Xen's (lines with the prefix "(XEN) "), but other lines
// can stand between them: whatever a domain writes to the console, among them lines that imitate Xen's. So a reader
// takes only lines of exactly the known form, refuses a section that is incomplete or says a thing twice, and is an
// Error rather than a guess.
#pragma once

#include <cstdint>
#include <map>
#include <string_view>
#include <vector>

#include "bulkhead/base/result.h"
#include "bulkhead/hypervisor/hypervisor.h"

namespace bulkhead::verify {

// Key 'Q' (xen/drivers/passthrough/pci.c, dump_pci_devices; 4.17).
struct PciOwner {
  enum class Kind : std::uint8_t {
    kDomain,
    kNobody,      // printed as NULL: found at boot, given to no domain
    kQuarantine,  // domain DomIO
  };
  Kind kind = Kind::kNobody;
  hypervisor::Domid domid = 0;  // of kDomain
  bool operator==(const PciOwner&) const = default;
};
[[nodiscard]] Result<std::map<hypervisor::Sbdf, PciOwner>> parse_pci_devices(std::string_view text);

// Key 'q' (xen/common/keyhandler.c, dump_domains; rangeset_domain_printk).
struct Ranges {
  std::vector<hypervisor::Range> ioports;
  std::vector<hypervisor::Range> irqs;
  std::vector<hypervisor::Range> iomem;  // frames
  bool operator==(const Ranges&) const = default;
};
[[nodiscard]] Result<std::map<hypervisor::Domid, Ranges>> parse_domain_ranges(std::string_view text);

}  // namespace bulkhead::verify
