#include "consistency.h"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <tuple>

#include <fmt/format.h>

namespace bulkhead::plan {

namespace {

using Fault = std::optional<std::string>;

// Built once; the checks look things up here.
struct Index {
  std::map<std::uint32_t, std::size_t> domains;  // domid to place in the start order
  std::map<std::string_view, const Device*> devices;
  std::set<std::string_view> labels;
  std::set<std::string_view> files;
};

std::string at(std::string_view list, std::size_t i, std::string_view key) {
  return key.empty() ? fmt::format("{}[{}]", list, i) : fmt::format("{}[{}].{}", list, i, key);
}

Fault unknown_domid(const Index& index, const std::string& path, std::uint32_t domid) {
  if (index.domains.contains(domid)) {
    return {};
  }
  return fmt::format("{}: no domain of the plan has the number {}", path, domid);
}

Fault unknown_domid(const Index& index, const std::string& path, const std::optional<std::uint32_t>& domid) {
  return domid ? unknown_domid(index, path, *domid) : Fault{};
}

Fault unknown_label(const Index& index, const std::string& path, const std::optional<std::string>& label) {
  if (!label || index.labels.contains(*label)) {
    return {};
  }
  return fmt::format("{}: `{}` is not among expectations.labels", path, *label);
}

Fault unknown_file(const Index& index, const std::string& path, const std::optional<std::string>& file) {
  if (!file || index.files.contains(*file)) {
    return {};
  }
  return fmt::format("{}: `{}` is not among digests.files", path, *file);
}

Fault first_of(std::initializer_list<Fault> faults) {
  for (const Fault& fault : faults) {
    if (fault) {
      return fault;
    }
  }
  return {};
}

Fault check_digest(const FileDigest& file, const std::string& path) {
  if (file.sha256.has_value() == file.reason.has_value()) {
    return fmt::format("{}: either a digest or a reason why there is none", path);
  }
  return {};
}

Fault index_files(const LaunchPlan& plan, Index& index) {
  if (plan.digests.inventory) {
    if (auto fault = check_digest(*plan.digests.inventory, "digests.inventory")) {
      return fault;
    }
  }
  const auto& files = plan.digests.files;
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (auto fault = check_digest(files[i], at("digests.files", i, ""))) {
      return fault;
    }
    if (i != 0 && files[i - 1].path >= files[i].path) {
      return fmt::format("{}: not sorted, or twice", at("digests.files", i, "path"));
    }
    index.files.insert(files[i].path);
  }
  return {};
}

Fault index_labels(const Expectations& expected, Index& index) {
  for (std::size_t i = 0; i < expected.labels.size(); ++i) {
    if (i != 0 && expected.labels[i - 1] >= expected.labels[i]) {
      return fmt::format("{}: not sorted, or twice", at("expectations.labels", i, ""));
    }
    index.labels.insert(expected.labels[i]);
  }
  return {};
}

Fault index_domains(const LaunchPlan& plan, Index& index) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < plan.domains.size(); ++i) {
    const Domain& domain = plan.domains[i];
    if (!index.domains.emplace(domain.domid, i).second) {
      return fmt::format("{}: {} stands twice", at("domains", i, "domid"), domain.domid);
    }
    if (!names.insert(domain.name).second) {
      return fmt::format("{}: `{}` stands twice", at("domains", i, "name"), domain.name);
    }
  }
  for (std::size_t i = 0; i < plan.devices.size(); ++i) {
    if (!index.devices.emplace(plan.devices[i].name, &plan.devices[i]).second) {
      return fmt::format("{}: `{}` stands twice", at("devices", i, "name"), plan.devices[i].name);
    }
  }
  return {};
}

Fault check_host(const LaunchPlan& plan, const Index& index) {
  const Host& host = plan.host;
  if ((host.shape == Shape::kClassic) != (host.hardware_domid == host.control_domid)) {
    return "host.hardware_domid: domain 0 on a classic host, another one on a split host";
  }
  if (plan.domains.empty() || !plan.domains.front().control) {
    return "domains: the control domain is not the first";
  }
  return first_of({unknown_domid(index, "host.hardware_domid", host.hardware_domid),
                   unknown_domid(index, "host.xenstore_domid", host.xenstore_domid)});
}

