#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "bulkhead/analysis/denials.h"
#include "support/compiled.h"

namespace bulkhead::analysis {
namespace {

using test::DerivedSpec;
using test::small_host;

using Lines = std::vector<std::string>;
const Lines kNone;

const std::string kInventory = R"(inventory: 1
host: { cpus: 4, memory: 16 GiB, nodes: [0] }
pci:
  - { at: "0000:00:03.0", vendor: 0x8086, device: 0x10d3, class: 0x020000, iomem: ["0xfeba0-0xfebbf"], irq: 23,
      msi: false }
  - { at: "0000:00:05.0", vendor: 0x8086, device: 0x2922, class: 0x010601, iomem: ["0xfebe8"], irq: 21, msi: false }
)";

std::string host_with_inventory() {
  std::string spec = small_host();
  spec.replace(spec.find("hardware: { domain"), 0, "inventory: inventory.yaml, ");
  const std::size_t resources = spec.find(", iomem:");
  return spec.erase(resources, spec.find(" }", resources) - resources);
}

// "blue_t" is what a domain carries, "object:blue_t" what Xen gives a channel that nobody declared.
std::string context(const std::string& label) {
  if (label.find(':') == std::string::npos) {
    const bool is_object = label.ends_with("_ch_t") || label.ends_with("_dev_t");
    return (is_object ? "system_u:object_r:" : "system_u:system_r:") + label;
  }
  return label.starts_with("object:") ? "system_u:object_r:" + label.substr(7) : label;
}

std::string message(const std::string& permissions, const std::string& source, const std::string& target,
                    const std::string& access_class, const std::string& parties = "current=d2") {
  return fmt::format("(XEN) avc:  denied  {{ {} }} for {} scontext={} tcontext={} tclass={}\n", permissions, parties,
                     context(source), context(target), access_class);
}

Denials explain_log(const DerivedSpec& host, const std::string& text) {
  DenialGroups groups;
  avc::LogReader reader([&](const avc::Event& event, std::string_view line) { groups.take(0, event, line); });
  reader.feed(text);
  reader.finish();
  const test::SpecText& read = host.read;
  return explain(
      {read.spec, read.inventory ? &*read.inventory : nullptr, read.sources, *read.catalogue, read.model, host.derived},
      groups);
}

Denial explain_one(const DerivedSpec& host, const std::string& line) {
  const Denials found = explain_log(host, line);
  REQUIRE(found.denials.size() == 1);
  return found.denials.front();
}

// "invariant running-memory", "sealing", in their order.
Lines obstacles(const Denial& denial) {
  Lines lines;
  for (const Obstacle& each : denial.obstacles) {
    lines.push_back(each.name.empty() ? std::string(name(each.kind))
                                      : fmt::format("{} {}", name(each.kind), each.name));
  }
  return lines;
}

// Each proposal's lines, joined.
Lines proposals(const Denial& denial) {
  Lines lines;
  for (const Proposal& each : denial.proposals) lines.push_back(fmt::format("{}", fmt::join(each.lines, " + ")));
  return lines;
}

Lines summary(const Denials& found) {
  Lines lines;
  for (const Denial& each : found.denials) {
    lines.push_back(fmt::format("{} {} x{} {}-{}", name(each.kind), fmt::join(each.group.permissions, " "),
                                each.group.count, each.group.line, each.group.last_line));
  }
  return lines;
}

Lines cells(const std::vector<AccessChange>& changes) {
  Lines lines;
  for (const AccessChange& each : changes) {
    lines.push_back(
        fmt::format("{} {}:{} {}", each.source, each.target, each.access_class, fmt::join(each.permissions, " ")));
  }
  return lines;
}

const std::string kApart =
    "assert:\n  - { name: apart, no-flow: { from: blue, to: green }, except-through: [control, hardware, net] "
    "}\n";

}  // namespace

