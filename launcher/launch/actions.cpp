#include "actions.h"

#include <algorithm>

#include <fmt/format.h>

#include "bulkhead/base/check.h"
#include "bulkhead/base/text.h"
#include "bulkhead/delegate/request.h"
#include "bulkhead/plan/store_paths.h"

namespace bulkhead::launch {
namespace {

Result<Progress> done(const Result<void>& outcome) {
  if (!outcome) {
    return outcome.error();
  }
  return Progress::kDone;
}

const plan::Device& device_of(const plan::LaunchPlan& plan, const Step& step) {
  BULKHEAD_CHECK(step.device && *step.device < plan.devices.size(), "a step about a device names one of the plan");
  return plan.devices[*step.device];
}

const plan::Connection& connection_of(const plan::LaunchPlan& plan, const Step& step) {
  BULKHEAD_CHECK(step.connection && *step.connection < plan.connections.size(),
                 "a step about a connection names one of the plan");
  return plan.connections[*step.connection];
}

hypervisor::ContainerType container(plan::DomainType type) {
  return type == plan::DomainType::kPv ? hypervisor::ContainerType::kPv : hypervisor::ContainerType::kPvh;
}

hypervisor::Range range(const plan::Range& range) {
  return {range.first, range.last};
}

}  // namespace

Actions::Actions(const plan::LaunchPlan& plan, Images& images, const World& world, const PerformOptions& options)
    : plan_(plan), images_(images), world_(world), options_(options) {
  for (const plan::Domain& domain : plan.domains) {
    states_[domain.domid];
  }
}

const plan::Domain& Actions::domain(const Step& step) const {
  const plan::Domain* found = plan::find_domain(plan_, step.domid);
  BULKHEAD_CHECK(found != nullptr, "a step names a domain of the plan");
  return *found;
}

Result<Progress> Actions::run(const Step& step) {
  switch (step.kind) {
    case StepKind::kCreate:
      return done(world_.hypervisor.create(shell(domain(step))));
    case StepKind::kTakeDomainEnds:
      return done(world_.hypervisor.send_domain_ends_to(step.domid));
    case StepKind::kBuild:
      return done(build(domain(step)));
    case StepKind::kRelabel:
      return done(relabel(domain(step)));
    case StepKind::kPublish:
      return done(world_.store.write(domain_nodes(domain(step), states_.at(step.domid).rings)));
    case StepKind::kIntroduce:
      return done(introduce(domain(step)));
    case StepKind::kDelegate:
      return delegate(step);
    case StepKind::kAssign: {
      const auto sbdf = hypervisor::parse_sbdf(device_of(plan_, step).sbdf.value_or(""));
      BULKHEAD_CHECK(sbdf.has_value(), "the plan's reader takes well-formed addresses only");
      return done(world_.hypervisor.assign_device(step.domid, *sbdf));
    }
    case StepKind::kConnect:
      return done(world_.store.write(connection_nodes(plan_, connection_of(plan_, step))));
    case StepKind::kAwaitReady:
    case StepKind::kAwaitBackEnd:
      return Progress::kPending;
    case StepKind::kVerify:
      return done(verify(domain(step)));
    case StepKind::kUnpause:
      return done(world_.hypervisor.unpause(step.domid));
    case StepKind::kDestroy:
      return done(destroy(domain(step)));
    case StepKind::kForget:
      return done(world_.store.remove(domain_path(step.domid)));
    case StepKind::kDisconnect:
      return done(disconnect(connection_of(plan_, step)));
  }
  BULKHEAD_CHECK(false, "a step's kind is one of its enumerators");
}

Result<Progress> Actions::poll(const Step& step, bool thorough) {
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

Result<void> Actions::undo(const Step& step) {
  switch (step.kind) {
    case StepKind::kCreate:
      if (domain(step).hardware) {
        return Error("Xen cannot lose its hardware domain: it stays, paused or running; reboot the host");
      }
      return world_.hypervisor.destroy(step.domid);
    case StepKind::kPublish:  // the hardware domain stays, and with it what its kernel knows
      return domain(step).hardware ? Result<void>() : world_.store.remove(domain_path(step.domid));
    case StepKind::kConnect:
      return disconnect(connection_of(plan_, step));
    case StepKind::kDelegate:
      return plan_.host.shape == plan::Shape::kSplit ? world_.store.remove(delegation_path(step)) : Result<void>();
    case StepKind::kTakeDomainEnds:
    case StepKind::kBuild:
    case StepKind::kRelabel:
    case StepKind::kIntroduce:
    case StepKind::kAwaitReady:
    case StepKind::kAssign:
    case StepKind::kAwaitBackEnd:
    case StepKind::kVerify:
    case StepKind::kUnpause:
    case StepKind::kDestroy:
    case StepKind::kForget:
    case StepKind::kDisconnect:
      return {};
  }
  BULKHEAD_CHECK(false, "a step's kind is one of its enumerators");
}

hypervisor::NewDomain Actions::shell(const plan::Domain& domain) const {
  BULKHEAD_CHECK(domain.building_label.has_value(), "every domain but control has a building label");
  hypervisor::NewDomain shell;
  shell.domid = domain.domid;
  shell.label = *domain.building_label;
  shell.type = container(domain.type);
  const bool owns = std::any_of(plan_.devices.begin(), plan_.devices.end(), [&](const plan::Device& device) {
    return device.owner_domid == domain.domid && device.sbdf.has_value();
  });
  shell.uses_devices = (domain.hardware || owns) && plan_.host.iommu != plan::IommuStrength::kNone;
  shell.runs_xenstore = domain.domid == plan_.host.xenstore_domid;
  shell.memory_kib = domain.memory_kib;
  shell.vcpus = domain.vcpus;
  shell.max_grant_frames = domain.max_grant_frames;
  shell.max_maptrack_frames = domain.max_maptrack_frames;
  shell.max_event_channels = domain.max_event_channels;
  if (domain.placement) {
    shell.node = domain.placement->node;
    if (domain.placement->cpus) {
      shell.cpus = range(*domain.placement->cpus);
    }
  }
  return shell;
}

Result<void> Actions::build(const plan::Domain& domain) {
  hypervisor::Image image;
  image.command_line = domain.command_line;
  image.initial_domain = domain.hardware;
  const auto kernel = images_.get(domain.kernel.value_or(""));
  if (!kernel) {
    return kernel.error();
  }
  image.kernel = *kernel;
  if (domain.ramdisk) {
    const auto ramdisk = images_.get(*domain.ramdisk);
    if (!ramdisk) {
      return ramdisk.error();
    }
    image.ramdisk = *ramdisk;
  }
  Rings& rings = states_.at(domain.domid).rings;
  if (domain.xenstore_domid) {
    // event create on the channel of the pair, whose label both building and running domain get.
    const auto port = world_.hypervisor.allocate_port(domain.domid, *domain.xenstore_domid);
    if (!port) {
      return port.error();
    }
    rings.xenstore_port = *port;
    image.xenstore_domid = *domain.xenstore_domid;
    image.xenstore_port = *port;
  }
  if (domain.console_domid) {
    const auto port = world_.hypervisor.allocate_port(domain.domid, *domain.console_domid);
    if (!port) {
      return port.error();
    }
    rings.console_port = *port;
    image.console_domid = domain.console_domid;
    image.console_port = *port;
  }
  const auto built = world_.hypervisor.build(shell(domain), image);
  if (!built) {
    return built.error();
  }
  rings.xenstore_frame = built->xenstore_frame;
  rings.console_frame = built->console_frame;
  return {};
}

Result<void> Actions::relabel(const plan::Domain& domain) {
  const auto sid = world_.hypervisor.sid_of(domain.label);
  if (!sid) {
    return sid.error();
  }
  // domain2 relabelfrom the building label, relabelto the running one; domain transition between the two.
  return world_.hypervisor.relabel(domain.domid, *sid);
}

Result<void> Actions::introduce(const plan::Domain& domain) {
  if (!domain.xenstore_domid) {
    return {};
  }
  const Rings& rings = states_.at(domain.domid).rings;
  return world_.store.introduce(domain.domid, rings.xenstore_frame, rings.xenstore_port);
}

std::string Actions::delegation_path(const Step& step) const {
  return fmt::format("{}/{}", delegate::folder(plan_.host.hardware_domid), device_of(plan_, step).name);
}

Result<Progress> Actions::delegate(const Step& step) {
  const plan::Device& device = device_of(plan_, step);
  if (plan_.host.shape == plan::Shape::kClassic) {
    return done(give(domain(step), device));
  }
  const delegate::Request request{static_cast<std::uint64_t>(world_.machine.now().count()), step.domid};
  states_.at(step.domid).request = request.number;
  const hypervisor::NodeAccess agents{plan_.host.hardware_domid, {}, {}};
  const std::string path = delegation_path(step);
  const auto written = world_.store.write({{path, "", agents}, {path + "/request", to_text(request), agents}});
  if (!written) {
    return written.error();
  }
  return Progress::kPending;
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

Result<void> Actions::give(const plan::Domain& domain, const plan::Device& device) {
  for (const plan::Range& frames : device.iomem) {
    if (auto given = world_.hypervisor.allow_iomem(domain.domid, range(frames)); !given) {
      return given;
    }
  }
  for (const plan::Range& ports : device.ioports) {
    if (auto given = world_.hypervisor.allow_ioports(domain.domid, range(ports)); !given) {
      return given;
    }
  }
  for (const std::uint32_t irq : device.irqs) {
    if (auto given = world_.hypervisor.map_irq(domain.domid, irq); !given) {
      return given;
    }
  }
  return {};
}

Result<void> Actions::verify(const plan::Domain& domain) {
  const auto findings = verify::verify_paused_domain(plan_, domain, options_.scope, world_.hypervisor);
  if (!findings) {
    return findings.error();
  }
  if (findings->empty()) {
    return {};
  }
  std::vector<std::string> lines;
  for (const verify::Finding& finding : *findings) {
    lines.push_back(to_text(finding));
  }
  return Error("the hypervisor says otherwise:\n" + join(lines, ""));
}

Result<void> Actions::destroy(const plan::Domain& domain) {
  const auto domains = world_.hypervisor.domains();
  if (!domains) {
    return domains.error();
  }
  const bool there = std::any_of(domains->begin(), domains->end(),
                                 [&](const hypervisor::DomainFacts& facts) { return facts.domid == domain.domid; });
  return there ? world_.hypervisor.destroy(domain.domid) : Result<void>();
}

Result<void> Actions::disconnect(const plan::Connection& connection) {
  const auto front = world_.store.remove(front_end_path(connection));
  const auto back = world_.store.remove(back_end_path(connection));
  return front ? back : front;
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