Fault check_domain(const LaunchPlan& plan, const Index& index, std::size_t i) {
  const Domain& domain = plan.domains[i];
  const auto path = [&](std::string_view key) { return at("domains", i, key); };
  if (domain.control != (domain.domid == plan.host.control_domid)) {
    return path("control") + ": true of domain 0 and of no other";
  }
  if (domain.hardware != (domain.domid == plan.host.hardware_domid)) {
    return path("hardware") + ": does not agree with host.hardware_domid";
  }
  if (domain.booting_label.has_value() != domain.control || domain.building_label.has_value() == domain.control) {
    return path("building_label") + ": the control domain has a booting label, every other one a building label";
  }
  if (domain.xenstore_domid.has_value() == (domain.domid == plan.host.xenstore_domid) ||
      domain.xenstore_domid.value_or(plan.host.xenstore_domid) != plan.host.xenstore_domid) {
    return path("xenstore_domid") + ": does not agree with host.xenstore_domid";
  }
  if (domain.placement && domain.placement->near && !index.devices.contains(*domain.placement->near)) {
    return fmt::format("{}: no device `{}`", path("placement.near"), *domain.placement->near);
  }
  return first_of({unknown_label(index, path("label"), domain.label),
                   unknown_label(index, path("booting_label"), domain.booting_label),
                   unknown_label(index, path("building_label"), domain.building_label),
                   unknown_file(index, path("kernel"), domain.kernel),
                   unknown_file(index, path("ramdisk"), domain.ramdisk),
                   unknown_domid(index, path("console_domid"), domain.console_domid),
                   unknown_domid(index, path("target_domid"), domain.target_domid)});
}

Fault check_device(const LaunchPlan& plan, const Index& index, std::size_t i) {
  const Device& device = plan.devices[i];
  return first_of({unknown_domid(index, at("devices", i, "owner_domid"), device.owner_domid),
                   unknown_label(index, at("devices", i, "label"), device.label)});
}

Fault check_part(const Connection& connection, std::size_t i, std::string_view kind, bool present) {
  if ((connection.kind == kind) == present) {
    return {};
  }
  return fmt::format("{}: the connection is of kind `{}`", at("connections", i, kind), connection.kind);
}

Fault check_connection(const LaunchPlan& plan, const Index& index, std::size_t i) {
  const Connection& connection = plan.connections[i];
  if (auto fault = first_of({unknown_domid(index, at("connections", i, "backend_domid"), connection.backend_domid),
                             unknown_domid(index, at("connections", i, "frontend_domid"), connection.frontend_domid),
                             unknown_label(index, at("connections", i, "channel_label"), connection.channel_label),
                             check_part(connection, i, "network", connection.network.has_value()),
                             check_part(connection, i, "disk", connection.disk.has_value()),
                             check_part(connection, i, "channel", connection.channel.has_value()),
                             check_part(connection, i, "passthrough", connection.passthrough.has_value())})) {
    return fault;
  }
  if (connection.passthrough) {
    const auto device = index.devices.find(connection.passthrough->device);
    if (device == index.devices.end() || device->second->owner_domid != connection.frontend_domid) {
      return fmt::format("{}: `{}` is no device of domain {}", at("connections", i, "passthrough.device"),
                         connection.passthrough->device, connection.frontend_domid);
    }
  }
  return {};
}

Fault check_gate(const LaunchPlan& plan, const Index& index, std::size_t i) {
  const Gate& gate = plan.gates[i];
  if (auto fault = first_of({unknown_domid(index, at("gates", i, "domid"), gate.domid),
                             unknown_domid(index, at("gates", i, "awaited_domid"), gate.awaited_domid)})) {
    return fault;
  }
  if (index.domains.at(gate.awaited_domid) >= index.domains.at(gate.domid)) {
    return fmt::format("{}: domain {} is started after domain {}, which would wait for ever", at("gates", i, ""),
                       gate.awaited_domid, gate.domid);
  }
  if (gate.connection.has_value() != (gate.kind == GateKind::kBackEndReady)) {
    return at("gates", i, "connection") + ": named exactly when a back end is awaited";
  }
  return {};
}

