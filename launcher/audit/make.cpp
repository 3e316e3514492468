#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "bulkhead/audit/audit.h"
#include "parts.h"

namespace bulkhead::audit {

namespace {

std::size_t column_of(const plan::Domain& domain) {
  if (domain.control) {
    return 0;
  }
  if (domain.hardware) {
    return 1;
  }
  return domain.guest ? 3 : 2;
}

UsageFigures figures_of(const UsageOfDomain& usage) {
  UsageFigures figures{usage.granted, usage.used, usage.kept, usage.not_traced, {}};
  std::map<std::tuple<std::string_view, std::string_view, std::string_view>, std::set<std::string>> grouped;
  for (const UnusedPermission& each : usage.unused) {
    grouped[{each.access_class, each.permission, each.reason}].insert(each.target);
  }
  for (const auto& [key, targets] : grouped) {
    figures.unused.push_back({std::string(std::get<0>(key)),
                              std::string(std::get<1>(key)),
                              {targets.begin(), targets.end()},
                              std::string(std::get<2>(key))});
  }
  return figures;
}

std::size_t running_permissions(const Index& index, std::size_t domain) {
  PermissionSets sets;
  for (const Privilege& entry : index.privileges(domain)) {
    if (index.source(entry, domain).kind == LabelKind::kRunning) {
      add_permissions(sets, entry);
    }
  }
  return permission_count(sets);
}

void set_powers(DomainAudit& audit, const HeldPowers& held) {
  const auto powers = page::powers();
  for (std::size_t i = 0; i < powers.size(); ++i) {
    if (!held.running[i]) {
      (held.booting[i] ? audit.cannot_sealed : audit.cannot).emplace_back(powers[i].what);
    }
  }
}

DomainAudit audit_domain(const Index& index, std::size_t place, const HeldPowers& held) {
  const plan::Domain& domain = index.plan().domains[place];
  DomainAudit audit;
  audit.name = domain.name;
  audit.family = domain.family;
  audit.domid = domain.domid;
  audit.role = domain.role;
  audit.label = domain.label;
  audit.origin = domain.origin;
  audit.column = column_of(domain);
  for (const plan::Device& device : index.plan().devices) {
    if (device.owner_domid == domain.domid) {
      audit.devices.push_back(device.name);
    }
  }
  audit.compared = compare_domain(index, place);
  audit.can = statements_of(index, place);
  audit.permissions = running_permissions(index, place);
  set_powers(audit, held);
  for (const DomainPrivileges& each : index.inputs().privileges.domains) {
    if (each.name == domain.name) {
      audit.unreviewed = each.unreviewed;
    }
  }
  const auto& findings = index.inputs().observed.findings;
  for (std::size_t i = 0; i < findings.size(); ++i) {
    if (findings[i].domain == domain.name) {
      audit.findings.push_back(i);
    }
  }
  if (const Usage* usage = index.inputs().usage) {
    for (const UsageOfDomain& each : usage->domains) {
      if (each.name == domain.name) {
        audit.usage = figures_of(each);
      }
    }
  }
  return audit;
}

std::vector<PowerHolders> power_table(const Index& index, const std::vector<HeldPowers>& held) {
  std::vector<PowerHolders> table;
  for (std::size_t i = 0; i < page::powers().size(); ++i) {
    std::vector<std::size_t> running;
    std::vector<std::size_t> booting;
    for (std::size_t domain = 0; domain < held.size(); ++domain) {
      if (held[domain].running[i]) {
        running.push_back(domain);
      } else if (held[domain].booting[i]) {
        booting.push_back(domain);
      }
    }
    table.push_back({std::string(page::powers()[i].what), index.names(running), index.names(booting),
                     index.names_text(running), index.names_text(booting)});
  }
  return table;
}

std::vector<ConnectionAudit> connections_of(const Index& index) {
  std::vector<ConnectionAudit> connections;
  for (const plan::Connection& connection : index.plan().connections) {
    const auto server = index.domain(connection.backend_domid);
    const auto client = index.domain(connection.frontend_domid);
    if (server && client) {
      connections.push_back({connection.kind, index.name(*server), index.name(*client), connection.origin});
    }
  }
  return connections;
}

std::vector<Risk> risks_of(const Privileges& privileges) {
  std::vector<Risk> risks;
  for (const Accepted& accepted : privileges.accepted) {
    std::vector<std::string> about;
    if (!accepted.domains.empty()) {
      about.push_back(fmt::format("domains {}", fmt::join(accepted.domains, ", ")));
    }
    if (!accepted.devices.empty()) {
      about.push_back(fmt::format("devices {}", fmt::join(accepted.devices, ", ")));
    }
    risks.push_back({accepted.finding, about.empty() ? "the host" : fmt::format("{}", fmt::join(about, "; ")),
                     accepted.reason, accepted.origin});
  }
  return risks;
}

}  // namespace

Audit make_audit(const Inputs& inputs) {
  const Index index(inputs);
  Audit audit;
  set_summary(audit, index);
  std::vector<HeldPowers> held;
  held.reserve(inputs.plan.domains.size());
  for (std::size_t i = 0; i < inputs.plan.domains.size(); ++i) {
    held.push_back(powers_of(index, i));
    audit.domains.push_back(audit_domain(index, i, held.back()));
  }
  auto holders = holders_over(index);
  const auto unrelated = count_unrelated(index);
  for (std::size_t i = 0; i < audit.domains.size(); ++i) {
    audit.domains[i].held_by = std::move(holders[i]);
    audit.domains[i].unrelated = unrelated[i];
  }
  audit.powers = power_table(index, held);
  audit.devices = compare_devices(index);
  audit.connections = connections_of(index);
  audit.matrix = matrix_of(index);
  audit.risks = risks_of(inputs.privileges);
  audit.has_usage = inputs.usage != nullptr;
  return audit;
}

}  // namespace bulkhead::audit
