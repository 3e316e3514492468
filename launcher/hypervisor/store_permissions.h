// A node's access as xenstored keeps it: the first entry names the owner and what everybody else may do, the others
// one domain each.
#pragma once

#include <span>
#include <vector>

extern "C" {
#include <xenstore.h>
}

#include "bulkhead/hypervisor/xenstore.h"

namespace bulkhead::hypervisor {

[[nodiscard]] std::vector<xs_permissions> to_permissions(const NodeAccess& access);
// Never tells less than xenstored grants: a domain that may only write counts as one that reads and writes.
[[nodiscard]] NodeAccess to_access(std::span<const xs_permissions> permissions);

}  // namespace bulkhead::hypervisor
