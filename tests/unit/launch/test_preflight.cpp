#include <functional>

#include <catch2/catch.hpp>

#include "bulkhead/launch/preflight.h"
#include "launched_host.h"

using namespace bulkhead;
using bulkhead::test::LaunchedHost;

namespace {

std::vector<std::string> ids(LaunchedHost& launched) {
  const auto answer = launch::preflight(launched.plan, launched.images, launched.world());
  REQUIRE(answer);
  std::vector<std::string> found;
  for (const verify::Finding& finding : answer->findings) {
    found.push_back(finding.id);
    CHECK_FALSE(finding.object.empty());
    CHECK_FALSE(finding.found.empty());
    CHECK_FALSE(finding.wanted.empty());
  }
  CHECK(launched.host.changes().empty());
  return found;
}

using Ids = std::vector<std::string>;

struct Case {
  const char* what;
  std::function<void(LaunchedHost&)> change;
  Ids ids;
};

void replace(std::string& text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("a host that is as the plan says has no finding, and nothing is changed by asking") {
  LaunchedHost launched;
  CHECK(ids(launched).empty());
}

TEST_CASE("each way in which a host is off has its own finding and no other") {
  const Case cases[] = {
      {"permissive",
       [](LaunchedHost& l) { l.host.given.enforcement = hypervisor::Enforcement::kPermissive; },
       {"flask-permissive"}},
      {"no FLASK",
       [](LaunchedHost& l) { l.host.given.enforcement = hypervisor::Enforcement::kInactive; },
       {"flask-inactive"}},
      {"another release", [](LaunchedHost& l) { l.host.given.facts.minor = 18; }, {"xen-version"}},
      {"no IOMMU", [](LaunchedHost& l) { l.host.given.facts.iommu = false; }, {"iommu"}},
      {"no remapping",
       [](LaunchedHost& l) {
         replace(l.host.given.console, "Interrupt remapping enabled", "Interrupt remapping disabled");
       },
       {"remapping"}},
      {"lost boot messages", [](LaunchedHost& l) { l.host.given.console = "(XEN) later\n"; }, {"remapping-unknown"}},
      {"no hardware_dom",
       [](LaunchedHost& l) { replace(l.host.given.command_line, "hardware_dom=1", "hardware_dom=7"); },
       {"hardware-dom"}},
      {"not strict",
       [](LaunchedHost& l) { replace(l.host.given.command_line, "dom0-iommu=strict", "dom0-iommu=passthrough"); },
       {"dom0-iommu"}},
      {"a ring that domains write to",
       [](LaunchedHost& l) { l.host.given.command_line += " console_to_ring"; },
       {"console-to-ring"}},
      {"another kernel", [](LaunchedHost& l) { l.host.given.files.at("/var/lib/bulkhead/vmlinux") += "x"; }, {"file"}},
      {"no ramdisk", [](LaunchedHost& l) { l.host.given.files.erase("/var/lib/bulkhead/net.img"); }, {"file"}},
      {"another card", [](LaunchedHost& l) { l.host.given.pci.begin()->second.device ^= 1U; }, {"other-device"}},
      {"an empty slot", [](LaunchedHost& l) { l.host.given.pci.erase(l.host.given.pci.begin()); }, {"device-missing"}},
      {"little memory",
       [](LaunchedHost& l) { l.host.given.facts.total_kib = std::uint64_t{2} * 1024 * 1024; },
       {"memory"}},
  };
  for (const Case& one : cases) {
    LaunchedHost launched;
    one.change(launched);
    INFO(one.what);
    CHECK(ids(launched) == one.ids);
  }
}

TEST_CASE("a policy that grants one permission more, or one less, is named cell by cell") {
  LaunchedHost launched;
  auto& cells = launched.host.given.policy.cells;
  REQUIRE(cells.size() > 10);
  cells[3].vector ^= 1U;
  const auto found = ids(launched);
  REQUIRE_FALSE(found.empty());
  for (const std::string& id : found) {
    CHECK(id.rfind("policy", 0) == 0);
  }
}

TEST_CASE("a domain that is there already is named, whether the plan knows it or not") {
  LaunchedHost launched;
  hypervisor::NewDomain shell;
  shell.domid = 2;
  shell.label = *plan::find_domain(launched.plan, 2U)->building_label;
  shell.memory_kib = 65536;
  REQUIRE(launched.host.create(shell));
  const auto answer = launch::preflight(launched.plan, launched.images, launched.world());
  REQUIRE(answer);
  REQUIRE(answer->findings.size() == 1);
  CHECK(answer->findings[0].id == "domid-in-use");
}

TEST_CASE("what the launcher cannot start is said before anything is started") {
  plan::LaunchPlan plan = bulkhead::test::split_plan();
  for (plan::Domain& domain : plan.domains) {
    if (domain.name == "green") {
      domain.type = plan::DomainType::kPvh;
      domain.vcpus = hypervisor::kMaxPvhVcpus + 1;
    }
    if (domain.name == "blue") {
      domain.type = plan::DomainType::kHvm;
    }
  }
  LaunchedHost launched(plan);
  CHECK(ids(launched) == Ids{"unsupported", "unsupported"});
}
