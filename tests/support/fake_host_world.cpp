// The xenstore, files, time, and what the domains do while it passes.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "bulkhead/delegate/request.h"
#include "fake_host_call.h"

namespace bulkhead::test {

namespace {

using hypervisor::RunState;

std::string home(hypervisor::Domid domid) {
  return fmt::format("/local/domain/{}", domid);
}

}  // namespace

Result<std::optional<std::string>> FakeHost::read(const std::string& path) {
  return call<std::optional<std::string>>(Kind::kQuestion, "read " + path, [&] { return store.read(0, path); });
}

Result<std::optional<std::vector<std::string>>> FakeHost::list(const std::string& path) {
  return call<std::optional<std::vector<std::string>>>(Kind::kQuestion, "list " + path,
                                                       [&] { return store.list(0, path); });
}

Result<std::optional<hypervisor::NodeAccess>> FakeHost::access(const std::string& path) {
  return call<std::optional<hypervisor::NodeAccess>>(Kind::kQuestion, "read the rights of " + path,
                                                     [&] { return store.access(0, path); });
}

Result<void> FakeHost::write(const std::vector<hypervisor::StoreNode>& nodes) {
  const std::string line = fmt::format("write {} ({} nodes)", nodes.empty() ? "" : nodes.front().path, nodes.size());
  return call<void>(Kind::kChange, line, [&] { return store.write(0, nodes); });
}

Result<void> FakeHost::remove(const std::string& path) {
  return call<void>(Kind::kChange, "remove " + path, [&] { return store.remove(0, path); });
}

Result<void> FakeHost::introduce(Domid domid, hypervisor::Frame ring, hypervisor::EventPort port) {
  const std::string doing = fmt::format("introduce {}", domid);
  return call<void>(Kind::kChange, doing, [&]() -> Result<void> {
    const auto domain = find(doing, domid);
    if (!domain) {
      return domain.error();
    }
    const FakeDomain& built = **domain;
    const bool ours = built.image && built.built && built.image->xenstore_port == port &&
                      built.built->xenstore_frame == ring && built.image->xenstore_domid == 0;
    if (!ours || built.introduced) {
      return Error::from_errno(doing, EINVAL);
    }
    (*domain)->introduced = true;
    return {};
  });
}

Result<bool> FakeHost::await_domain_event(Time patience) {
  const std::lock_guard lock(mutex_);
  if (!domain_event_) {
    sleep(patience);
  }
  return std::exchange(domain_event_, false);
}

Result<hypervisor::Bytes> FakeHost::read_file(const std::string& path) {
  return call<hypervisor::Bytes>(Kind::kQuestion, "read " + path, [&]() -> Result<hypervisor::Bytes> {
    const auto file = given.files.find(path);
    if (file == given.files.end()) {
      return Error::from_errno("open `" + path + "`", ENOENT);
    }
    return std::make_shared<const std::string>(file->second);
  });
}

Result<std::optional<hypervisor::PciIdentity>> FakeHost::pci_identity(hypervisor::Sbdf device) {
  using Answer = std::optional<hypervisor::PciIdentity>;
  return call<Answer>(Kind::kQuestion, "look at " + hypervisor::to_text(device), [&] {
    const auto card = given.pci.find(device);
    const bool answers = card != given.pci.end() && hardware_domid() == 0;
    return answers ? Answer(card->second) : Answer();
  });
}

FakeHost::Time FakeHost::now() {
  const std::lock_guard lock(mutex_);
  return now_;
}

void FakeHost::sleep(Time duration) {
  const std::lock_guard lock(mutex_);
  constexpr Time kTick = std::chrono::milliseconds(50);
  const Time end = now_ + duration;
  while (now_ < end) {
    now_ = std::min(end, now_ + kTick);
    pass_time();
  }
}

void FakeHost::crash(Domid domid, std::uint8_t shutdown_code) {
  const std::lock_guard lock(mutex_);
  FakeDomain& domain = state.at(domid);
  domain.state = RunState::kShutdown;
  domain.shutdown_code = shutdown_code;
  domain.ready = false;
  domain_event_ = true;
}

bool FakeHost::is_up(Domid domid) const {
  const auto domain = state.find(domid);
  return domain != state.end() && domain->second.state == RunState::kRunning && domain->second.ready;
}

bool FakeHost::is_due(const std::string& event) {
  const auto seen = first_seen_.emplace(event, now_).first;
  if (now_ - seen->second < given.reply_time) {
    return false;
  }
  first_seen_.erase(seen);
  return true;
}

void FakeHost::set_as(Domid domid, const std::string& path, const std::string& value) {
  if (!store.set(domid, path, value)) {
    violate(fmt::format("domain {} may not write {}", domid, path));
  }
}

void FakeHost::become_ready(Domid domid, FakeDomain& domain) {
  domain.ready = true;
  if (!domain.introduced) {
    violate(fmt::format("domain {} runs and xenstored does not know it", domid));
  } else {
    set_as(domid, home(domid) + "/data/ready", "1");
  }
}

void FakeHost::pass_time() {
  std::erase_if(state, [&](const auto& entry) { return entry.second.gone_at && now_ >= *entry.second.gone_at; });
  for (auto& [domid, domain] : state) {
    const bool boots = domain.state == RunState::kRunning && domain.built && !domain.ready && domain.ready_at;
    if (boots && now_ >= *domain.ready_at && !given.never_ready.contains(domid)) {
      become_ready(domid, domain);
    }
  }
  if (given.agent_answers && hardware_domid() != 0 && is_up(hardware_domid())) {
    answer_delegation();
  }
  for (const auto& [domid, domain] : state) {
    if (!is_up(domid)) {
      continue;
    }
    for (const char* kind : {"vif", "vbd", "pci"}) {
      for (const std::string& path : store.below(home(domid) + "/backend/" + kind)) {
        if (path.ends_with("/state") && std::count(path.begin(), path.end(), '/') == 8) {
          serve(domid, path.substr(0, path.rfind('/')));
        }
      }
    }
  }
}

// `back` is /local/domain/<backend>/backend/<kind>/<front end>/<number>.
void FakeHost::serve(Domid backend, const std::string& back) {
  const std::string state_path = back + "/state";
  const std::string kind = back.substr(back.find("/backend/") + 9, 3);
  const std::string waiting = kind == "pci" ? "3" : "2";
  const std::string front = store.value(back + "/frontend");
  if (store.value(state_path) == "1" && is_due("serve " + back)) {
    if (kind == "vif" && store.value(back + "/script").empty()) {
      violate(back + " has no node `script`, without which Linux' netback gives up");
      set_as(backend, state_path, "5");
    } else {
      set_as(backend, state_path, waiting);
      if (kind == "vbd") {
        set_as(backend, back + "/hotplug-status", "connected");
      }
    }
    return;
  }
  const auto number = store.value(back + "/frontend-id");
  const Domid frontend = number.empty() ? 0 : static_cast<Domid>(std::stoul(number));
  if (store.value(state_path) != waiting || front.empty() || !is_up(frontend) || store.value(front + "/state") != "1" ||
      !is_due("meet " + back)) {
    return;
  }
  const auto folder = store.access(0, front.substr(0, front.rfind('/')));
  if (!folder || !*folder || (*folder)->owner != frontend || !store.set(frontend, front + "/state", "4")) {
    violate(front + " and its folder do not belong to the front end, so its driver never looks");
    return;
  }
  set_as(backend, state_path, "4");
}

void FakeHost::answer_delegation() {
  const std::string folder = delegate::folder(hardware_domid());
  for (const std::string& path : store.below(folder)) {
    if (!path.ends_with("/request")) {
      continue;
    }
    const std::string place = path.substr(0, path.rfind('/'));
    const std::string device = place.substr(place.rfind('/') + 1);
    const std::string text = store.value(path);
    const auto request = delegate::parse_request(text);
    if (!request || answered_[device] == text || !is_due(fmt::format("{} = {}", path, text))) {
      continue;
    }
    answered_[device] = text;
    const std::string reason = this->delegate(device, request->domid);
    const delegate::Answer answer{request->number, reason.empty() ? std::nullopt : std::optional(reason)};
    set_as(hardware_domid(), place + "/answer", delegate::to_text(answer));
  }
}

std::string FakeHost::delegate(const std::string& device, Domid domid) {
  const auto found = std::find_if(plan_.devices.begin(), plan_.devices.end(),
                                  [&](const plan::Device& known) { return known.name == device; });
  if (found == plan_.devices.end() || given.refused_devices.contains(device)) {
    return "the device is not in the list";
  }
  if (found->owner_domid != domid) {
    return "the device is another domain's";
  }
  const auto give_all = [&](const std::string& kind, const std::vector<plan::Range>& ranges) {
    return std::all_of(ranges.begin(), ranges.end(), [&](const plan::Range& range) {
      return give(hardware_domid(), domid, kind, {range.first, range.last}).has_value();
    });
  };
  std::vector<plan::Range> irqs;
  for (const std::uint32_t irq : found->irqs) {
    irqs.push_back({irq, irq});
  }
  const bool all = give_all("iomem", found->iomem) && give_all("ioport", found->ioports) && give_all("irq", irqs);
  return all ? "" : "Xen refused";
}

}  // namespace bulkhead::test
