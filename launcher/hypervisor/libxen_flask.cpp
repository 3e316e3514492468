#include <array>
#include <cerrno>
#include <cstring>
#include <limits>

#include <fmt/format.h>

#include "bulkhead/base/text.h"
#include "libxen_hypervisor.h"

namespace bulkhead::hypervisor {

namespace {
constexpr std::size_t kMaxLabel = 4096;  // a page, the hypervisor's own limit
}

Result<Enforcement> LibxenHypervisor::enforcement() {
  auto lease = pool_.lease();
  if (!lease) {
    return lease.error();
  }
  const int mode = xc_flask_getenforce(lease->xch());  // asks no permission
  if (mode < 0 && errno == ENOSYS) {
    return Enforcement::kInactive;
  }
  if (mode < 0) {
    return lease->error("ask whether FLASK enforces", errno);
  }
  return mode == 0 ? Enforcement::kPermissive : Enforcement::kEnforcing;
}

Result<std::vector<Boolean>> LibxenHypervisor::booleans() {
  auto lease = pool_.lease();
  if (!lease) {
    return lease.error();
  }
  std::vector<Boolean> all;
  while (true) {
    std::array<char, kMaxLabel> name{};
    int enabled = 0;
    int pending = 0;
    // Asks no permission. There is no count: the first number without a boolean is the end.
    if (xc_flask_getbool_byid(lease->xch(), static_cast<int>(all.size()), name.data(), name.size(), &enabled,
                              &pending) != 0) {
      return errno == ENOENT ? Result<std::vector<Boolean>>(std::move(all))
                             : Result<std::vector<Boolean>>(lease->error("ask for the policy's booleans", errno));
    }
    all.push_back({std::string(name.data(), ::strnlen(name.data(), name.size())), enabled != 0, pending != 0});
  }
}

Result<Sid> LibxenHypervisor::sid_of(const std::string& label) {
  auto lease = pool_.lease();
  if (!lease) {
    return lease.error();
  }
  std::uint32_t sid = 0;
  if (label_to_sid(lease->xch(), label, &sid) != 0) {  // security check_context: what creation and relabelling take
    return lease->error(fmt::format("look up label {} in the loaded policy", quoted(label)), errno);
  }
  return Sid{sid};
}

Result<std::string> LibxenHypervisor::label_of(Sid sid) {
  auto lease = pool_.lease();
  if (!lease) {
    return lease.error();
  }
  std::string label(kMaxLabel, '\0');
  // security check_context: verification names what it finds.
  if (xc_flask_sid_to_context(lease->xch(), static_cast<int>(sid), label.data(), kMaxLabel) != 0) {
    return lease->error(fmt::format("look up the label of SID {}", static_cast<std::uint32_t>(sid)), errno);
  }
  label.resize(std::min(label.find('\0'), label.size()));
  return label;
}

// The answer holds every permission that the policy gives, however few are asked for (`req`); asking for none also
// keeps the hypervisor from comparing, so that nothing is logged. libxenctrl's own wrapper takes texts, which would be
// two more hypercalls a cell.
Result<AccessVector> LibxenHypervisor::access(Sid source, Sid target, std::uint16_t access_class) {
  auto lease = pool_.lease();
  if (!lease) {
    return lease.error();
  }
  xen_flask_op_t op{};
  op.cmd = FLASK_ACCESS;
  op.u.access.ssid = static_cast<std::uint32_t>(source);
  op.u.access.tsid = static_cast<std::uint32_t>(target);
  op.u.access.tclass = access_class;
  if (xc_flask_op(lease->xch(), &op) < 0) {  // security compute_av: the loaded policy is compared cell by cell
    return lease->error(fmt::format("ask what SID {} may do to SID {} in class {}", static_cast<std::uint32_t>(source),
                                    static_cast<std::uint32_t>(target), access_class),
                        errno);
  }
  return op.u.access.allowed;
}

Result<Sid> LibxenHypervisor::transition(Sid source, Sid target, std::uint16_t access_class) {
  auto lease = pool_.lease();
  if (!lease) {
    return lease.error();
  }
  xen_flask_op_t op{};
  op.cmd = FLASK_CREATE;
  op.u.transition.ssid = static_cast<std::uint32_t>(source);
  op.u.transition.tsid = static_cast<std::uint32_t>(target);
  op.u.transition.tclass = access_class;
  if (xc_flask_op(lease->xch(), &op) < 0) {  // security compute_create: labels of ports and of domains to themselves
    return lease->error(
        fmt::format("ask for the label that SID {} makes on SID {} in class {}", static_cast<std::uint32_t>(source),
                    static_cast<std::uint32_t>(target), access_class),
        errno);
  }
  return Sid{op.u.transition.newsid};
}

Result<void> LibxenHypervisor::load_policy(std::string_view binary) {
  if (binary.size() > std::numeric_limits<std::uint32_t>::max()) {
    return Error("load the policy: it is larger than 4 GiB");
  }
  auto lease = pool_.lease();
  if (!lease) {
    return lease.error();
  }
  std::string copy(binary);  // the library wants to be able to write
  // security load_policy: a policy of the spec replaces the one that the host booted with, before sealing.
  if (xc_flask_load(lease->xch(), copy.data(), static_cast<std::uint32_t>(copy.size())) != 0) {
    return lease->error("load the policy (Xen's console has the reason)", errno);
  }
  return {};
}

Result<void> LibxenHypervisor::relabel(Domid domid, Sid sid) {
  auto lease = pool_.lease();
  if (!lease) {
    return lease.error();
  }
  // domain2 relabelfrom and relabelto, domain transition: from the building label to the one it runs with.
  if (xc_flask_relabel_domain(lease->xch(), domid, static_cast<std::uint32_t>(sid)) != 0) {
    return lease->error(fmt::format("relabel domain {} to SID {}", domid, static_cast<std::uint32_t>(sid)), errno);
  }
  return {};
}

Result<void> LibxenHypervisor::relabel_self(Sid sid) {
  auto lease = pool_.lease();
  if (!lease) {
    return lease.error();
  }
  // domain2 relabelself, domain transition: sealing. With its own number instead of DOMID_SELF a domain would be asked
  // for relabelfrom.
  if (xc_flask_relabel_domain(lease->xch(), DOMID_SELF, static_cast<std::uint32_t>(sid)) != 0) {
    return lease->error(fmt::format("relabel this domain itself to SID {}", static_cast<std::uint32_t>(sid)), errno);
  }
  return {};
}

}  // namespace bulkhead::hypervisor
