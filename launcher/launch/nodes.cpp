#include "nodes.h"

#include <fmt/format.h>

#include "bulkhead/base/check.h"
#include "bulkhead/plan/store_paths.h"

namespace bulkhead::launch {
namespace {

using hypervisor::NodeAccess;
using hypervisor::StoreNode;

constexpr std::uint32_t kControl = 0;
constexpr std::uint64_t kConsoleLogBytes = 1048576;

// Nodes below one folder that all have the same access.
class Nodes {
 public:
  Nodes(std::vector<StoreNode>& out, std::string folder, NodeAccess access)
      : out_(out), folder_(std::move(folder)), access_(std::move(access)) {
    out_.push_back({folder_, "", access_});
  }
  Nodes& add(std::string_view name, std::string value) {
    out_.push_back({fmt::format("{}/{}", folder_, name), std::move(value), access_});
    return *this;
  }

 private:
  std::vector<StoreNode>& out_;
  std::string folder_;
  NodeAccess access_;
};

void add_console(std::vector<StoreNode>& out, const plan::Domain& domain, const Rings& rings) {
  Nodes(out, domain_path(domain.domid) + "/console", {domain.domid, {*domain.console_domid}, {}})
      .add("backend", fmt::format("{}/backend/console/{}/0", domain_path(*domain.console_domid), domain.domid))
      .add("type", "xenconsoled")
      .add("output", "pty")
      .add("limit", std::to_string(kConsoleLogBytes))
      .add("port", std::to_string(rings.console_port))
      .add("ring-ref", std::to_string(rings.console_frame));
}

void add_disk(Nodes& back, Nodes& front, const plan::DiskPart& disk) {
  const auto number = std::to_string(disk.device_number);
  front.add("virtual-device", number).add("device-type", "disk");
  // Not `physical-device`: its number is known in the back end's domain only, whose hotplug adds it once the disk is
  // there.
  back.add("dev", disk.device)
      .add("type", "phy")
      .add("params", disk.target)
      .add("mode", disk.access == plan::Access::kReadOnly ? "r" : "w")
      .add("device-type", "disk")
      .add("removable", "0");
}

void add_network(Nodes& back, Nodes& front, const plan::NetworkPart& network) {
  const auto handle = std::to_string(network.handle);
  front.add("handle", handle).add("mac", network.mac);
  back.add("handle", handle).add("mac", network.mac).add("script", "none").add("hotplug-status", "connected");
  if (network.bridge) {
    back.add("bridge", *network.bridge);
  }
}

void add_pci(Nodes& back, const plan::LaunchPlan& plan, const plan::Connection& connection) {
  std::size_t count = 0;
  for (const plan::Device& device : plan.devices) {
    if (device.owner_domid != connection.frontend_domid || !device.sbdf) {
      continue;
    }
    back.add(fmt::format("dev-{}", count), *device.sbdf)
        .add(fmt::format("key-{}", count), *device.sbdf)
        .add(fmt::format("opts-{}", count), "msitranslate=0,power_mgmt=0,permissive=0")
        .add(fmt::format("state-{}", count), "1");
    ++count;
  }
  back.add("num_devs", std::to_string(count));
}

}  // namespace

std::vector<StoreNode> domain_nodes(const plan::Domain& domain, const Rings& rings) {
  const std::string base = domain_path(domain.domid);
  const NodeAccess read_only{kControl, {domain.domid}, {}};
  const NodeAccess own{domain.domid, {}, {}};
  std::vector<StoreNode> out;
  Nodes(out, base, read_only)
      .add("name", domain.name)
      .add("domid", std::to_string(domain.domid))
      .add("cpu", "")
      .add("memory", "")
      .add("memory/target", std::to_string(domain.memory_kib))
      .add("memory/static-max", std::to_string(domain.memory_kib))
      .add("store", "")
      .add("store/port", std::to_string(rings.xenstore_port))
      .add("store/ring-ref", std::to_string(rings.xenstore_frame))
      .add("control", "");
  for (std::uint32_t cpu = 0; cpu < domain.vcpus; ++cpu) {
    out.push_back({fmt::format("{}/cpu/{}/availability", base, cpu), "online", read_only});
  }
  out.push_back({base + "/control/shutdown", "", own});
  out.push_back({base + "/device", "", own});
  out.push_back({base + "/backend", "", own});
  out.push_back({base + "/data", "", own});
  if (domain.console_domid) {
    add_console(out, domain, rings);
  }
  return out;
}

std::vector<StoreNode> connection_nodes(const plan::LaunchPlan& plan, const plan::Connection& connection) {
  const std::uint32_t front_domid = connection.frontend_domid;
  const std::uint32_t back_domid = connection.backend_domid;
  const plan::XenbusClass* bus = plan::xenbus_class(connection.kind);
  BULKHEAD_CHECK(bus != nullptr, "only connections with nodes are asked for theirs");
  const auto folder = bus->folder;
  const std::string front_path = front_end_path(connection);
  const std::string back_path = back_end_path(connection);
  const NodeAccess front_access{front_domid, {back_domid}, {}};
  const NodeAccess back_access{back_domid, {front_domid}, {}};
  std::vector<StoreNode> out;
  // The folders above: of the end itself, so that its driver may watch and list them.
  out.push_back({fmt::format("{}/device/{}", domain_path(front_domid), folder), "", {front_domid, {}, {}}});
  out.push_back({fmt::format("{}/backend/{}", domain_path(back_domid), folder), "", {back_domid, {}, {}}});
  out.push_back({fmt::format("{}/backend/{}/{}", domain_path(back_domid), folder, front_domid), "", back_access});

  std::vector<StoreNode> back_nodes;
  Nodes back(back_nodes, back_path, back_access);
  Nodes front(out, front_path, front_access);
  front.add("backend", back_path).add("backend-id", std::to_string(back_domid));
  back.add("frontend", front_path).add("frontend-id", std::to_string(front_domid)).add("online", "1");
  if (connection.disk) {
    add_disk(back, front, *connection.disk);
  } else if (connection.network) {
    add_network(back, front, *connection.network);
  } else if (connection.kind == "pci") {
    const plan::Domain* client = plan::find_domain(plan, front_domid);
    add_pci(back.add("domain", client != nullptr ? client->name : std::string()), plan, connection);
  } else {
    front.add("handle", "0");
    back.add("handle", "0");
  }
  // XenbusStateInitialising, last: a driver that looks before finds nothing to do.
  front.add("state", "1");
  back.add("state", "1");
  out.insert(out.end(), back_nodes.begin(), back_nodes.end());
  return out;
}

}  // namespace bulkhead::launch
