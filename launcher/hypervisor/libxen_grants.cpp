#include <cerrno>
#include <memory>

#include <fmt/format.h>

#include "libxen_hypervisor.h"

namespace bulkhead::hypervisor {

namespace {

struct CloseMemory {
  void operator()(xenforeignmemory_handle* memory) const { xenforeignmemory_close(memory); }
};
using MemoryHandle = std::unique_ptr<xenforeignmemory_handle, CloseMemory>;

struct Unmap {
  xenforeignmemory_handle* memory;
  void operator()(xenforeignmemory_resource_handle* resource) const {
    xenforeignmemory_unmap_resource(memory, resource);
  }
};
using Resource = std::unique_ptr<xenforeignmemory_resource_handle, Unmap>;

}  // namespace

// The number of frames is asked for first: xenforeignmemory_resource_size() answers with what the table may grow to,
// and mapping that much makes it grow (xen/common/grant_table.c, gnttab_acquire_resource). A table never shrinks.
Result<GrantTableCopy> LibxenHypervisor::grant_table(Domid domid) {
  const std::string what = fmt::format("read the grant table of domain {}", domid);
  auto lease = pool_.lease();
  if (!lease) {
    return lease.error();
  }
  const int version = xc_gnttab_get_version(lease->xch(), domid);  // grant query
  if (version != 1 && version != 2) {
    return lease->error(what, errno);
  }
  gnttab_query_size size{};
  size.dom = static_cast<domid_t>(domid);
  if (xc_gnttab_query_size(lease->xch(), &size) != 0 || size.status != GNTST_okay) {  // grant query
    return lease->error(what, size.status == GNTST_permission_denied ? EACCES : errno);
  }
  GrantTableCopy copy;
  copy.version = static_cast<std::uint32_t>(version);
  if (size.nr_frames == 0) {
    return copy;
  }
  const MemoryHandle memory(xenforeignmemory_open(nullptr, 0));
  if (memory == nullptr) {
    return lease->error(what, errno);
  }
  void* address = nullptr;
  // domain2 resource_map; a PV caller also needs mmu map_read.
  const Resource resource(
      xenforeignmemory_map_resource(memory.get(), static_cast<domid_t>(domid), XENMEM_resource_grant_table,
                                    XENMEM_resource_grant_table_id_shared, 0, size.nr_frames, &address, PROT_READ, 0),
      Unmap{memory.get()});
  if (resource == nullptr) {
    return lease->error(what, errno);
  }
  copy.entries.assign(static_cast<const char*>(address), std::size_t{size.nr_frames} * XC_PAGE_SIZE);
  return copy;
}

}  // namespace bulkhead::hypervisor
