// bulkhead-probe domains | sid LABEL | [--allowed] ATTEMPT...: prints which domains there are, or a label's number, or
// tries what the policy may refuse, one line an attempt: `denied`, `ALLOWED`, or `failed otherwise` with the reason;
// only EACCES and EPERM are a denial. Runs in any domain of the host in a box. Exit 0: each attempt was denied (with
// --allowed: each was allowed).
//
// ATTEMPT is NAME:ARGUMENT:…, of numbers in decimal. What is allowed is undone at once, except `target`, which makes a
// domain that other attempts can reach and so show that they would succeed: its one frame is granted to domain 0.
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/mman.h>

extern "C" {
#include <xencall.h>
#include <xenctrl.h>
#include <xenevtchn.h>
#include <xenforeignmemory.h>
#include <xenguest.h>
// After xenctrl.h, which brings what it needs.
#include <xen/grant_table.h>
#include <xen/xsm/flask_op.h>
}

namespace {

// 0: it succeeded; an errno; a grant operation's own negative status.
using Outcome = int;

struct Attempt {
  std::string text;
  std::string name;
  std::vector<std::uint32_t> numbers;
};

struct GrantCalls {
  gnttab_map_grant_ref map;
  gnttab_unmap_grant_ref unmap;
};

class QuietLog : public xentoollog_logger {
 public:
  QuietLog() : xentoollog_logger{} {
    vmessage = [](xentoollog_logger*, xentoollog_level, int, const char*, const char*, va_list) {};
    progress = [](xentoollog_logger*, const char*, const char*, int, unsigned long, unsigned long) {};
    destroy = [](xentoollog_logger*) {};
  }
};

struct CloseXc {
  void operator()(xc_interface* xch) const { xc_interface_close(xch); }
};
struct CloseEvents {
  void operator()(xenevtchn_handle* events) const { xenevtchn_close(events); }
};
struct CloseMemory {
  void operator()(xenforeignmemory_handle* memory) const { xenforeignmemory_close(memory); }
};
struct CloseCalls {
  void operator()(xencall_handle* calls) const { xencall_close(calls); }
};

class Probe {
 public:
  [[nodiscard]] bool open() {
    xch_.reset(xc_interface_open(&log_, &log_, 0));
    memory_.reset(xenforeignmemory_open(&log_, 0));
    events_.reset(xenevtchn_open(&log_, 0));
    calls_.reset(xencall_open(&log_, 0));
    return xch_ && memory_ && events_ && calls_;
  }

  Outcome map_memory(const std::vector<std::uint32_t>& n);
  Outcome map_grant(const std::vector<std::uint32_t>& n);
  Outcome event(const std::vector<std::uint32_t>& n);
  Outcome port(const std::vector<std::uint32_t>& n);
  Outcome create(const std::vector<std::uint32_t>& n);
  Outcome target(const std::vector<std::uint32_t>& n);
  Outcome destroy(const std::vector<std::uint32_t>& n) { return of(xc_domain_destroy(xch_.get(), n[0])); }
  Outcome pause(const std::vector<std::uint32_t>& n);
  Outcome assign(const std::vector<std::uint32_t>& n) { return of(xc_assign_device(xch_.get(), n[0], n[1] << 3U, 0)); }
  Outcome deassign(const std::vector<std::uint32_t>& n) { return of(xc_deassign_device(xch_.get(), n[0], n[1] << 3U)); }
  Outcome give_iomem(const std::vector<std::uint32_t>& n);
  Outcome load_policy(const std::vector<std::uint32_t>& n);
  Outcome setenforce(const std::vector<std::uint32_t>& n);
  Outcome relabel_self(const std::vector<std::uint32_t>& n) {
    return of(xc_flask_relabel_domain(xch_.get(), DOMID_SELF, n[0]));
  }
  Outcome relabel(const std::vector<std::uint32_t>& n) { return of(xc_flask_relabel_domain(xch_.get(), n[0], n[1])); }

  // The number by which the running policy knows a label.
  std::optional<std::uint32_t> sid(std::string label) {
    std::uint32_t number = 0;
    const auto size = static_cast<std::uint32_t>(label.size() + 1);
    return xc_flask_context_to_sid(xch_.get(), label.data(), size, &number) == 0 ? std::optional(number) : std::nullopt;
  }

  [[nodiscard]] std::vector<std::uint32_t> domains() const {
    std::vector<xc_domaininfo_t> infos(64);
    const int found = xc_domain_getinfolist(xch_.get(), 0, static_cast<unsigned>(infos.size()), infos.data());
    std::vector<std::uint32_t> domids;
    domids.reserve(infos.size());
    for (int i = 0; i < found; ++i) {
      domids.push_back(infos[static_cast<std::size_t>(i)].domain);
    }
    return domids;
  }

 private:
  static Outcome of(int result) { return result == 0 ? 0 : errno; }
  Outcome make(std::uint32_t domid, std::uint32_t sid, std::uint32_t flags);

