#include <algorithm>
#include <array>
#include <tuple>

#include "parts.h"

namespace bulkhead::plan {

namespace {

// What the served end of a connection waits for. Kinds that are not here do not make anybody wait: both ends cope with
// the other one coming later (channel, argo, observe), or the builder itself is the serving end.
struct Waiting {
  std::string_view kind;
  GateKind gate;
};

constexpr std::array<Waiting, 8> kWaiting = {{
    {"console", GateKind::kBackEndReady},
    {"device-model", GateKind::kDomainReady},
    {"disk", GateKind::kBackEndReady},
    {"network", GateKind::kBackEndReady},
    {"passthrough", GateKind::kDomainReady},
    {"pci", GateKind::kBackEndReady},
    {"vtpm", GateKind::kBackEndReady},
    {"xenstore", GateKind::kDomainReady},
}};

const Waiting* find_waiting(std::string_view kind) {
  const auto found = std::find_if(kWaiting.begin(), kWaiting.end(), [&](const Waiting& w) { return w.kind == kind; });
  return found == kWaiting.end() ? nullptr : found;
}

auto key(const Gate& gate) {
  return std::tie(gate.domid, gate.awaited_domid, gate.kind, gate.connection);
}

}  // namespace

std::vector<Gate> make_gates(const model::Model& model) {
  std::vector<std::size_t> place(model.domains.size(), 0);
  for (std::size_t i = 0; i < model.start_order.size(); ++i) {
    place[model::index(model.start_order[i])] = i;
  }
  std::vector<Gate> gates;
  const auto add = [&](model::DomainId domain, GateKind kind, model::DomainId awaited,
                       std::optional<std::string> connection) {
    // The control domain runs already; whoever starts later cannot be waited for.
    if (awaited != model.control && place[model::index(awaited)] < place[model::index(domain)]) {
      gates.push_back({domid_of(model, domain), kind, domid_of(model, awaited), std::move(connection)});
    }
  };
  for (const model::Link& link : model.links) {
    if (const Waiting* waiting = find_waiting(link.kind->name)) {
      const bool named = waiting->gate == GateKind::kBackEndReady;
      add(link.ends[1], waiting->gate, link.ends[0], named ? std::optional(link.kind->name) : std::nullopt);
    }
  }
  for (const model::DomainId id : model.start_order) {
    for (const model::DomainId awaited : model.at(id).after) {
      add(id, GateKind::kDomainReady, awaited, std::nullopt);
    }
  }
  std::sort(gates.begin(), gates.end(), [](const Gate& a, const Gate& b) { return key(a) < key(b); });
  gates.erase(std::unique(gates.begin(), gates.end()), gates.end());
  return gates;
}

}  // namespace bulkhead::plan
