// The machine around the launcher that is neither the hypervisor nor the xenstore: files, the clock, and the
// configuration space of PCI devices as long as domain 0 holds the hardware.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "bulkhead/base/result.h"
#include "bulkhead/hypervisor/hypervisor.h"

namespace bulkhead::hypervisor {

struct PciIdentity {
  std::uint16_t vendor = 0;
  std::uint16_t device = 0;
  std::uint16_t subsystem_vendor = 0;
  std::uint16_t subsystem_device = 0;
  std::uint32_t class_code = 0;  // 24 bits: base class, subclass, programming interface
  bool operator==(const PciIdentity&) const = default;
};

class Machine {
 public:
  virtual ~Machine() = default;
  Machine() = default;
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;
  Machine(Machine&&) = delete;
  Machine& operator=(Machine&&) = delete;

  using Time = std::chrono::nanoseconds;  // since some fixed moment; never goes back

  [[nodiscard]] virtual Result<Bytes> read_file(const std::string& path) = 0;
  // Nothing: no device answers there. Through ports 0xCF8/0xCFC, because domain 0 of a split host boots with pci=off:
  // Xen answers the domain that holds the hardware, FLASK asks `resource use_iommu` on the device's label. Segment 0
  // only.
  [[nodiscard]] virtual Result<std::optional<PciIdentity>> pci_identity(Sbdf device) = 0;
  [[nodiscard]] virtual Time now() = 0;
  virtual void sleep(Time duration) = 0;
};

}  // namespace bulkhead::hypervisor
