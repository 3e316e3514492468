#include "store_permissions.h"

namespace bulkhead::hypervisor {

std::vector<xs_permissions> to_permissions(const NodeAccess& access) {
  const unsigned others = (access.others_read ? XS_PERM_READ : 0U) | (access.others_write ? XS_PERM_WRITE : 0U);
  std::vector<xs_permissions> made{{.id = access.owner, .perms = others}};
  for (const Domid reader : access.readers) {
    made.push_back({.id = reader, .perms = XS_PERM_READ});
  }
  for (const Domid writer : access.writers) {
    made.push_back({.id = writer, .perms = XS_PERM_READ | XS_PERM_WRITE});
  }
  return made;
}

NodeAccess to_access(std::span<const xs_permissions> permissions) {
  NodeAccess access;
  if (permissions.empty()) {
    return access;
  }
  access.owner = permissions.front().id;
  access.others_read = (permissions.front().perms & XS_PERM_READ) != 0;
  access.others_write = (permissions.front().perms & XS_PERM_WRITE) != 0;
  for (const xs_permissions& entry : permissions.subspan(1)) {
    if ((entry.perms & XS_PERM_IGNORE) != 0) {  // of a domain that is gone
      continue;
    }
    if ((entry.perms & XS_PERM_WRITE) != 0) {
      access.writers.push_back(entry.id);
    } else if ((entry.perms & XS_PERM_READ) != 0) {
      access.readers.push_back(entry.id);
    }
  }
  return access;
}

}  // namespace bulkhead::hypervisor
