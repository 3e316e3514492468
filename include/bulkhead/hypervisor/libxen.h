// The real hypervisor, xenstore and machine: libxenctrl, libxenguest, libxenstore, port I/O. What the tool libraries
// report as errors becomes part of the Error of the call that failed; they print nothing themselves.
#pragma once

#include <memory>

#include "bulkhead/base/result.h"
#include "bulkhead/hypervisor/hypervisor.h"
#include "bulkhead/hypervisor/machine.h"
#include "bulkhead/hypervisor/xenstore.h"

namespace bulkhead::hypervisor {

// Error: no /dev/xen/privcmd, or the tool libraries are of another release than the hypervisor (EACCES): the message
// says which and what to do.
[[nodiscard]] Result<std::unique_ptr<Hypervisor>> open_hypervisor();
// Error: xenstored does not answer.
[[nodiscard]] Result<std::unique_ptr<Xenstore>> open_xenstore();
[[nodiscard]] std::unique_ptr<Machine> open_machine();

}  // namespace bulkhead::hypervisor
