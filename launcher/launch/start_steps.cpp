#include <algorithm>
#include <map>

#include "bulkhead/launch/step.h"
#include "bulkhead/plan/store_paths.h"

namespace bulkhead::launch {
namespace {

using Indices = std::vector<std::size_t>;

// Where the steps of one domain stand in the list that is being made.
struct Marks {
  std::optional<std::size_t> introduced;
  std::optional<std::size_t> unpaused;
  std::optional<std::size_t> ready;  // the step that awaits it
};

class StepList {
 public:
  explicit StepList(const plan::LaunchPlan& plan) : plan_(plan) {}

  std::size_t add(StepKind kind, std::uint32_t domid, Indices after) {
    steps_.push_back({kind, domid, std::nullopt, std::nullopt, std::move(after)});
    return steps_.size() - 1;
  }
  std::size_t add_device(StepKind kind, std::uint32_t domid, std::size_t device, Indices after) {
    steps_.push_back({kind, domid, std::nullopt, device, std::move(after)});
    return steps_.size() - 1;
  }
  std::size_t add_connection(StepKind kind, std::uint32_t domid, std::size_t connection, Indices after) {
    steps_.push_back({kind, domid, connection, std::nullopt, std::move(after)});
    return steps_.size() - 1;
  }

  // Up to the point where the domain is complete but for what it gets from other domains.
  void add_building(const plan::Domain& domain, const Indices& after) {
    std::size_t last = add(StepKind::kCreate, domain.domid, after);
    if (domain.hardware) {
      last = add(StepKind::kTakeDomainEnds, plan_.host.xenstore_domid, {last});
    }
    last = add(StepKind::kBuild, domain.domid, {last});
    last = add(StepKind::kRelabel, domain.domid, {last});
    last = add(StepKind::kPublish, domain.domid, {last});
    marks_[domain.domid].introduced = add(StepKind::kIntroduce, domain.domid, {last});
  }

  void add_running(const plan::Domain& domain);

  // The step after which a domain is known to be up; none: it runs already and nobody is waiting.
  std::optional<std::size_t> await_ready(std::uint32_t domid);

  [[nodiscard]] const Marks& marks(std::uint32_t domid) { return marks_[domid]; }
  std::vector<Step> take() { return std::move(steps_); }

 private:
  Indices add_devices(const plan::Domain& domain, std::size_t after);
  Indices add_connections(const plan::Domain& domain, const Indices& after);
  Indices add_gates(const plan::Domain& domain, const Indices& after);

