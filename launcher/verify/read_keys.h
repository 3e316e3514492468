// Asks Xen by a debug key until the answer can be read: a line that another processor's tears makes it an Error, and
// then the next attempt mostly is whole. What somebody writes on purpose to tear lines costs attempts, and then is an
// Error.
#pragma once

#include <map>
#include <set>

#include "bulkhead/base/result.h"
#include "bulkhead/hypervisor/hypervisor.h"
#include "bulkhead/verify/debug_keys.h"

namespace bulkhead::verify {

[[nodiscard]] Result<std::map<hypervisor::Sbdf, PciOwner>> read_pci_owners(hypervisor::Hypervisor& hypervisor);
// The same with the interrupts of the devices, from one answer.
struct Devices {
  std::map<hypervisor::Sbdf, PciOwner> owners;
  MessageInterrupts interrupts;
};
[[nodiscard]] Result<Devices> read_devices(hypervisor::Hypervisor& hypervisor);
[[nodiscard]] Result<std::map<hypervisor::Domid, Ranges>> read_domain_ranges(hypervisor::Hypervisor& hypervisor);

// Asks until a whole block of each of `wanted` was seen. What is spoiled in one answer is taken from another, so that
// who tears lines has to tear a domain's block every time, and then that domain is left out.
[[nodiscard]] Result<Blocks<ChannelUse>> read_event_channels(hypervisor::Hypervisor& hypervisor,
                                                             const std::set<hypervisor::Domid>& wanted);
[[nodiscard]] Result<Blocks<GrantUse>> read_mapped_grants(hypervisor::Hypervisor& hypervisor,
                                                          const std::set<hypervisor::Domid>& wanted);

}  // namespace bulkhead::verify