TEST_CASE("equal denials are one with their number, and the harmless stand last") {
  const DerivedSpec host(small_host());
  const std::string floods = message("settime", "control_boot_t", "xen_t", "xen");
  const std::string real = message("map_read", "blue_t", "green_t", "mmu");
  CHECK(summary(explain_log(host, floods + real + floods + floods + real)) ==
        Lines{"forbidden map_read x2 2-5", "harmless settime x3 1-4"});
  CHECK(explain_log(host, floods + real).attention == 1);
  CHECK(explain_log(host, "").denials.empty());
}

TEST_CASE("what the policy refuses without a line is harmless in the log of another policy") {
  const DerivedSpec host(small_host());
  const Denial denial = explain_one(host, message("xen_extraversion", "blue_t", "xen_t", "version"));
  CHECK(denial.kind == DenialKind::kHarmless);
  CHECK(denial.permissions[0].harmless == "every Linux asks at boot and shows nothing when refused");
  CHECK(host.read.sources.describe(denial.permissions[0].place).rfind("policy/roles/domain.yaml:", 0) == 0);
}

TEST_CASE("a denial of the list of harmless ones carries its reason and place") {
  const DerivedSpec host(small_host());
  const Denial denial = explain_one(host, message("xen_build_id", "control_t", "xen_t", "version"));
  CHECK(denial.kind == DenialKind::kHarmless);
  CHECK(host.read.sources.describe(denial.permissions[0].place).rfind("policy/denials.yaml:", 0) == 0);
  // The same by another source, and another permission of the same class, are not in the list.
  CHECK(explain_one(host, message("physinfo", "blue_t", "xen_t", "xen")).kind == DenialKind::kForbidden);
  CHECK(explain_one(host, message("debug", "control_t", "xen_t", "xen")).kind == DenialKind::kForbidden);
}

TEST_CASE("what the spec grants was denied by another policy, and the statement is named") {
  const DerivedSpec host(small_host());
  const Denial denial = explain_one(host, message("map_read", "net_t", "blue_t", "grant"));
  CHECK(denial.kind == DenialKind::kGranted);
  REQUIRE(denial.reasons.size() == 1);
  CHECK(denial.reasons[0].via == "network");
  CHECK(host.read.sources.origin(denial.reasons[0].origin) == "host.yaml:12:7");
  CHECK(proposals(denial) == kNone);
}

TEST_CASE("a message of which the spec grants one half is two denials") {
  const DerivedSpec host(small_host());
  CHECK(summary(explain_log(host, message("map_read query", "net_t", "blue_t", "grant"))) ==
        Lines{"missing query x1 1-1", "granted map_read x1 1-1"});
}

TEST_CASE("before the seal and after it control has two labels, and sealing is named as what forbids") {
  const DerivedSpec host(small_host());
  const Denial sealed = explain_one(host, message("load_policy", "control_t", "security_t", "security"));
  CHECK(sealed.who == "`control` (sealed)");
  CHECK(obstacles(sealed) == Lines{"sealing", "invariant sealed-control"});
  const Denial before = explain_one(host, message("load_policy", "control_boot_t", "security_t", "security"));
  CHECK(before.kind == DenialKind::kGranted);
  CHECK(before.who == "`control` (before it was sealed)");
}

TEST_CASE("what the builder loses when the domain runs is told as such") {
  const DerivedSpec host(small_host());
  const Denial denial = explain_one(host, message("map_read", "control_t", "blue_t", "mmu"));
  CHECK(obstacles(denial) == Lines{"building", "invariant running-memory"});
  CHECK(proposals(denial) == kNone);
}

TEST_CASE("an assertion that the cell would break forbids it, and the connection that would give it") {
  const DerivedSpec apart(small_host(kApart));
  const std::string line = message("map_read map_write", "blue_t", "green_t", "grant", "source=d3 target=d4");
  const Denial denial = explain_one(apart, line);
  CHECK(obstacles(denial) == Lines{"assertion"});
  CHECK(denial.obstacles[0].text == "with it the assertion `apart` does not hold");
  CHECK(proposals(denial) == kNone);
  REQUIRE(denial.refused.size() == 1);
  CHECK(denial.refused[0].why == "the assertion `apart` does not hold [assertion-fails]");

  const DerivedSpec host(small_host());
  CHECK(explain_one(host, line).kind == DenialKind::kMissing);
}

