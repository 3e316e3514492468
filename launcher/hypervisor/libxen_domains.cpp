#include <cerrno>
#include <functional>

#include <fmt/format.h>
#include <sys/random.h>

#include "libxen_hypervisor.h"
#include "pvh_layout.h"

namespace bulkhead::hypervisor {

namespace {

constexpr std::uint32_t kNativeTsc = 2;  // never emulated
constexpr std::uint32_t kMaxProcessors = 4096;
constexpr std::size_t kHandleBytes = sizeof(xen_domain_handle_t);

Result<void> check(const NewDomain& domain) {
  const auto refuse = [&](std::string_view why) {
    return Error(fmt::format("create domain {}: {}", domain.domid, why));
  };
  if (domain.domid == 0 || domain.domid >= DOMID_FIRST_RESERVED) {
    return refuse("not a number that a new domain can have");  // Xen would pick one
  }
  if (domain.memory_kib == 0 || domain.memory_kib % 1024 != 0) {
    return refuse(fmt::format("{} KiB of memory are not a whole number of MiB", domain.memory_kib));
  }
  if (domain.cpus && (domain.cpus->last < domain.cpus->first || domain.cpus->last >= kMaxProcessors)) {
    return refuse(fmt::format("processors {} to {} are not a range", domain.cpus->first, domain.cpus->last));
  }
  if (domain.node && *domain.node >= kMaxProcessors) {
    return refuse(fmt::format("no node {}", *domain.node));
  }
  return {};
}

xen_domctl_createdomain configuration(const NewDomain& domain, std::uint32_t sid) {
  xen_domctl_createdomain made{};
  made.ssidref = sid;
  if (::getrandom(made.handle, kHandleBytes, 0) == static_cast<ssize_t>(kHandleBytes)) {
    made.handle[6] = static_cast<std::uint8_t>((made.handle[6] & 0x0F) | 0x40);  // a random UUID (RFC 4122)
    made.handle[8] = static_cast<std::uint8_t>((made.handle[8] & 0x3F) | 0x80);
  }
  made.flags =
      (domain.uses_devices ? XEN_DOMCTL_CDF_iommu : 0U) | (domain.runs_xenstore ? XEN_DOMCTL_CDF_xs_domain : 0U);
  made.max_vcpus = domain.vcpus;
  made.max_evtchn_port = domain.max_event_channels;  // the highest port; port 0 is never one
  made.max_grant_frames = static_cast<std::int32_t>(domain.max_grant_frames);
  made.max_maptrack_frames = static_cast<std::int32_t>(domain.max_maptrack_frames);
  made.grant_opts = XEN_DOMCTL_GRANT_version(1);  // what Linux uses; version 2 only adds what has had advisories
  switch (domain.type) {
    case ContainerType::kPv:
      break;
    case ContainerType::kPvh:
      made.flags |= XEN_DOMCTL_CDF_hvm | XEN_DOMCTL_CDF_hap;
      made.arch.emulation_flags = XEN_X86_EMU_LAPIC;
      break;
  }
  return made;
}

void fill_bits(std::uint8_t* map, Range bits) {
  for (std::uint64_t bit = bits.first; bit <= bits.last; ++bit) {
    map[bit / 8] = static_cast<std::uint8_t>(map[bit / 8] | 1U << (bit % 8));
  }
}

// The two affinities are made here, because the library's own calls ask for the host's size first, which takes `xen
// physinfo`: the sealed control domain does not have it.
int set_node(xc_interface* xch, Domid domid, std::uint32_t node) {
  const HypercallBuffer map(xch, kMaxProcessors / 8);
  if (map.data() == nullptr) {
    errno = ENOMEM;
    return -1;
  }
  const std::uint32_t bits = node + 1;
  fill_bits(map.data(), {node, node});
  xen_domctl domctl{};
  domctl.cmd = XEN_DOMCTL_setnodeaffinity;
  domctl.domain = static_cast<domid_t>(domid);
  domctl.u.nodeaffinity.nodemap.bitmap.p = map.data();
  domctl.u.nodeaffinity.nodemap.nr_bits = bits;
  return xc_domctl(xch, &domctl);
}

int pin(xc_interface* xch, Domid domid, std::uint32_t vcpu, Range cpus) {
  const HypercallBuffer map(xch, kMaxProcessors / 8);
  if (map.data() == nullptr) {
    errno = ENOMEM;
    return -1;
  }
  fill_bits(map.data(), cpus);
  xen_domctl domctl{};
  domctl.cmd = XEN_DOMCTL_setvcpuaffinity;
  domctl.domain = static_cast<domid_t>(domid);
  domctl.u.vcpuaffinity.vcpu = vcpu;
  domctl.u.vcpuaffinity.flags = XEN_VCPUAFFINITY_HARD;
  domctl.u.vcpuaffinity.cpumap_hard.bitmap.p = map.data();
  domctl.u.vcpuaffinity.cpumap_hard.nr_bits = static_cast<std::uint32_t>(cpus.last + 1);
  return xc_domctl(xch, &domctl);
}

int apply_cpu_policy(xc_interface* xch, Domid domid) {
  const int result = xc_cpuid_apply_policy(xch, domid, /*restore=*/false, /*featureset=*/nullptr, /*nr_features=*/0,
                                           /*pae=*/true, /*itsc=*/false, /*nested_virt=*/false, nullptr, nullptr);
  if (result < 0) {
    errno = -result;
  }
  return result;
}

struct Setting {
  std::string what;
  std::function<int()> apply;  // 0, or errno is set
};

// In order, after the domain exists. Each with its permission.
std::vector<Setting> settings(const Lease& lease, const NewDomain& domain) {
  xc_interface* xch = lease.xch();
  const Domid domid = domain.domid;
  std::vector<Setting> all;
  // domain max_vcpus
  all.push_back(
      {fmt::format("give it {} vCPUs", domain.vcpus), [=] { return xc_domain_max_vcpus(xch, domid, domain.vcpus); }});
  // domain setdomainmaxmem
  all.push_back({fmt::format("limit its memory to {} KiB", domain.memory_kib + kMemorySlackKib),
                 [=] { return xc_domain_setmaxmem(xch, domid, domain.memory_kib + kMemorySlackKib); }});
  switch (domain.type) {
    case ContainerType::kPv:
      // mmu memorymap
      all.push_back({"set the memory map that it sees",
                     [=] { return xc_domain_set_memmap_limit(xch, domid, domain.memory_kib); }});
      break;
    case ContainerType::kPvh:
      // domain setpagingmempool
      all.push_back({"give it memory for nested page tables", [=] {
                       return xc_set_paging_mempool_size(xch, domid,
                                                         paging_memory_bytes(domain.memory_kib, domain.vcpus));
                     }});
      // domain2 settsc: an emulated counter makes RDTSCP fault on some hosts
      all.push_back({"make its time stamp counter native",
                     [=] { return xc_domain_set_tsc_info(xch, domid, kNativeTsc, 0, 0, 0); }});
      // domain2 set_cpu_policy, domain getdomaininfo, xen physinfo, xen2 get_cpu_featureset
      all.push_back({"set the processor features that it sees", [=] { return apply_cpu_policy(xch, domid); }});
      break;
  }
  // domain setaffinity, for both
  if (domain.node) {
    all.push_back({fmt::format("take its memory from node {}", *domain.node),
                   [=] { return set_node(xch, domid, *domain.node); }});
  }
  for (std::uint32_t vcpu = 0; domain.cpus && vcpu < domain.vcpus; ++vcpu) {
    all.push_back({fmt::format("pin its vCPU {} to processors {} to {}", vcpu, domain.cpus->first, domain.cpus->last),
                   [=] { return pin(xch, domid, vcpu, *domain.cpus); }});
  }
  return all;
}

}  // namespace

Result<void> LibxenHypervisor::create(const NewDomain& domain) {
  if (auto checked = check(domain); !checked) {
    return checked.error();
  }
  const std::string what = fmt::format("create domain {}", domain.domid);
  auto lease = pool_.lease();
  if (!lease) {
    return lease.error();
  }
  std::uint32_t sid = 0;
  if (label_to_sid(lease->xch(), domain.label, &sid) != 0) {  // security check_context
    return lease->error(fmt::format("{}: look up its label `{}`", what, domain.label), errno);
  }
  xen_domctl_createdomain made = configuration(domain, sid);
  std::uint32_t domid = domain.domid;
  // domain create; for the late hardware domain also domain2 create_hardware_domain.
  if (xc_domain_create(lease->xch(), &domid, &made) != 0) {
    return lease->error(what, errno);
  }
  for (const Setting& setting : settings(*lease, domain)) {
    errno = 0;
    if (setting.apply() == 0) {
      continue;
    }
    Error error = lease->error(fmt::format("{}: {}", what, setting.what), errno);
    if (xc_domain_destroy(lease->xch(), domid) != 0) {  // domain destroy: undoes the creation
      return Error(fmt::format("{}; it could not be destroyed again either", error.message()));
    }
    return error;
  }
  return {};
}

Result<EventPort> LibxenHypervisor::allocate_port(Domid owner, Domid remote) {
  auto lease = pool_.lease();
  if (!lease) {
    return lease.error();
  }
  // event create on the label of the port, event bind of that label on the remote domain: store and console.
  const auto port = xc_evtchn_alloc_unbound(lease->xch(), owner, remote);
  if (port < 0) {
    return lease->error(fmt::format("make an event channel port of domain {} to domain {}", owner, remote), errno);
  }
  return static_cast<EventPort>(port);
}

Result<void> LibxenHypervisor::pause(Domid domid) {
  auto lease = pool_.lease();
  if (!lease) {
    return lease.error();
  }
  if (xc_domain_pause(lease->xch(), domid) != 0) {  // domain pause
    return lease->error(fmt::format("pause domain {}", domid), errno);
  }
  return {};
}

Result<void> LibxenHypervisor::unpause(Domid domid) {
  auto lease = pool_.lease();
  if (!lease) {
    return lease.error();
  }
  if (xc_domain_unpause(lease->xch(), domid) != 0) {  // domain unpause: it is verified
    return lease->error(fmt::format("unpause domain {}", domid), errno);
  }
  return {};
}

Result<void> LibxenHypervisor::destroy(Domid domid) {
  auto lease = pool_.lease();
  if (!lease) {
    return lease.error();
  }
  // domain destroy; asked again each time that Xen interrupts the work to let others run.
  if (xc_domain_destroy(lease->xch(), domid) != 0) {
    return lease->error(fmt::format("destroy domain {}", domid), errno);
  }
  return {};
}

Result<void> LibxenHypervisor::send_domain_ends_to(Domid domid) {
  auto lease = pool_.lease();
  if (!lease) {
    return lease.error();
  }
  // domain set_virq_handler: otherwise the notice goes to the hardware domain and xenstored never sees a domain end.
  if (xc_domain_set_virq_handler(lease->xch(), domid, VIRQ_DOM_EXC) != 0) {
    return lease->error(fmt::format("send the notice that a domain ended to domain {}", domid), errno);
  }
  return {};
}

}  // namespace bulkhead::hypervisor