  QuietLog log_;
  std::unique_ptr<xc_interface, CloseXc> xch_;
  std::unique_ptr<xenforeignmemory_handle, CloseMemory> memory_;
  std::unique_ptr<xenevtchn_handle, CloseEvents> events_;
  std::unique_ptr<xencall_handle, CloseCalls> calls_;
  std::map<std::uint32_t, xen_pfn_t> frames_;  // of the domains that `target` made
};

Outcome Probe::map_memory(const std::vector<std::uint32_t>& n) {
  // FLASK is asked before the frame is looked at, so that any number does for a denial; a real one is for a success.
  xen_pfn_t frame = 1;
  if (const auto known = frames_.find(n[0]); known != frames_.end()) {
    frame = known->second;
  }
  void* const page = xenforeignmemory_map(memory_.get(), n[0], PROT_READ, 1, &frame, nullptr);
  if (page == nullptr) {
    return errno;
  }
  xenforeignmemory_unmap(memory_.get(), page, 1);
  return 0;
}

// By the hypercall itself: the kernel's driver says EINVAL whatever the hypervisor's status was.
Outcome Probe::map_grant(const std::vector<std::uint32_t>& n) {
  auto* const calls = static_cast<GrantCalls*>(xencall_alloc_buffer(calls_.get(), sizeof(GrantCalls)));
  if (calls == nullptr) {
    return ENOMEM;
  }
  *calls = {};
  calls->map.flags = GNTMAP_device_map | GNTMAP_readonly;
  calls->map.dom = static_cast<domid_t>(n[0]);
  calls->map.ref = n[1];
  const auto perform = [&](std::uint64_t operation, const void* argument) {
    return of(
        xencall3(calls_.get(), __HYPERVISOR_grant_table_op, operation, reinterpret_cast<std::uint64_t>(argument), 1));
  };
  Outcome outcome = perform(GNTTABOP_map_grant_ref, &calls->map);
  if (outcome == 0) {
    outcome = calls->map.status == GNTST_permission_denied ? EACCES : calls->map.status;
  }
  if (outcome == 0) {
    calls->unmap.dev_bus_addr = calls->map.dev_bus_addr;
    calls->unmap.handle = calls->map.handle;
    perform(GNTTABOP_unmap_grant_ref, &calls->unmap);
  }
  xencall_free_buffer(calls_.get(), calls);
  return outcome;
}

// A port of our own for that domain to bind to.
Outcome Probe::event(const std::vector<std::uint32_t>& n) {
  const xenevtchn_port_or_error_t port = xenevtchn_bind_unbound_port(events_.get(), n[0]);
  if (port < 0) {
    return errno;
  }
  xenevtchn_unbind(events_.get(), static_cast<evtchn_port_t>(port));
  return 0;
}

// A port of the first domain for the second.
Outcome Probe::port(const std::vector<std::uint32_t>& n) {
  return xc_evtchn_alloc_unbound(xch_.get(), n[0], n[1]) < 0 ? errno : 0;
}

Outcome Probe::make(std::uint32_t domid, std::uint32_t sid, std::uint32_t flags) {
  xen_domctl_createdomain made{};
  made.ssidref = sid;
  made.flags = flags;
  made.max_vcpus = 1;
  made.max_evtchn_port = 15;
  made.max_grant_frames = 4;
  made.max_maptrack_frames = 4;
  made.grant_opts = XEN_DOMCTL_GRANT_version(1);
  return of(xc_domain_create(xch_.get(), &domid, &made));
}

Outcome Probe::create(const std::vector<std::uint32_t>& n) {
  const Outcome made = make(n[0], n[1], 0);
  if (made == 0) {
    xc_domain_destroy(xch_.get(), n[0]);
  }
  return made;
}

Outcome Probe::target(const std::vector<std::uint32_t>& n) {
  if (const Outcome made = make(n[0], n[1], XEN_DOMCTL_CDF_iommu); made != 0) {
    return made;
  }
  xen_pfn_t frame = 0;
  if (xc_domain_setmaxmem(xch_.get(), n[0], 4096) != 0 || xc_domain_max_vcpus(xch_.get(), n[0], 1) != 0 ||
      xc_domain_populate_physmap_exact(xch_.get(), n[0], 1, 0, 0, &frame) != 0) {
    return errno;
  }
  frames_[n[0]] = frame;
  return of(xc_dom_gnttab_seed(xch_.get(), n[0], false, frame, frame, 0, 0));
}

Outcome Probe::pause(const std::vector<std::uint32_t>& n) {
  const Outcome paused = of(xc_domain_pause(xch_.get(), n[0]));
  if (paused == 0) {
    xc_domain_unpause(xch_.get(), n[0]);
  }
  return paused;
}

Outcome Probe::give_iomem(const std::vector<std::uint32_t>& n) {
  const Outcome given = of(xc_domain_iomem_permission(xch_.get(), n[0], n[1], 1, 1));
  if (given == 0) {
    xc_domain_iomem_permission(xch_.get(), n[0], n[1], 1, 0);
  }
  return given;
}

Outcome Probe::load_policy(const std::vector<std::uint32_t>& /*n*/) {
  std::ifstream file("/etc/bulkhead/xenpolicy", std::ios::binary);
  std::string policy{std::istreambuf_iterator<char>(file), {}};
  if (policy.empty()) {
    policy.assign(64, '\0');  // other domains than domain 0 have none; the permission is asked for before it is read
  }
  return of(xc_flask_load(xch_.get(), policy.data(), static_cast<std::uint32_t>(policy.size())));
}

Outcome Probe::setenforce(const std::vector<std::uint32_t>& n) {
  xen_flask_op_t op{};
  op.cmd = FLASK_SETENFORCE;
  op.u.enforce.enforcing = n[0];
  return xc_flask_op(xch_.get(), &op) < 0 ? errno : 0;
}

struct Kind {
  std::string_view name;
  std::size_t arguments;
  Outcome (Probe::*run)(const std::vector<std::uint32_t>&);
};
constexpr std::array kKinds{
    Kind{"map-memory", 1, &Probe::map_memory}, Kind{"map-grant", 2, &Probe::map_grant},
    Kind{"event", 1, &Probe::event},           Kind{"port", 2, &Probe::port},
    Kind{"create", 2, &Probe::create},         Kind{"target", 2, &Probe::target},
    Kind{"destroy", 1, &Probe::destroy},       Kind{"pause", 1, &Probe::pause},
    Kind{"assign", 2, &Probe::assign},         Kind{"deassign", 2, &Probe::deassign},
    Kind{"give-iomem", 2, &Probe::give_iomem}, Kind{"load-policy", 0, &Probe::load_policy},
    Kind{"setenforce", 1, &Probe::setenforce}, Kind{"relabel-self", 1, &Probe::relabel_self},
    Kind{"relabel", 2, &Probe::relabel},
};

std::optional<Attempt> parse(std::string_view text) {
  Attempt attempt{std::string(text), std::string(text.substr(0, text.find(':'))), {}};
  for (std::size_t begin = attempt.name.size(); begin < text.size();) {
    std::uint32_t number = 0;
    const char* const end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data() + begin + 1, end, number);
    if (parsed.ec != std::errc() || (parsed.ptr != end && *parsed.ptr != ':')) {
      return std::nullopt;
    }
    attempt.numbers.push_back(number);
    begin = static_cast<std::size_t>(parsed.ptr - text.data());
  }
  return attempt;
}

