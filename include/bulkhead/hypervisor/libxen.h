// The real hypervisor, xenstore and machine: libxenctrl, libxenguest, libxenstore, port I/O. What the tool libraries
// report as errors becomes part of the Error of the call that failed; they print nothing themselves.
#pragma once

#include <cstdint>
#include <memory>

#include "bulkhead/base/result.h"
#include "bulkhead/hypervisor/hypervisor.h"
#include "bulkhead/hypervisor/machine.h"
#include "bulkhead/hypervisor/xenstore.h"

namespace bulkhead::hypervisor {

// Error: no /dev/xen/privcmd, or the tool libraries are of another release than the hypervisor (EACCES): the message
// says which and what to do.
[[nodiscard]] Result<std::unique_ptr<Hypervisor>> open_hypervisor();
// kDaemonHere: by the socket of the xenstored in this domain. kKernel: by the kernel's ring to the xenstored of another
// domain; where there is none, this waits for ever.
enum class StoreRoute : std::uint8_t { kDaemonHere, kKernel };
// Error: xenstored does not run, or the kernel has no way to it.
[[nodiscard]] Result<std::unique_ptr<Xenstore>> open_xenstore(StoreRoute route);
[[nodiscard]] std::unique_ptr<Machine> open_machine();

}  // namespace bulkhead::hypervisor