Fault check_classes(const Expectations& expected) {
  for (std::size_t i = 0; i < expected.classes.size(); ++i) {
    const auto& permissions = expected.classes[i].permissions;
    if (permissions.size() > 32) {
      return at("expectations.classes", i, "permissions") + ": more than 32";
    }
    if (std::set<std::string_view>(permissions.begin(), permissions.end()).size() != permissions.size()) {
      return at("expectations.classes", i, "permissions") + ": one stands twice";
    }
  }
  for (std::size_t i = 0; i < expected.initial_sids.size(); ++i) {
    if (expected.initial_sids[i].label >= expected.labels.size()) {
      return at("expectations.initial_sids", i, "label") + ": there is no such label";
    }
  }
  return {};
}

template <typename Row>
bool is_after(const Row& row, const Row& earlier) {
  return std::tie(row.source, row.target, row.access_class) >
         std::tie(earlier.source, earlier.target, earlier.access_class);
}

// What is true of cells and transitions alike.
template <typename Row>
Fault check_rows(const Expectations& expected, const std::vector<Row>& rows, std::string_view list) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Row& row = rows[i];
    if (row.source >= expected.labels.size() || row.target >= expected.labels.size()) {
      return at(list, i, "") + ": there is no such label";
    }
    if (row.access_class == 0 || row.access_class > expected.classes.size()) {
      return at(list, i, "") + ": there is no such class";
    }
    if (i != 0 && !is_after(row, rows[i - 1])) {
      return at(list, i, "") + ": not sorted, or twice";
    }
  }
  return {};
}

Fault check_expectations(const Expectations& expected) {
  if (auto fault = first_of({check_classes(expected), check_rows(expected, expected.cells, "expectations.cells"),
                             check_rows(expected, expected.transitions, "expectations.transitions")})) {
    return fault;
  }
  for (std::size_t i = 0; i < expected.cells.size(); ++i) {
    const Cell& cell = expected.cells[i];
    const std::uint64_t known = (std::uint64_t{1} << expected.classes[cell.access_class - 1].permissions.size()) - 1;
    if (cell.vector == 0 || (cell.vector & ~known) != 0) {
      return at("expectations.cells", i, "") + ": the access vector is empty or has bits that the class has not";
    }
  }
  for (std::size_t i = 0; i < expected.transitions.size(); ++i) {
    if (expected.transitions[i].result >= expected.labels.size()) {
      return at("expectations.transitions", i, "") + ": there is no such label";
    }
  }
  return {};
}

using CheckEntry = Fault (*)(const LaunchPlan&, const Index&, std::size_t);

Fault check_each(const LaunchPlan& plan, const Index& index, std::size_t count, CheckEntry check) {
  for (std::size_t i = 0; i < count; ++i) {
    if (auto fault = check(plan, index, i)) {
      return fault;
    }
  }
  return {};
}

}  // namespace

std::optional<std::string> find_inconsistency(const LaunchPlan& plan) {
  Index index;
  if (auto fault = index_files(plan, index)) {
    return fault;
  }
  if (auto fault = index_labels(plan.expectations, index)) {
    return fault;
  }
  if (auto fault = index_domains(plan, index)) {
    return fault;
  }
  if (auto fault = check_host(plan, index)) {
    return fault;
  }
  if (auto fault = check_each(plan, index, plan.domains.size(), check_domain)) {
    return fault;
  }
  if (auto fault = check_each(plan, index, plan.devices.size(), check_device)) {
    return fault;
  }
  if (auto fault = check_each(plan, index, plan.connections.size(), check_connection)) {
    return fault;
  }
  if (auto fault = check_each(plan, index, plan.gates.size(), check_gate)) {
    return fault;
  }
  return check_expectations(plan.expectations);
}

}  // namespace bulkhead::plan
