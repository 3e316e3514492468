// Building, starting and ending of domains, and what they hold of the hardware.
#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "fake_host_call.h"

namespace bulkhead::test {

namespace {

using hypervisor::EventPort;
using hypervisor::RunState;

Result<void> refuse(const std::string& what, int errno_value) {
  return Error::from_errno(what, errno_value);
}

std::string range_text(hypervisor::Range range) {
  return fmt::format("{:x}-{:x}", range.first, range.last);
}

// As a rangeset of Xen does: sorted, what overlaps or touches becomes one.
void insert(std::vector<hypervisor::Range>& ranges, hypervisor::Range added) {
  ranges.push_back(added);
  std::sort(ranges.begin(), ranges.end(),
            [](const hypervisor::Range& a, const hypervisor::Range& b) { return a.first < b.first; });
  std::vector<hypervisor::Range> merged;
  for (const hypervisor::Range& range : ranges) {
    if (!merged.empty() && range.first <= merged.back().last + 1) {
      merged.back().last = std::max(merged.back().last, range.last);
    } else {
      merged.push_back(range);
    }
  }
  ranges = std::move(merged);
}

}  // namespace

std::uint64_t FakeHost::free_kib() const {
  std::uint64_t used = 0;
  for (const auto& [domid, domain] : state) {
    used += domain.made.memory_kib;
  }
  return used < given.facts.total_kib ? given.facts.total_kib - used : 0;
}

FakeHost::Domid FakeHost::named_hardware_domid() const {
  constexpr std::string_view kOption = "hardware_dom=";
  const std::size_t at = given.command_line.find(kOption);
  Domid domid = 0;
  if (at != std::string::npos) {
    const char* begin = given.command_line.data() + at + kOption.size();
    std::from_chars(begin, given.command_line.data() + given.command_line.size(), domid);
  }
  return domid;
}

FakeHost::Domid FakeHost::hardware_domid() const {
  const auto control = state.find(0);
  return control != state.end() && control->second.holds_all ? 0 : named_hardware_domid();
}

Result<hypervisor::GrantTableCopy> FakeHost::grant_table(Domid domid) {
  const std::string doing = fmt::format("read the grant table of domain {}", domid);
  return call<hypervisor::GrantTableCopy>(Kind::kQuestion, doing, [&]() -> Result<hypervisor::GrantTableCopy> {
    const auto domain = find(doing, domid);
    return domain ? Result((*domain)->table) : Result<hypervisor::GrantTableCopy>(domain.error());
  });
}

Result<FakeDomain*> FakeHost::find(const std::string& doing, Domid domid) {
  const auto found = state.find(domid);
  if (found == state.end()) {
    return Error::from_errno(doing, ESRCH);
  }
  return &found->second;
}

Result<void> FakeHost::do_create(const hypervisor::NewDomain& domain) {
  const std::string doing = fmt::format("create domain {}", domain.domid);
  const std::vector<std::string>& labels = given.policy.labels;
  if (std::find(labels.begin(), labels.end(), domain.label) == labels.end() || domain.vcpus == 0) {
    return refuse(doing, EINVAL);
  }
  if (state.contains(domain.domid)) {
    return refuse(doing, EEXIST);
  }
  if (domain.memory_kib > free_kib()) {
    return refuse(doing, ENOMEM);
  }
  FakeDomain made;
  made.made = domain;
  made.sid = number_of(domain.label);
  // Late hardware domain: from now on domain 0 holds nothing, and hears of no domain's end (common/domain.c).
  if (domain.domid != 0 && domain.domid == named_hardware_domid() && state.contains(0)) {
    made.holds_all = true;
    state[0].holds_all = false;
    domain_ends_to_ = domain.domid;
    for (auto& [sbdf, owner] : pci_owner) {
      owner = owner == Domid{0} ? domain.domid : owner;
    }
  }
  state[domain.domid] = std::move(made);
  return {};
}

Result<void> FakeHost::create(const hypervisor::NewDomain& domain) {
  const std::string line = fmt::format("create {} {}", domain.domid, domain.label);
  auto result = call<void>(Kind::kChange, line, [&] { return do_create(domain); });
  if (!result && changes_.back().ends_with(" = fails afterwards")) {
    state.erase(domain.domid);  // a create that fails leaves no domain
  }
  return result;
}

Result<EventPort> FakeHost::allocate_port(Domid owner, Domid remote) {
  return call<EventPort>(Kind::kChange, fmt::format("port {} for {}", owner, remote), [&]() -> Result<EventPort> {
    const auto domain = find(fmt::format("allocate a port of domain {}", owner), owner);
    if (!domain) {
      return domain.error();
    }
    const auto port = static_cast<EventPort>((*domain)->ports.size() + 1);
    (*domain)->ports[port] = remote;
    return port;
  });
}

Result<hypervisor::Built> FakeHost::do_build(const hypervisor::NewDomain& wanted, const hypervisor::Image& image) {
  const std::string doing = fmt::format("build domain {}", wanted.domid);
  const auto found = find(doing, wanted.domid);
  if (!found) {
    return found.error();
  }
  FakeDomain& domain = **found;
  const auto has_port = [&](Domid remote, EventPort port) {
    const auto known = domain.ports.find(port);
    return known != domain.ports.end() && known->second == remote;
  };
  if (domain.built || domain.state != RunState::kPaused || !image.kernel ||
      !has_port(image.xenstore_domid, image.xenstore_port) ||
      (image.console_domid && !has_port(*image.console_domid, image.console_port))) {
    return Error::from_errno(doing, EINVAL);
  }
  // Nobody may map the memory of a domain that has its running label.
  const plan::Domain* plan = planned(wanted.domid);
  if (plan != nullptr && plan->building_label && domain.sid != number_of(*plan->building_label)) {
    return Error::from_errno(doing, EACCES);
  }
  if (image.initial_domain != (wanted.domid == hardware_domid())) {
    violate(fmt::format("domain {} is built with the wrong start flags", wanted.domid));
  }
  const hypervisor::Frame base = hypervisor::Frame{wanted.domid} << 16U;
  domain.image = image;
  domain.built = hypervisor::Built{base + 1, image.console_domid ? base + 2 : 0};
  return *domain.built;
}

Result<hypervisor::Built> FakeHost::build(const hypervisor::NewDomain& domain, const hypervisor::Image& image) {
  return call<hypervisor::Built>(Kind::kChange, fmt::format("build {}", domain.domid),
                                 [&] { return do_build(domain, image); });
}

Result<void> FakeHost::do_relabel(Domid domid, Sid sid) {
  const std::string doing = fmt::format("relabel domain {}", domid);
  const auto domain = find(doing, domid);
  if (!domain) {
    return domain.error();
  }
  const plan::Domain* plan = planned(domid);
  const bool forward = plan != nullptr && plan->building_label && (*domain)->sid == number_of(*plan->building_label) &&
                       sid == number_of(plan->label);
  if (!index_of(sid) || !forward) {
    return refuse(doing, index_of(sid) ? EACCES : EINVAL);
  }
  (*domain)->sid = sid;
  return {};
}

Result<void> FakeHost::relabel(Domid domid, Sid sid) {
  const std::size_t number = static_cast<std::uint32_t>(sid);
  const std::string label = number > 0 && number <= sids_.size() ? sids_[number - 1] : "?";
  return call<void>(Kind::kChange, fmt::format("relabel {} {}", domid, label), [&] { return do_relabel(domid, sid); });
}

Result<void> FakeHost::do_relabel_self(Sid sid) {
  const plan::Domain* control = planned(0);
  FakeDomain& self = state[0];
  const bool seals = control != nullptr && control->booting_label && self.sid == number_of(*control->booting_label) &&
                     sid == number_of(control->label);
  if (!seals) {
    return refuse("relabel this domain", index_of(sid) ? EACCES : EINVAL);
  }
  self.sid = sid;
  return {};
}

Result<void> FakeHost::relabel_self(Sid sid) {
  return call<void>(Kind::kChange, "relabel-self", [&] { return do_relabel_self(sid); });
}

Result<void> FakeHost::pause(Domid domid) {
  return call<void>(Kind::kChange, fmt::format("pause {}", domid), [&]() -> Result<void> {
    const auto domain = find(fmt::format("pause domain {}", domid), domid);
    if (!domain) {
      return domain.error();
    }
    (*domain)->state = (*domain)->state == RunState::kRunning ? RunState::kPaused : (*domain)->state;
    return {};
  });
}

Result<void> FakeHost::do_unpause(Domid domid) {
  const auto found = find(fmt::format("unpause domain {}", domid), domid);
  if (!found) {
    return found.error();
  }
  FakeDomain& domain = **found;
  const plan::Domain* plan = planned(domid);
  if (plan != nullptr && plan->building_label && domain.sid == number_of(*plan->building_label)) {
    violate(fmt::format("domain {} is unpaused under its building label", domid));
  }
  if (!domain.built) {
    violate(fmt::format("domain {} is unpaused without a kernel", domid));
  }
  if (domain.state == RunState::kPaused) {
    domain.state = RunState::kRunning;
    domain.ready_at = now_ + given.boot_time;
  }
  return {};
}

Result<void> FakeHost::unpause(Domid domid) {
  return call<void>(Kind::kChange, fmt::format("unpause {}", domid), [&] { return do_unpause(domid); });
}

Result<void> FakeHost::do_destroy(Domid domid) {
  const auto found = find(fmt::format("destroy domain {}", domid), domid);
  if (!found || domid == 0) {
    return refuse(fmt::format("destroy domain {}", domid), domid == 0 ? EINVAL : ESRCH);
  }
  if (domid == hardware_domid()) {
    violate("the hardware domain is destroyed");
  }
  for (auto& [sbdf, owner] : pci_owner) {
    owner = owner == domid ? std::nullopt : owner;
  }
  if (given.dying_time > Time{} && (*found)->state != RunState::kDying) {
    FakeDomain& domain = **found;
    domain.state = RunState::kDying;
    domain.gone_at = now_ + given.dying_time;
  } else {
    state.erase(domid);
  }
  std::erase_if(answered_, [&](const auto& entry) { return entry.first.ends_with(fmt::format(" {}", domid)); });
  return {};
}

Result<void> FakeHost::destroy(Domid domid) {
  return call<void>(Kind::kChange, fmt::format("destroy {}", domid), [&] { return do_destroy(domid); });
}

Result<void> FakeHost::send_domain_ends_to(Domid domid) {
  return call<void>(Kind::kChange, fmt::format("domain-ends-to {}", domid), [&]() -> Result<void> {
    if (!state.contains(domid)) {
      return refuse("send the ends of domains", ESRCH);
    }
    domain_ends_to_ = domid;
    return {};
  });
}

Result<void> FakeHost::assign(Domid caller, Domid domid, hypervisor::Sbdf device) {
  const std::lock_guard lock(mutex_);
  const std::string doing = fmt::format("assign {} to domain {}", hypervisor::to_text(device), domid);
  const auto domain = find(doing, domid);
  if (!domain) {
    return domain.error();
  }
  const auto owner = pci_owner.find(device);
  if (caller != 0) {
    return refuse(doing, EACCES);  // no other label than the control domain's has `resource add_device`
  }
  if (!(*domain)->made.uses_devices || !given.facts.iommu) {
    return refuse(doing, EOPNOTSUPP);
  }
  if (owner == pci_owner.end()) {
    return refuse(doing, ENODEV);
  }
  if (owner->second && *owner->second != hardware_domid()) {
    return refuse(doing, EBUSY);
  }
  owner->second = domid;
  return {};
}

Result<void> FakeHost::assign_device(Domid domid, hypervisor::Sbdf device) {
  return call<void>(Kind::kChange, fmt::format("assign {} {}", domid, hypervisor::to_text(device)),
                    [&] { return assign(0, domid, device); });
}

Result<void> FakeHost::give(Domid caller, Domid domid, const std::string& kind, Range range) {
  const std::lock_guard lock(mutex_);
  const std::string doing = fmt::format("give {} {} to domain {}", kind, range_text(range), domid);
  const auto domain = find(doing, domid);
  if (!domain) {
    return domain.error();
  }
  const auto giver = state.find(caller);
  if (giver == state.end() || !giver->second.holds_all) {
    return refuse(doing, EPERM);
  }
  if (range.first > range.last) {
    return refuse(doing, EINVAL);
  }
  if (kind == "irq") {
    (*domain)->irqs.insert(static_cast<std::uint32_t>(range.first));
  } else {
    insert(kind == "iomem" ? (*domain)->iomem : (*domain)->ioports, range);
  }
  return {};
}

Result<void> FakeHost::allow_iomem(Domid domid, Range frames) {
  return call<void>(Kind::kChange, fmt::format("iomem {} {}", domid, range_text(frames)),
                    [&] { return give(0, domid, "iomem", frames); });
}

Result<void> FakeHost::allow_ioports(Domid domid, Range ports) {
  return call<void>(Kind::kChange, fmt::format("ioports {} {}", domid, range_text(ports)),
                    [&] { return give(0, domid, "ioports", ports); });
}

Result<void> FakeHost::map_irq(Domid domid, std::uint32_t irq) {
  return call<void>(Kind::kChange, fmt::format("irq {} {}", domid, irq), [&] {
    return give(0, domid, "irq", {irq, irq});
  });
}

}  // namespace bulkhead::test
