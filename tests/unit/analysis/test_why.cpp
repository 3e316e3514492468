#include <algorithm>

#include "bulkhead/analysis/why.h"
#include "support/compiled.h"

namespace bulkhead::analysis {
namespace {

using test::DerivedSpec;
using test::small_host;

using Lines = std::vector<std::string>;
const Lines kNone;

WhyAnswer ask(const DerivedSpec& host, const WhyQuestion& question) {
  return why(host.read.model, *host.read.catalogue, host.derived, question);
}

Lines cells(const WhyAnswer& answer) {
  Lines lines;
  for (const WhyCell& cell : answer.cells) {
    std::string line = cell.source + " " + cell.target + ":" + cell.access_class;
    for (const std::string& permission : cell.permissions) {
      line.append(" ").append(permission);
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

// "connection network net blue", "role monitor"; a way that does not fit the domains as they are is in brackets.
Lines remedies(const WhyAnswer& answer) {
  Lines lines;
  for (const WhyRemedy& remedy : answer.remedies) {
    std::string line = (remedy.is_role ? "role " : "connection ") + remedy.name;
    for (const std::string& domain : remedy.domains) {
      if (!domain.empty()) {
        line.append(" ").append(domain);
      }
    }
    if (!remedy.unfit.empty()) {
      line.insert(0, "(").append(")");
    }
    if (std::find(lines.begin(), lines.end(), line) == lines.end()) {
      lines.push_back(line);
    }
  }
  return lines;
}

}  // namespace

TEST_CASE("a granted permission is answered with its statement, rule and reason") {
  const DerivedSpec host(small_host());
  const WhyAnswer answer = ask(host, {"net", "blue", "grant", "map_read"});
  REQUIRE(cells(answer) == Lines{"net_t blue_t:grant map_read"});
  REQUIRE(answer.cells[0].reasons.size() == 1);
  const WhyReason& reason = answer.cells[0].reasons[0];
  CHECK(reason.via == "network");
  CHECK_FALSE(reason.is_role);
  CHECK(host.read.sources.origin(reason.origin) == "host.yaml:12:7");
  REQUIRE(reason.permissions.size() == 1);
  CHECK(reason.permissions[0].name == "map_read");
  CHECK_FALSE(reason.permissions[0].reason.empty());
  CHECK(host.read.sources.describe(reason.permissions[0].place).rfind("policy/connections/network.yaml:", 0) == 0);
  CHECK(answer.remedies.empty());
}

TEST_CASE("a question about two domains includes the channel between them") {
  const DerivedSpec host(small_host());
  CHECK(cells(ask(host, {"net", "blue", "event", {}})) ==
        Lines{"blue_net_ch_t blue_t:event bind", "net_t blue_net_ch_t:event send create"});
}

TEST_CASE("a question about a type is about that type alone") {
  const DerivedSpec host(small_host());
  CHECK(cells(ask(host, {"net_t", "blue_net_ch_t", {}, {}})) == Lines{"net_t blue_net_ch_t:event send create"});
  CHECK(cells(ask(host, {"net_t", "blue_building_t", {}, {}})) == kNone);
}

TEST_CASE("a question about a device or a label of the hypervisor's own is answered") {
  const DerivedSpec host(small_host());
  CHECK(cells(ask(host, {"net", "nic0", {}, {}})) ==
        Lines{"net_t nic0_dev_t:resource " + host.cell("net_t", "nic0_dev_t", "resource")});
  CHECK(cells(ask(host, {"control", "xen", "xen", "writeconsole"})) ==
        Lines{"control_boot_t xen_t:xen writeconsole", "control_t xen_t:xen writeconsole"});
}

TEST_CASE("a missing permission between domains names the connection that would grant it") {
  const DerivedSpec host(small_host());
  const WhyAnswer answer = ask(host, {"blue", "green", "grant", "map_write"});
  CHECK_FALSE(answer.granted());
  const Lines found = remedies(answer);
  CHECK(std::find(found.begin(), found.end(), "connection channel green blue") != found.end());
  CHECK(std::find(found.begin(), found.end(), "(connection network blue green)") != found.end());
  for (const WhyRemedy& remedy : answer.remedies) {
    for (const WhyPermission& permission : remedy.permissions) {
      CHECK(permission.name == "map_write");
    }
  }
}

TEST_CASE("a missing permission on the hypervisor names the roles that have it") {
  const DerivedSpec host(small_host());
  const WhyAnswer answer = ask(host, {"blue", "xen", "xen", "physinfo"});
  CHECK_FALSE(answer.granted());
  const Lines found = remedies(answer);
  CHECK(std::find(found.begin(), found.end(), "role monitor") != found.end());
  CHECK(std::find(found.begin(), found.end(), "role guest") == found.end());
  CHECK(std::find(found.begin(), found.end(), "role control") == found.end());  // there is one, and no second
}

TEST_CASE("a missing permission is answered with what forbids it: phases, invariants, assertions") {
  const DerivedSpec host(small_host(
      "assert:\n  - { name: apart, no-flow: { from: blue, to: green }, except-through: [control, hardware, net] }\n"));
  const auto forbids = [&](const WhyQuestion& question) {
    Lines lines;
    for (const Obstacle& each : ask(host, question).obstacles) {
      lines.push_back(std::string(name(each.kind)) + (each.name.empty() ? "" : " " + each.name));
    }
    return lines;
  };
  CHECK(forbids({"blue", "green", "grant", "map_write"}) == Lines{"assertion"});
  CHECK(forbids({"blue", "xen", "xen", "physinfo"}) ==
        Lines{"invariant guest-control-privilege", "unreviewed unreviewed-operations"});
  CHECK(forbids({"control_t", "security", "security", "load_policy"}) == Lines{"sealing", "invariant sealed-control"});
  CHECK(forbids({"control_t", "blue_t", "mmu", "map_read"}) == Lines{"building", "invariant running-memory"});
  CHECK(forbids({"blue", "net", "grant", "query"}) == Lines{"invariant guest-touches-another"});
  CHECK(forbids({"net", "blue", "grant", "query"}) == kNone);
}

TEST_CASE("a resource of the machine stands for the device that has it") {
  const DerivedSpec host(small_host());
  for (const char* resource : {"irq:23", "frame:0xfebaa", "frame:0xfeb00-0xfeba0", "pci:0000:00:03.0"}) {
    INFO(resource);
    const WhyAnswer answer = ask(host, {"net", resource, {}, {}});
    CHECK(cells(answer) == cells(ask(host, {"net", "nic0", {}, {}})));
    REQUIRE(answer.notes.size() == 1);
    CHECK(answer.notes[0].ends_with("of the device `nic0`, which `net` drives"));
  }
  const WhyAnswer nobody = ask(host, {"net", "port:0x3f8", {}, {}});
  CHECK(nobody.notes == Lines{"no device of the spec has port 0x3f8: its label is that of `default-ioports`"});
  CHECK(cells(nobody) == kNone);
  CHECK_FALSE(ask(host, {"net", "irq:many", {}, {}}).problems.empty());
}

TEST_CASE("without a source everybody's rights on the target are told") {
  const DerivedSpec host(small_host());
  const Lines found = cells(ask(host, {"", "irq:23", "resource", "use_iommu"}));
  CHECK(found == Lines{"control_boot_t nic0_dev_t:resource use_iommu", "hardware_t nic0_dev_t:resource use_iommu",
                       "net_t nic0_dev_t:resource use_iommu"});
}

TEST_CASE("labels that Xen computes are told with the statement, unless a permission is asked for") {
  const DerivedSpec host(small_host());
  const WhyAnswer answer = ask(host, {"net", "blue", {}, {}});
  REQUIRE(answer.transitions.size() == 1);
  CHECK(answer.transitions[0].result == "blue_net_ch_t");
  CHECK(host.read.sources.origin(answer.transitions[0].origin) == "host.yaml:12:7");
  CHECK(ask(host, {"net", "blue", "event", "send"}).transitions.empty());
}

TEST_CASE("names that do not exist are all told, each with what was meant") {
  const DerivedSpec host(small_host());
  const WhyAnswer answer = ask(host, {"nett", "blu", "grand", {}});
  CHECK(answer.problems == Lines{"no domain, device, type or fixed target is called `nett`; did you mean `net`?",
                                 "no domain, device, type or fixed target is called `blu`; did you mean `blue`?",
                                 "Xen 4.17 has no class `grand`; did you mean `grant`?"});
  CHECK(ask(host, {"net", "blue", "grant", "map_raed"}).problems ==
        Lines{"class `grant` of Xen 4.17 has no permission `map_raed`; did you mean `map_read`?"});
}

TEST_CASE("what is granted only until the host is sealed, or only while building, says so") {
  const DerivedSpec host(small_host());
  const WhyAnswer loading = ask(host, {"control", "security", "security", "load_policy"});
  REQUIRE(cells(loading) == Lines{"control_boot_t security_t:security load_policy"});
  CHECK(loading.cells[0].reasons[0].phase == privilege::Phase::kBooting);
  CHECK(loading.cells[0].reasons[0].is_role);
}

}  // namespace bulkhead::analysis
