#include <algorithm>
#include <array>
#include <cerrno>

#include <fmt/format.h>

#include "bulkhead/hypervisor/libxen.h"
#include "libxen_hypervisor.h"

namespace bulkhead::hypervisor {

namespace {

constexpr std::string_view kDenied = "<denied>";  // what FLASK's refusal turns a text of XENVER_* into

std::string version_text(const Lease& lease, int version) {
  std::string text = fmt::format("{}.{}", version >> 16, version & 0xFFFF);
  xen_extraversion_t extra{};
  // `version xen_extraversion`; without it the number after the second point is not known.
  if (xc_version(lease.xch(), XENVER_extraversion, extra) == 0 && extra[0] != '<') {
    extra[sizeof(extra) - 1] = '\0';
    text += extra;
  }
  return text;
}

}  // namespace

// Both calls carry the interface's number, which Xen looks at before it asks FLASK. The domctl is about a domain that
// cannot exist, the sysctl starts behind the last that could, so that nothing is left for FLASK to refuse: EACCES can
// only mean the number. (Since XSA-499 the sysctl is a question about domxen as well.)
Result<void> LibxenHypervisor::check_interface() {
  auto lease = pool_.lease();
  if (!lease) {
    return lease.error();
  }
  const int version = xc_version(lease->xch(), XENVER_version, nullptr);
  if (version < 0) {
    return lease->error("ask Xen for its version", errno);
  }
  xen_domctl domctl{};
  domctl.cmd = XEN_DOMCTL_getdomaininfo;
  domctl.domain = DOMID_INVALID;
  const bool other_domctl = xc_domctl(lease->xch(), &domctl) < 0 && errno == EACCES;
  xc_domaininfo_t one{};
  const bool other_sysctl =
      xc_domain_getinfolist(lease->xch(), DOMID_FIRST_RESERVED - 1, 1, &one) < 0 && errno == EACCES;
  if (!other_domctl && !other_sysctl) {
    return {};
  }
  return Error(
      fmt::format("Xen {} does not take the calls of the tool libraries, which are made for domctl {:#x} and "
                  "sysctl {:#x}: install the libraries of the release that runs{}",
                  version_text(*lease, version), XEN_DOMCTL_INTERFACE_VERSION, XEN_SYSCTL_INTERFACE_VERSION,
                  other_domctl ? "" : ", or FLASK denies this domain the list of domains"));
}

namespace {

// XEN_SYSCTL_numainfo, which FLASK lets whoever may physinfo ask. (physinfo's max_node_id is what Xen was built for.)
Result<std::vector<std::uint32_t>> nodes_with_memory(Lease& lease) {
  constexpr std::string_view kWhat = "ask Xen for the NUMA nodes";
  unsigned count = 0;
  if (xc_numainfo(lease.xch(), &count, nullptr, nullptr) != 0) {
    return lease.error(kWhat, errno);
  }
  std::vector<xc_meminfo_t> memory(count);
  if (count > 0 && xc_numainfo(lease.xch(), &count, memory.data(), nullptr) != 0) {
    return lease.error(kWhat, errno);
  }
  std::vector<std::uint32_t> nodes;
  for (std::uint32_t node = 0; node < std::min<std::size_t>(count, memory.size()); ++node) {
    if (memory[node].memsize != XEN_INVALID_MEM_SZ && memory[node].memsize != 0) {
      nodes.push_back(node);
    }
  }
  return nodes;
}

}  // namespace

Result<HostFacts> LibxenHypervisor::host() {
  auto lease = pool_.lease();
  if (!lease) {
    return lease.error();
  }
  const int version = xc_version(lease->xch(), XENVER_version, nullptr);
  if (version < 0) {
    return lease->error("ask Xen for its version", errno);
  }
  xc_physinfo_t info{};
  if (xc_physinfo(lease->xch(), &info) != 0) {  // xen physinfo: preflight compares the machine with the plan
    return lease->error("ask Xen for the host's processors and memory", errno);
  }
  auto nodes = nodes_with_memory(*lease);
  if (!nodes) {
    return nodes.error();
  }
  constexpr std::uint64_t kKibPerPage = XC_PAGE_SIZE / 1024;
  return HostFacts{.major = static_cast<std::uint32_t>(version >> 16),
                   .minor = static_cast<std::uint32_t>(version & 0xFFFF),
                   .version = version_text(*lease, version),
                   .cpus = info.nr_cpus,
                   .nodes = *std::move(nodes),
                   .total_kib = info.total_pages * kKibPerPage,
                   .free_kib = info.free_pages * kKibPerPage,
                   .iommu = (info.capabilities & XEN_SYSCTL_PHYSCAP_directio) != 0,
                   .hap = (info.capabilities & XEN_SYSCTL_PHYSCAP_hap) != 0};
}

Result<std::string> LibxenHypervisor::command_line() {
  constexpr std::string_view kWhat = "ask Xen for its command line";
  auto lease = pool_.lease();
  if (!lease) {
    return lease.error();
  }
  xen_commandline_t text{};
  if (xc_version(lease->xch(), XENVER_commandline, text) < 0) {  // version xen_commandline: preflight reads options
    return lease->error(kWhat, errno);
  }
  std::string line(text, std::find(std::begin(text), std::end(text), '\0'));
  if (line == kDenied) {
    return lease->error(kWhat, EACCES);
  }
  return line;
}

Result<std::vector<DomainFacts>> LibxenHypervisor::domains() {
  constexpr unsigned kChunk = 128;
  constexpr std::uint64_t kKibPerPage = XC_PAGE_SIZE / 1024;
  auto lease = pool_.lease();
  if (!lease) {
    return lease.error();
  }
  const auto state_of = [](std::uint32_t flags) {
    if ((flags & XEN_DOMINF_dying) != 0) {
      return RunState::kDying;
    }
    if ((flags & XEN_DOMINF_shutdown) != 0) {
      return RunState::kShutdown;
    }
    return (flags & XEN_DOMINF_paused) != 0 ? RunState::kPaused : RunState::kRunning;
  };
  std::vector<DomainFacts> all;
  std::vector<xc_domaininfo_t> chunk(kChunk);
  Domid first = 0;
  while (true) {
    // domain getdomaininfo, of each: Xen leaves out the others.
    const int count = xc_domain_getinfolist(lease->xch(), first, kChunk, chunk.data());
    if (count < 0) {
      return lease->error("list the domains", errno);
    }
    for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
      const xc_domaininfo_t& info = chunk[i];
      all.push_back({.domid = info.domain,
                     .sid = Sid{info.ssidref},
                     .state = state_of(info.flags),
                     .shutdown_code =
                         static_cast<std::uint8_t>((info.flags >> XEN_DOMINF_shutdownshift) & XEN_DOMINF_shutdownmask),
                     .hvm = (info.flags & XEN_DOMINF_hvm_guest) != 0,
                     .vcpus = info.max_vcpu_id == XEN_INVALID_MAX_VCPU_ID ? 0 : info.max_vcpu_id + 1,
                     .memory_kib = info.tot_pages * kKibPerPage,
                     .max_memory_kib = info.max_pages * kKibPerPage,
                     .runs_xenstore = (info.flags & XEN_DOMINF_xs_domain) != 0});
    }
    if (static_cast<unsigned>(count) < kChunk) {
      return all;
    }
    first = all.back().domid + 1;
  }
}

Result<std::unique_ptr<Hypervisor>> open_hypervisor() {
  auto made = std::make_unique<LibxenHypervisor>();
  if (auto checked = made->check_interface(); !checked) {
    return checked.error();
  }
  return std::unique_ptr<Hypervisor>(std::move(made));
}

}  // namespace bulkhead::hypervisor