const Kind* kind_of(const Attempt& attempt) {
  for (const Kind& kind : kKinds) {
    if (kind.name == attempt.name && kind.arguments == attempt.numbers.size()) {
      return &kind;
    }
  }
  return nullptr;
}

std::string describe(Outcome outcome) {
  if (outcome == 0) {
    return "ALLOWED";
  }
  if (outcome == EACCES || outcome == EPERM) {
    return "denied";
  }
  return outcome < 0 ? "failed otherwise (grant status " + std::to_string(outcome) + ")"
                     : "failed otherwise (" + std::string(std::strerror(outcome)) + ")";
}

int print_domains(const Probe& probe) {
  const auto domids = probe.domains();
  for (const std::uint32_t domid : domids) {
    std::printf("%u\n", domid);
  }
  return domids.empty() ? 1 : 0;
}

int print_sid(Probe& probe, const char* label) {
  const auto sid = probe.sid(label);
  if (!sid) {
    std::perror(label);
    return 1;
  }
  std::printf("%u\n", *sid);
  return 0;
}

}  // namespace

int main(int count, char** words) {
  Probe probe;
  if (!probe.open()) {
    std::perror("bulkhead-probe: /dev/xen");
    return 2;
  }
  if (count == 2 && std::string_view(words[1]) == "domains") {
    return print_domains(probe);
  }
  if (count == 3 && std::string_view(words[1]) == "sid") {
    return print_sid(probe, words[2]);
  }
  const bool allowed = count > 1 && std::string_view(words[1]) == "--allowed";
  bool all = count > (allowed ? 2 : 1);
  for (int i = allowed ? 2 : 1; i < count; ++i) {
    const auto attempt = parse(words[i]);
    const Kind* const kind = attempt ? kind_of(*attempt) : nullptr;
    if (kind == nullptr) {
      std::fprintf(stderr, "bulkhead-probe: no attempt: %s\n", words[i]);
      return 2;
    }
    const std::string outcome = describe((probe.*kind->run)(attempt->numbers));
    std::printf("%s: %s\n", words[i], outcome.c_str());
    all = all && outcome == (allowed ? "ALLOWED" : "denied");
  }
  return all ? 0 : 1;
}