TEST_CASE("the proposal for two domains is a connection, with all that it opens") {
  const DerivedSpec host(small_host());
  const Denial denial = explain_one(host, message("map_read map_write", "blue_t", "green_t", "grant"));
  REQUIRE(proposals(denial) == Lines{"connections: - { channel: { between: [green, blue] } }"});
  const Opening& opening = denial.proposals[0].opening;
  CHECK(cells(opening.widened) == Lines{"blue_green_ch_t blue_t:event bind", "blue_green_ch_t green_t:event bind",
                                        "blue_t blue_green_ch_t:event send create",
                                        "blue_t green_t:grant map_read map_write unmap",
                                        "green_t blue_green_ch_t:event send create"});
  CHECK(opening.narrowed.empty());
  CHECK(opening.flows == std::vector<FlowPair>{{"blue", "green"}, {"green", "blue"}});
  CHECK(opening.unreviewed == kNone);
}

TEST_CASE("a channel that nobody declared is recognised by its label, from either side") {
  const DerivedSpec host(small_host());
  const std::string number =
      fmt::format("current=d{}", host.read.model.at(host.read.model.find("blue")[0]).domid.value);
  const Denial create = explain_one(host, message("create", "blue_t", "object:green_t", "event", number));
  CHECK(create.on_what == "a channel to `green` that no connection declares");
  CHECK(proposals(create) == Lines{"connections: - { channel: { between: [blue, green] } }",
                                   "connections: - { channel: { between: [green, blue] } }"});
  const Denial bind = explain_one(host, message("bind", "object:green_t", "green_t", "event", number));
  CHECK(bind.who == "a channel to `green` that no connection declares");
  CHECK(proposals(bind) == proposals(create));
}

TEST_CASE("for a label of the hypervisor's own the last resort is a role of one's own") {
  const DerivedSpec host(small_host());
  const Denial denial = explain_one(host, message("readapic", "net_t", "xen_t", "xen"));
  REQUIRE(proposals(denial).size() == 1);
  CHECK(denial.proposals[0].lines ==
        Lines{"roles: driver-plus: { extends: driver, allow: [{ on: xen, class: xen, permissions: [readapic], reason: "
              "\"say here what it needs it for\" }] }",
              "domains: `net` with `role: driver-plus`"});
  CHECK(cells(denial.proposals[0].opening.widened) == Lines{"net_t xen_t:xen readapic"});
}

TEST_CASE("operations outside XSA-77 have to be accepted in the same change, and are listed") {
  const DerivedSpec host(small_host());
  const Denial denial = explain_one(host, message("getcpuinfo", "net_t", "xen_t", "xen"));
  REQUIRE(denial.proposals.size() == 1);
  CHECK(denial.proposals[0].lines.size() == 3);
  CHECK(denial.proposals[0].lines[1] ==
        "accept: - { finding: unreviewed-operations, domains: [net], reason: \"say here what it needs it for\" }");
  CHECK_FALSE(denial.proposals[0].opening.unreviewed.empty());
  for (const std::string& each : denial.proposals[0].opening.unreviewed) CHECK(each.starts_with("net: XEN"));
}

TEST_CASE("a change that breaks an invariant is not proposed, and the refusal says why") {
  const DerivedSpec host(small_host());
  const Denial denial = explain_one(host, message("physinfo", "blue_t", "xen_t", "xen"));
  CHECK(proposals(denial) == kNone);
  REQUIRE(denial.refused.size() == 1);
  CHECK(denial.refused[0].why.ends_with("[invariant-broken]"));
}

TEST_CASE("what sealing takes from a domain that is not rebuilt is given back by `restart`") {
  const DerivedSpec host(small_host());
  const Denial denial = explain_one(host, message("create", "control_t", "blue_building_t", "domain"));
  CHECK(obstacles(denial) == Lines{"sealing"});
  CHECK(proposals(denial) == Lines{"domains: `blue` with `restart: on-failure`"});
  // The hardware domain cannot be built a second time.
  const Denial hardware = explain_one(host, message("create", "control_t", "hardware_building_t", "domain"));
  CHECK(proposals(hardware) == kNone);
  REQUIRE(hardware.refused.size() == 1);
  CHECK(hardware.refused[0].why.ends_with("[not-restartable]"));
}

