// Asks Xen by a debug key until the answer can be read: a line that another processor's tears makes it an Error, and
// then the next attempt mostly is whole. What somebody writes on purpose to tear lines costs attempts, and then is an
// Error.
#pragma once

#include <map>

#include "bulkhead/base/result.h"
#include "bulkhead/hypervisor/hypervisor.h"
#include "bulkhead/verify/debug_keys.h"

namespace bulkhead::verify {

[[nodiscard]] Result<std::map<hypervisor::Sbdf, PciOwner>> read_pci_owners(hypervisor::Hypervisor& hypervisor);
[[nodiscard]] Result<std::map<hypervisor::Domid, Ranges>> read_domain_ranges(hypervisor::Hypervisor& hypervisor);

}  // namespace bulkhead::verify