  const plan::LaunchPlan& plan_;
  std::vector<Step> steps_;
  std::map<std::uint32_t, Marks> marks_;
};

std::optional<std::size_t> StepList::await_ready(std::uint32_t domid) {
  Marks& marks = marks_[domid];
  if (!marks.ready && marks.unpaused) {
    marks.ready = add(StepKind::kAwaitReady, domid, {*marks.unpaused});
  }
  return marks.ready;
}

Indices StepList::add_devices(const plan::Domain& domain, std::size_t after) {
  Indices last{after};
  for (std::size_t i = 0; i < plan_.devices.size(); ++i) {
    const plan::Device& device = plan_.devices[i];
    if (device.owner_domid != domain.domid || domain.hardware || domain.control) {
      continue;
    }
    Indices before = last;
    if (plan_.host.shape == plan::Shape::kSplit) {
      if (const auto ready = await_ready(plan_.host.hardware_domid)) {
        before.push_back(*ready);
      }
    }
    last = {add_device(StepKind::kDelegate, domain.domid, i, before)};
    if (device.sbdf) {
      last = {add_device(StepKind::kAssign, domain.domid, i, last)};
    }
  }
  return last;
}

Indices StepList::add_connections(const plan::Domain& domain, const Indices& after) {
  Indices last = after;
  for (std::size_t i = 0; i < plan_.connections.size(); ++i) {
    const plan::Connection& connection = plan_.connections[i];
    if (connection.frontend_domid != domain.domid || plan::xenbus_class(connection.kind) == nullptr) {
      continue;
    }
    Indices before = after;
    if (const auto& introduced = marks_[connection.backend_domid].introduced) {
      before.push_back(*introduced);
    }
    last.push_back(add_connection(StepKind::kConnect, domain.domid, i, before));
  }
  return last;
}

Indices StepList::add_gates(const plan::Domain& domain, const Indices& after) {
  Indices open = after;
  for (const plan::Gate& gate : plan_.gates) {
    if (gate.domid != domain.domid) {
      continue;
    }
    const auto ready = await_ready(gate.awaited_domid);
    Indices before = after;
    if (ready) {
      before.push_back(*ready);
      open.push_back(*ready);
    }
    if (gate.kind != plan::GateKind::kBackEndReady) {
      continue;
    }
    for (std::size_t i = 0; i < plan_.connections.size(); ++i) {
      const plan::Connection& connection = plan_.connections[i];
      if (connection.kind == gate.connection && connection.backend_domid == gate.awaited_domid &&
          connection.frontend_domid == domain.domid && plan::xenbus_class(connection.kind) != nullptr) {
        open.push_back(add_connection(StepKind::kAwaitBackEnd, domain.domid, i, before));
      }
    }
  }
  return open;
}

void StepList::add_running(const plan::Domain& domain) {
  Indices last = add_devices(domain, *marks_[domain.domid].introduced);
  last = add_connections(domain, last);
  last = add_gates(domain, last);
  const std::size_t verified = add(StepKind::kVerify, domain.domid, last);
  marks_[domain.domid].unpaused = add(StepKind::kUnpause, domain.domid, {verified});
}

bool starts_at_boot(const plan::Domain& domain) {
  return !domain.control && domain.start == plan::Start::kBoot;
}

}  // namespace

std::vector<Step> start_steps(const plan::LaunchPlan& plan) {
  StepList list(plan);
  Indices after_hardware;
  for (const plan::Domain& domain : plan.domains) {
    if (domain.hardware && starts_at_boot(domain)) {
      list.add_building(domain, {});
      list.add_running(domain);
      after_hardware = {*list.marks(domain.domid).unpaused};
    }
  }
  // All others are built while the hardware domain boots, then they start in the plan's order.
  for (const plan::Domain& domain : plan.domains) {
    if (!domain.hardware && starts_at_boot(domain)) {
      list.add_building(domain, after_hardware);
    }
  }
  for (const plan::Domain& domain : plan.domains) {
    if (!domain.hardware && starts_at_boot(domain)) {
      list.add_running(domain);
    }
  }
  for (const plan::Domain& domain : plan.domains) {
    if (starts_at_boot(domain)) {
      list.await_ready(domain.domid);
    }
  }
  return list.take();
}

std::vector<Step> restart_steps(const plan::LaunchPlan& plan, const plan::Domain& domain) {
  StepList list(plan);
  // The domain itself, then the clients that have to start again because a disk of theirs goes away.
  std::vector<const plan::Domain*> again{&domain};
  for (const plan::Connection& connection : plan.connections) {
    const plan::Domain* client = plan::find_domain(plan, connection.frontend_domid);
    const bool listed = std::find(again.begin(), again.end(), client) != again.end();
    if (connection.backend_domid == domain.domid && connection.kind == "disk" && !listed && client != nullptr &&
        client->restart != plan::Restart::kNever) {
      again.push_back(client);
    }
  }
  const auto starts_again = [&](std::uint32_t domid) {
    return std::any_of(again.begin(), again.end(), [&](const plan::Domain* d) { return d->domid == domid; });
  };

  Indices gone;
  const std::vector<const plan::Domain*> clients_first(again.rbegin(), again.rend());
  for (const plan::Domain* one : clients_first) {
    const std::size_t destroyed = list.add(StepKind::kDestroy, one->domid, gone);
    gone = {list.add(StepKind::kForget, one->domid, {destroyed})};
  }
  for (std::size_t i = 0; i < plan.connections.size(); ++i) {
    const plan::Connection& connection = plan.connections[i];
    if (plan::xenbus_class(connection.kind) != nullptr &&
        (starts_again(connection.backend_domid) || starts_again(connection.frontend_domid))) {
      gone = {list.add_connection(StepKind::kDisconnect, connection.frontend_domid, i, gone)};
    }
  }
  for (const plan::Domain* one : again) {
    list.add_building(*one, gone);
  }
  for (const plan::Domain* one : again) {
    list.add_running(*one);
  }
  const auto ready = list.await_ready(domain.domid);
  for (std::size_t i = 0; i < plan.connections.size(); ++i) {
    const plan::Connection& connection = plan.connections[i];
    if (plan::xenbus_class(connection.kind) != nullptr && connection.backend_domid == domain.domid &&
        !starts_again(connection.frontend_domid)) {
      // While it boots, as at the start: its clients' front ends are waiting when its drivers look.
      const std::size_t connected =
          list.add_connection(StepKind::kConnect, connection.frontend_domid, i, {*list.marks(domain.domid).introduced});
      list.add_connection(StepKind::kAwaitBackEnd, connection.frontend_domid, i, {connected, *ready});
    }
  }
  for (const plan::Domain* one : again) {
    list.await_ready(one->domid);
  }
  return list.take();
}

}  // namespace bulkhead::launch