TEST_CASE("devices are named by interrupt, frame and address, from the spec or the inventory") {
  const DerivedSpec host(host_with_inventory(), kInventory);
  const auto object = [&](const std::string& permission, const std::string& target, const std::string& text) {
    return explain_one(host, message(permission, "blue_t", target, "resource", "current=d1 " + text)).objects;
  };
  CHECK(object("use_iommu", "nic0_dev_t", "irq=23") == Lines{"irq=23: interrupt 23 of the device `nic0`"});
  CHECK(object("add_iomem", "nic0_dev_t", "range=0xfeba0-0xfeba1") ==
        Lines{"range=0xfeba0-0xfeba1: page frames 0xfeba0 to 0xfeba1 of the device `nic0`"});
  CHECK(object("use_iommu", "device_t", "device=0x28") ==
        Lines{"device=0x28: PCI device 0000:00:05.0 of the machine's 0000:00:05.0, which the spec does not list"});
  CHECK(object("use_iommu", "device_t", "device=0xc0") ==
        Lines{"device=0xc0: PCI device 0000:00:18.0, which no device of the spec has"});
}

TEST_CASE("a device that the spec does not list is proposed with its address, for a domain that drives devices") {
  const DerivedSpec host(host_with_inventory(), kInventory);
  const Denial denial =
      explain_one(host, message("use_iommu", "net_t", "device_t", "resource", "current=d1 device=0x28"));
  REQUIRE_FALSE(denial.proposals.empty());
  CHECK(
      proposals(denial)[0] ==
      "devices: pci-0000-00-05-0: { pci: \"0000:00:05.0\" } + domains: `net` with `pci-0000-00-05-0` under `devices`");
}

TEST_CASE("labels, classes and permissions of another host are not explained") {
  const DerivedSpec host(small_host());
  const auto remarks = [&](const std::string& line) {
    const Denial denial = explain_one(host, line);
    CHECK(denial.kind == DenialKind::kUnknown);
    CHECK(proposals(denial) == kNone);
    return denial.remarks;
  };
  CHECK(remarks(message("map_read", "dom0_t", "web_t", "mmu")) ==
        Lines{"`system_u:system_r:dom0_t` is no label of this spec",
              "`system_u:system_r:web_t` is no label of this spec"});
  CHECK(remarks(message("map_read", "user_1:vm_r:blue_t", "green_t", "mmu")) ==
        Lines{"`user_1:vm_r:blue_t` is no label of this spec"});
  CHECK(remarks(message("map_read", "blue_t", "green_t", "memory")) == Lines{"Xen 4.17 has no class `memory`"});
  CHECK(remarks(message("0x800000", "blue_t", "green_t", "mmu")) ==
        Lines{"class `mmu` of Xen 4.17 has no permission `0x800000`"});
}

TEST_CASE("a domain's number that is another's by the spec is remarked") {
  const DerivedSpec host(small_host());
  const Denial denial = explain_one(host, message("map_read", "blue_t", "green_t", "mmu", "source=d77 target=d78"));
  CHECK(denial.remarks.size() == 2);
  CHECK(denial.remarks[0].starts_with("the log has d77 where `blue` is d"));
}

TEST_CASE("of denials that are all different a bounded number is kept and the rest counted") {
  DenialGroups groups;
  avc::LogReader reader([&](const avc::Event& event, std::string_view line) { groups.take(0, event, line); });
  const std::size_t many = DenialGroups::kMaxGroups + 100;
  for (std::size_t i = 0; i < many; ++i) reader.feed(message("map_read", fmt::format("x{}_t", i), "blue_t", "mmu"));
  reader.finish();
  CHECK(groups.groups().size() == DenialGroups::kMaxGroups);
  CHECK(groups.left_out() == 100);
  CHECK(groups.denied() == many);
}

}  // namespace bulkhead::analysis
