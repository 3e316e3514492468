#include <catch2/catch.hpp>

#include "launched_host.h"
#include "nodes.h"

using namespace bulkhead;
using namespace bulkhead::launch;
using bulkhead::test::domid_of;
using bulkhead::test::split_plan;
using hypervisor::NodeAccess;
using hypervisor::StoreNode;

namespace {

const StoreNode* find(const std::vector<StoreNode>& nodes, const std::string& path) {
  for (const StoreNode& node : nodes) {
    if (node.path == path) {
      return &node;
    }
  }
  return nullptr;
}

const plan::Connection& connection(const plan::LaunchPlan& plan, const std::string& kind, const std::string& front) {
  for (const plan::Connection& one : plan.connections) {
    if (one.kind == kind && one.frontend_domid == domid_of(plan, front)) {
      return one;
    }
  }
  FAIL("no such connection");
  return plan.connections.front();
}

}  // namespace

TEST_CASE("a domain owns the folders that it writes to, and reads the rest of its own directory") {
  const auto& plan = split_plan();
  const auto& blue = *plan::find_domain(plan, "blue");
  const auto nodes = domain_nodes(blue, {7, 1234, 8, 1235});
  const std::string base = "/local/domain/" + std::to_string(blue.domid);
  const NodeAccess read_only{0, {blue.domid}, {}};
  const NodeAccess own{blue.domid, {}, {}};
  CHECK(*find(nodes, base + "/name") == StoreNode{base + "/name", "blue", read_only});
  CHECK(*find(nodes, base + "/store/port") == StoreNode{base + "/store/port", "7", read_only});
  CHECK(*find(nodes, base + "/store/ring-ref") == StoreNode{base + "/store/ring-ref", "1234", read_only});
  CHECK(*find(nodes, base + "/console/port") == StoreNode{base + "/console/port", "8", {blue.domid, {0}, {}}});
  for (const char* folder : {"/device", "/backend", "/data", "/control/shutdown"}) {
    CHECK(find(nodes, base + folder)->access == own);
  }
}

TEST_CASE("a disk's back end learns the target and the mode, and nobody claims that the disk is there") {
  const auto& plan = split_plan();
  const auto& disk = connection(plan, "disk", "green");
  const auto nodes = connection_nodes(plan, disk);
  const std::string back = back_end_path(disk);
  CHECK(find(nodes, back + "/params")->value == "/dev/sda2");
  CHECK(find(nodes, back + "/mode")->value == "r");
  CHECK(find(nodes, back + "/physical-device") == nullptr);
  CHECK(find(nodes, back + "/hotplug-status") == nullptr);
  CHECK(find(nodes, back + "/state")->access == NodeAccess{disk.backend_domid, {disk.frontend_domid}, {}});
  CHECK(find(nodes, front_end_path(disk) + "/virtual-device")->value == "51712");
}

TEST_CASE("a front end owns device/<class>, without which its driver never looks") {
  const auto& plan = split_plan();
  for (const auto* kind : {"disk", "network"}) {
    const auto& one = connection(plan, kind, "blue");
    const auto nodes = connection_nodes(plan, one);
    const std::string folder = front_end_path(one).substr(0, front_end_path(one).rfind('/'));
    CHECK(find(nodes, folder)->access == NodeAccess{one.frontend_domid, {}, {}});
  }
}

TEST_CASE("a network's back end has the script node that Linux' netback refuses to live without") {
  const auto& plan = split_plan();
  const auto& network = connection(plan, "network", "blue");
  const auto nodes = connection_nodes(plan, network);
  CHECK(find(nodes, back_end_path(network) + "/script") != nullptr);
  CHECK(find(nodes, back_end_path(network) + "/bridge")->value == "br0");
  CHECK(find(nodes, back_end_path(network) + "/mac")->value == find(nodes, front_end_path(network) + "/mac")->value);
}

TEST_CASE("pciback is told of the devices that the front end owns, and of no others") {
  const auto& plan = split_plan();
  const auto& pci = connection(plan, "pci", "net");
  const auto nodes = connection_nodes(plan, pci);
  CHECK(find(nodes, back_end_path(pci) + "/num_devs")->value == "1");
  CHECK(find(nodes, back_end_path(pci) + "/dev-0")->value == "0000:00:03.0");
  CHECK(find(nodes, back_end_path(pci) + "/dev-1") == nullptr);
}

TEST_CASE("no node of a connection can be written by anybody but its end and domain 0") {
  const auto& plan = split_plan();
  for (const plan::Connection& one : plan.connections) {
    if (one.kind == "disk" || one.kind == "network" || one.kind == "pci") {
      for (const StoreNode& node : connection_nodes(plan, one)) {
        CHECK(node.access.writers.empty());
        CHECK((node.access.owner == one.backend_domid || node.access.owner == one.frontend_domid));
      }
    }
  }
}
