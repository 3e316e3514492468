// The steps that wait: for a domain to be ready, a back end to be connected, the agent to answer, a number to be free.
#include <algorithm>

#include <fmt/format.h>

#include "actions.h"
#include "bulkhead/base/text.h"
#include "bulkhead/delegate/request.h"
#include "bulkhead/plan/store_paths.h"

namespace bulkhead::launch {

Result<Progress> Actions::poll(const Step& step, bool thorough) {
  if (step.kind == StepKind::kCreate) {
    return create(domain(step));
  }
  if (step.kind == StepKind::kDelegate) {
    if (thorough) {
      if (const auto alive = still_alive(plan_.host.hardware_domid); !alive) {
        return alive.error();
      }
    }
    return poll_delegation(step);
  }
  if (step.kind == StepKind::kAwaitReady) {
    const auto ready = world_.store.read(ready_path(step.domid));
    if (!ready) {
      return ready.error();
    }
    if (*ready == "1") {
      return Progress::kDone;
    }
    if (thorough) {
      if (const auto alive = still_alive(step.domid); !alive) {
        return alive.error();
      }
    }
    return Progress::kPending;
  }
  const plan::Connection& connection = connection_of(plan_, step);
  const plan::XenbusClass& device = *plan::xenbus_class(connection.kind);
  const std::string back_end = back_end_path(connection);
  const auto state = world_.store.read(back_end + "/state");
  if (!state) {
    return state.error();
  }
  // What the other domain wrote is only compared: one digit of the known ones.
  const bool waits = *state && (*state)->size() == 1 && device.ready_states.find(**state) != std::string_view::npos;
  if (!waits) {
    if (thorough) {
      if (const auto alive = still_alive(connection.backend_domid); !alive) {
        return alive.error();
      }
    }
    return Progress::kPending;
  }
  if (device.hotplug) {
    const auto hotplug = world_.store.read(back_end + "/hotplug-status");
    if (!hotplug) {
      return hotplug.error();
    }
    if (*hotplug == "error") {
      return Error(fmt::format("the hotplug of the back end's domain reports an error in {}", back_end));
    }
    return *hotplug == "connected" ? Progress::kDone : Progress::kPending;
  }
  return Progress::kDone;
}

std::string Actions::awaited(const Step& step) {
  if (step.kind == StepKind::kCreate) {
    return fmt::format("the domain that had number {} is still dying: another one maps its memory", step.domid);
  }
  if (step.kind == StepKind::kDelegate) {
    return fmt::format("the agent in domain {} did not answer {}", plan_.host.hardware_domid, delegation_path(step));
  }
  if (step.kind == StepKind::kAwaitReady) {
    return fmt::format("{} was never set to 1; the domain's console says how far it came", ready_path(step.domid));
  }
  const std::string back_end = back_end_path(connection_of(plan_, step));
  const auto value = [&](std::string_view node) {
    const auto read = world_.store.read(fmt::format("{}/{}", back_end, node));
    return read && *read ? quoted(std::string_view(**read).substr(0, 32)) : std::string("missing");
  };
  return fmt::format("{}: state is {}, hotplug-status is {}", back_end, value("state"), value("hotplug-status"));
}

Result<Progress> Actions::poll_delegation(const Step& step) {
  const auto text = world_.store.read(delegation_path(step) + "/answer");
  if (!text) {
    return text.error();
  }
  const auto answer = *text ? delegate::parse_answer(**text) : std::nullopt;
  if (!answer || answer->number != states_.at(step.domid).request) {
    return Progress::kPending;
  }
  if (answer->refused) {
    return Error(fmt::format("the agent in domain {} refuses it: {}", plan_.host.hardware_domid, *answer->refused));
  }
  return Progress::kDone;
}

Result<void> Actions::still_alive(std::uint32_t domid) {
  const auto domains = world_.hypervisor.domains();
  if (!domains) {
    return domains.error();
  }
  const auto found = std::find_if(domains->begin(), domains->end(),
                                  [&](const hypervisor::DomainFacts& facts) { return facts.domid == domid; });
  if (found == domains->end()) {
    return Error(fmt::format("domain {} is gone", domid));
  }
  if (found->state == hypervisor::RunState::kShutdown || found->state == hypervisor::RunState::kDying) {
    return Error(
        fmt::format("domain {} {} while it was waited for", domid, found->shutdown_code == 3 ? "crashed" : "stopped"));
  }
  return {};
}

}  // namespace bulkhead::launch
