#include "statements.h"

#include <algorithm>

#include <fmt/format.h>

namespace bulkhead::analysis {
namespace {

struct Declared {
  const model::Link* first = nullptr;
  std::set<std::string> clients;  // families of the second ends
};

// Instances of one family are one client.
std::string words_of(const model::Model& model, const Declared& declared) {
  const std::string server = model.at(declared.first->ends[0]).family;
  std::string clients;
  for (const std::string& client : declared.clients) {
    clients += (clients.empty() ? "" : ", ") + client;
  }
  return fmt::format("{} of {} and {}", declared.first->kind->name, server, clients);
}

}  // namespace

std::string_view name(StatementKind kind) {
  switch (kind) {
    case StatementKind::kConnection:
      return "connection";
    case StatementKind::kRole:
      return "role";
    case StatementKind::kDevice:
      return "device";
  }
  return {};
}

Coverage::Coverage(const model::Model& model, const catalogue::Catalogue& catalogue) {
  std::map<std::pair<Span, std::string_view>, Declared> declared;
  for (const model::Link& link : model.links) {
    if (link.declared) {
      Declared& entry = declared[{link.origin, link.kind->name}];
      entry.first = entry.first != nullptr ? entry.first : &link;
      entry.clients.insert(model.at(link.ends[1]).family);
    }
  }
  for (const auto& [key, entry] : declared) {
    connections_[{key.second, key.first}] = statements_.size();
    statements_.push_back({StatementKind::kConnection, words_of(model, entry), key.first});
  }
  std::map<Span, const model::Domain*> domains;  // one of each family
  for (const model::Domain& domain : model.domains) {
    domains.emplace(domain.span, &domain);
  }
  for (const auto& [span, domain] : domains) {
    for (const catalogue::Role* role : catalogue.lineage(domain->role)) {
      for (const catalogue::Rule& rule : role->rules) {
        roles_[{&rule, span}] = statements_.size();
      }
    }
    statements_.push_back({StatementKind::kRole, fmt::format("{} of {}", domain->role, domain->family), span});
  }
  for (const model::Device& device : model.devices) {
    device_place_.push_back(statements_.size());
    statements_.push_back({StatementKind::kDevice, device.name, device.span});
  }
}

void Coverage::look_at(const privilege::Grant& grant) {
  if (const auto role = roles_.find({grant.rule, grant.origin}); role != roles_.end()) {
    see(role->second);
  } else if (const auto link = connections_.find({grant.via, grant.origin}); link != connections_.end()) {
    see(link->second);
  }
}

}  // namespace bulkhead::analysis
