// Who serves each domain's console: its own `console:`, a declared connection, or the console domain, else the control
// domain.
#include <fmt/core.h>

#include "bulkhead/base/text.h"
#include "resolution.h"

namespace bulkhead::model {
namespace {

constexpr std::string_view kNone = "none";

// The only console domain, else the control domain.
DomainId standard_server(const Resolution& resolution) {
  DomainRange found;
  for (const Family& family : resolution.families) {
    if (!is_a(resolution.inputs.catalogue, family, "console")) continue;
    found = {family.domains.first, found.count + family.domains.count};
  }
  return found.count == 1 ? found.first : resolution.model.control;
}

// The console of control and hardware is the machine's; xenstore and console domains run before anybody could serve
// theirs.
bool has_none_by_itself(const Resolution& resolution, const Family& family) {
  const Domain& domain = resolution.model.at(family.domains.first);
  return domain.is_control || domain.is_hardware || is_a(resolution.inputs.catalogue, family, "control") ||
         is_a(resolution.inputs.catalogue, family, "hardware") ||
         is_a(resolution.inputs.catalogue, family, "xenstore") || is_a(resolution.inputs.catalogue, family, "console");
}

void take_connection(Resolution& resolution, const spec::Connection& connection, std::vector<Span>& origins) {
  const auto server = refer_to_one(resolution, connection.first);
  for (const spec::Text& name : connection.second) {
    const DomainRange clients = refer(resolution, name);
    for (std::uint32_t i = 0; i < clients.count; ++i) {
      Domain& client = resolution.model.domains[index(clients[i])];
      Span& origin = origins[index(clients[i])];
      if (origin.is_known()) {
        resolution.diagnostics
            .error(DiagnosticId::kTwoConsoles, name.span, fmt::format("`{}` has a console already", client.name))
            .notes.push_back({origin, "it is given here"});
        break;
      }
      origin = connection.span;
      client.console_is_default = false;
      if (server) client.console = *server;
    }
  }
}

}  // namespace

std::vector<Span> settle_consoles(Resolution& resolution) {
  Model& model = resolution.model;
  std::vector<Span> origins(model.domains.size());
  for (const Family& family : resolution.families) {
    if (!family.entry->console) continue;
    const spec::Text& name = *family.entry->console;
    const auto server = name.value == kNone ? std::nullopt : refer_to_one(resolution, name);
    for (std::uint32_t i = 0; i < family.domains.count; ++i) {
      Domain& domain = model.domains[index(family.domains[i])];
      domain.console = server;
      domain.console_is_default = false;
      origins[index(family.domains[i])] = name.span;
    }
  }
  for (const spec::Connection& connection : resolution.inputs.spec.connections) {
    if (connection.kind.value == "console") take_connection(resolution, connection, origins);
  }
  const DomainId standard = standard_server(resolution);
  for (const Family& family : resolution.families) {
    if (standard == kNoDomain || has_none_by_itself(resolution, family)) continue;
    for (std::uint32_t i = 0; i < family.domains.count; ++i) {
      Domain& domain = model.domains[index(family.domains[i])];
      if (domain.console_is_default) domain.console = standard;
    }
  }
  return origins;
}

}  // namespace bulkhead::model
