#include "bulkhead/delegate/agent.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

namespace bulkhead::delegate {

namespace {

using hypervisor::Hypervisor;
using hypervisor::Xenstore;

Result<void> give_all(const plan::DelegatedDevice& device, Hypervisor& hypervisor) {
  for (const plan::Range& frames : device.iomem) {
    // resource add_iomem on the frames' label: the owner maps its device's registers.
    if (auto given = hypervisor.allow_iomem(device.owner_domid, {frames.first, frames.last}); !given) {
      return given;
    }
  }
  for (const plan::Range& ports : device.ioports) {
    // resource add_ioport on the ports' label.
    if (auto given = hypervisor.allow_ioports(device.owner_domid, {ports.first, ports.last}); !given) {
      return given;
    }
  }
  for (const std::uint32_t irq : device.irqs) {
    // resource add_irq on the interrupt's label; message-signalled ones come with pciback.
    if (auto given = hypervisor.map_irq(device.owner_domid, irq); !given) {
      return given;
    }
  }
  return {};
}

// Why not; nothing: it is given.
std::optional<std::string> give(const plan::DelegationList& list, const std::string& name, const Request& request,
                                Hypervisor& hypervisor) {
  const auto device = std::find_if(list.devices.begin(), list.devices.end(),
                                   [&](const plan::DelegatedDevice& candidate) { return candidate.name == name; });
  if (device == list.devices.end()) {
    return "no such device in the list";
  }
  if (device->owner_domid != request.domid) {
    return fmt::format("the list gives it to domain {}, not to domain {}", device->owner_domid, request.domid);
  }
  const auto given = give_all(*device, hypervisor);
  return given ? std::nullopt : std::optional(given.error().message());
}

Result<void> answer(const plan::DelegationList& list, const std::string& name, Hypervisor& hypervisor, Xenstore& store,
                    const Log& log) {
  const std::string path = folder(list.hardware_domid) + "/" + name;
  const auto asked = store.read(path + "/request");
  const auto answered = asked ? store.read(path + "/answer") : asked;
  if (!answered) {
    return answered.error();
  }
  const auto parsed = parse_request(asked->value_or(""));
  if (!parsed) {
    return {};
  }
  const Request request = *parsed;
  const auto last = parse_answer(answered->value_or(""));
  if (last && last->number == request.number) {
    return {};
  }
  const Answer reply{request.number, give(list, name, request, hypervisor)};
  log(fmt::format("device {} for domain {}: {}", name, request.domid,
                  reply.refused ? "refused: " + *reply.refused : "given"));
  return store.write({{path + "/answer", to_text(reply), {list.hardware_domid, {}, {}}}});
}

}  // namespace

Result<void> answer_requests(const plan::DelegationList& list, Hypervisor& hypervisor, Xenstore& store,
                             const Log& log) {
  const auto names = store.list(folder(list.hardware_domid));
  if (!names) {
    return names.error();
  }
  if (!*names) {
    return {};  // nobody has asked for anything yet
  }
  for (const std::string& name : **names) {
    if (auto done = answer(list, name, hypervisor, store, log); !done) {
      return done;
    }
  }
  return {};
}

}  // namespace bulkhead::delegate
