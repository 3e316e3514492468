#include "planned_store.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <tuple>

#include <fmt/format.h>

#include "bulkhead/plan/store_paths.h"

namespace bulkhead::verify {

namespace {

using hypervisor::Domid;

constexpr std::string_view kDomains = "/local/domain/";

// Takes the part of a path up to the next slash.
std::string_view take_part(std::string_view& path) {
  const std::size_t end = std::min(path.find('/'), path.size());
  const std::string_view part = path.substr(0, end);
  path.remove_prefix(std::min(end + 1, path.size()));
  return part;
}

std::optional<Domid> as_domid(std::string_view text) {
  Domid domid = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), domid);
  const bool canonical = text.size() == 1 || !text.starts_with('0');
  return failed == std::errc() && end == text.data() + text.size() && !text.empty() && canonical ? std::optional(domid)
                                                                                                 : std::nullopt;
}

void add_disk(const plan::DiskPart& disk, const std::string& back, const plan::Connection& connection,
              std::vector<PlannedValue>& out) {
  out.push_back({back + "/params", disk.target, &connection});
  out.push_back({back + "/mode", disk.access == plan::Access::kReadOnly ? "r" : "w", &connection});
}

void add_devices(const plan::LaunchPlan& plan, const plan::Connection& connection, const std::string& back,
                 std::vector<PlannedValue>& out) {
  std::size_t count = 0;
  for (const plan::Device& device : plan.devices) {
    if (device.owner_domid == connection.frontend_domid && device.sbdf) {
      out.push_back({fmt::format("{}/dev-{}", back, count++), *device.sbdf, &connection});
    }
  }
  out.push_back({back + "/num_devs", std::to_string(count), &connection});
}

}  // namespace

std::vector<PlannedValue> planned_values(const plan::LaunchPlan& plan) {
  std::vector<PlannedValue> out;
  for (const plan::Connection& connection : plan.connections) {
    if (plan::xenbus_class(connection.kind) == nullptr) {
      continue;
    }
    const std::string front = plan::front_end_path(connection);
    const std::string back = plan::back_end_path(connection);
    out.push_back({front + "/backend", back, &connection});
    out.push_back({front + "/backend-id", std::to_string(connection.backend_domid), &connection});
    out.push_back({back + "/frontend", front, &connection});
    out.push_back({back + "/frontend-id", std::to_string(connection.frontend_domid), &connection});
    if (connection.disk) {
      add_disk(*connection.disk, back, connection, out);
    } else if (connection.network && connection.network->bridge) {
      out.push_back({back + "/bridge", *connection.network->bridge, &connection});
    } else if (connection.kind == "pci") {
      add_devices(plan, connection, back, out);
    }
  }
  std::sort(out.begin(), out.end(), [](const PlannedValue& a, const PlannedValue& b) { return a.path < b.path; });
  return out;
}

std::optional<Domid> home_of(std::string_view path) {
  if (!path.starts_with(kDomains)) {
    return std::nullopt;
  }
  path.remove_prefix(kDomains.size());
  return as_domid(take_part(path));
}

StoreRules::StoreRules(const plan::LaunchPlan& plan) : plan_(plan) {
  for (const plan::Connection& connection : plan.connections) {
    if (plan::xenbus_class(connection.kind) != nullptr) {
      connections_.push_back(&connection);
      fronts_.emplace(plan::front_end_path(connection), &connection);
    }
  }
  std::sort(connections_.begin(), connections_.end(), [](const plan::Connection* a, const plan::Connection* b) {
    return std::tie(a->backend_domid, a->frontend_domid, a->kind) <
           std::tie(b->backend_domid, b->frontend_domid, b->kind);
  });
}

const plan::Connection* StoreRules::between(Domid back, Domid front, std::string_view folder) const {
  const auto key = std::pair(back, front);
  auto found = std::lower_bound(connections_.begin(), connections_.end(), key,
                                [](const plan::Connection* connection, const auto& wanted) {
                                  return std::pair(connection->backend_domid, connection->frontend_domid) < wanted;
                                });
  for (; found != connections_.end() && std::pair((*found)->backend_domid, (*found)->frontend_domid) == key; ++found) {
    if (plan::xenbus_class((*found)->kind)->folder == folder) {
      return *found;
    }
  }
  return nullptr;
}

Parties StoreRules::parties(Domid home, std::string_view path) const {
  Parties parties{{home}, nullptr};
  std::string_view rest = path.substr(std::min(path.size(), plan::domain_path(home).size() + 1));
  const std::string_view first = take_part(rest);
  const std::string_view folder = take_part(rest);
  const std::string_view third = take_part(rest);
  const plan::Domain* domain = plan::find_domain(plan_, home);
  if (first == "console" && domain != nullptr && domain->console_domid) {
    parties.domids.push_back(*domain->console_domid);
  } else if (first == "backend") {
    const auto front = as_domid(third);
    parties.connection = front ? between(home, *front, folder) : nullptr;
    if (parties.connection != nullptr) {
      parties.domids.push_back(*front);
    }
  } else if (first == "device" && !third.empty()) {
    const std::string front = fmt::format("{}/device/{}/{}", plan::domain_path(home), folder, third);
    if (const auto found = fronts_.find(front); found != fronts_.end()) {
      parties.connection = found->second;
      parties.domids.push_back(found->second->backend_domid);
    }
  }
  std::sort(parties.domids.begin(), parties.domids.end());
  return parties;
}

}  // namespace bulkhead::verify
