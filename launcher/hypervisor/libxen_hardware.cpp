#include <cerrno>

#include <fmt/format.h>

#include "libxen_hypervisor.h"

namespace bulkhead::hypervisor {

Result<void> LibxenHypervisor::assign_device(Domid domid, Sbdf device) {
  auto lease = pool_.lease();
  if (!lease) {
    return lease.error();
  }
  const std::uint32_t number = std::uint32_t{device.segment} << 16U | std::uint32_t{device.bus} << 8U |
                               std::uint32_t{device.device} << 3U | device.function;
  // resource add on the domain, add_device on the device's label; the domain needs use_* on it.
  if (xc_assign_device(lease->xch(), domid, number, 0) != 0) {
    const int reason = errno;
    std::string what = fmt::format("assign device {} to domain {}", to_text(device), domid);
    if (reason == EBUSY) {
      what += " (another domain has it)";
    } else if (reason == EOPNOTSUPP) {
      what += " (the domain was created without the use of devices)";
    } else if (reason == ENODEV) {
      what += " (Xen knows no such device, or no IOMMU)";
    }
    return lease->error(what, reason);
  }
  return {};
}

Result<void> LibxenHypervisor::allow_iomem(Domid domid, Range frames) {
  const std::string what =
      fmt::format("give domain {} the memory frames {:#x} to {:#x}", domid, frames.first, frames.last);
  if (frames.last < frames.first || frames.last - frames.first >= std::uint64_t{1} << 52U) {
    return Error(what + ": not a range");
  }
  auto lease = pool_.lease();
  if (!lease) {
    return lease.error();
  }
  // resource add on the domain, add_iomem on the range's label; the domain needs use_* on it.
  if (xc_domain_iomem_permission(lease->xch(), domid, frames.first, frames.last - frames.first + 1, 1) != 0) {
    return lease->error(what, errno);
  }
  return {};
}

Result<void> LibxenHypervisor::allow_ioports(Domid domid, Range ports) {
  const std::string what = fmt::format("give domain {} the I/O ports {:#x} to {:#x}", domid, ports.first, ports.last);
  if (ports.last < ports.first || ports.last > 0xFFFF) {
    return Error(what + ": not a range");
  }
  auto lease = pool_.lease();
  if (!lease) {
    return lease.error();
  }
  // resource add on the domain, add_ioport on the range's label; the domain needs use_* on it.
  if (xc_domain_ioport_permission(lease->xch(), domid, static_cast<std::uint32_t>(ports.first),
                                  static_cast<std::uint32_t>(ports.last - ports.first + 1), 1) != 0) {
    return lease->error(what, errno);
  }
  return {};
}

// PHYSDEVOP_map_pirq also enters the interrupt in what the domain may use. XEN_DOMCTL_irq_permission would not do: it
// takes the caller's own number for the interrupt, and domain 0 of a split host has none.
Result<void> LibxenHypervisor::map_irq(Domid domid, std::uint32_t irq) {
  const std::string what = fmt::format("map interrupt {} for domain {}", irq, domid);
  if (irq > 0xFFFF) {
    return Error(what + ": no such interrupt");
  }
  auto lease = pool_.lease();
  if (!lease) {
    return lease.error();
  }
  int number = static_cast<int>(irq);
  // resource add on the domain, add_irq on the interrupt's label; the domain needs use_* on it.
  if (xc_physdev_map_pirq(lease->xch(), domid, number, &number) != 0) {
    return lease->error(what, errno);
  }
  if (number != static_cast<int>(irq)) {
    return Error(fmt::format("{}: it got the number {}", what, number));
  }
  return {};
}

}  // namespace bulkhead::hypervisor
