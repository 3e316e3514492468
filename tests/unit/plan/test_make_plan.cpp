// Launch plans of specs: from text through all stages, and back through the launcher's reader.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include <catch2/catch.hpp>

#include "bulkhead/plan/make_launch_plan.h"
#include "support/spec_text.h"
#include "support/validate_json.h"

namespace bulkhead::plan {

namespace {

const std::string kSpec = R"(bulkhead: 1
host: { name: lab, xen: "4.17", hardware: { domain: hardware } }
devices:
  nic0: { pci: "0000:00:03.0", is: { vendor: 0x8086, device: 0x10d3 }, iomem: ["0xfeba0-0xfebbf"], irqs: [23] }
domains:
  control: { role: control, memory: 1024 MiB, vcpus: 2 }
  hardware: { role: hardware, kernel: /k, ramdisk: /r, memory: 512 MiB }
  net: { role: driver, devices: [nic0], kernel: /k, ramdisk: /net, restart: on-failure, place: { cpus: 2-3 } }
  web: { role: guest, instances: 2, kernel: /k, cmdline: "quiet", start: on-demand }
  db: { role: guest, type: pvh, kernel: /k2, after: [net] }
connections:
  - { network: { backend: net, frontend: web, bridge: br0 } }
  - { channel: { between: [db, web-1], pages: 4 } }
accept:
  - { finding: unreviewed-operations, domains: [hardware], reason: "a test" }
)";

std::string digest(char digit) {
  return std::string(64, digit);
}

// Keeps the spec that the privileges refer to.
struct Planned {
  explicit Planned(std::string text, std::string inventory = {}) : spec(std::move(text), std::move(inventory)) {
    INFO(spec.rendered());
    REQUIRE_FALSE(spec.diagnostics.has_errors());
    derived = privilege::derive(spec.model, *spec.catalogue, spec.diagnostics);
    const std::optional<FileDigest> digest_of_inventory =
        spec.inventory ? std::optional(FileDigest{"inventory.yaml", digest('c'), std::nullopt}) : std::nullopt;
    plan = make_launch_plan(spec.model, derived,
                            {.sources = spec.sources,
                             .spec_path = "host.yaml",
                             .spec_sha256 = digest('a'),
                             .policy_sha256 = digest('b'),
                             .inventory = digest_of_inventory,
                             .files = {{"/k", digest('d'), std::nullopt}, {"/net", std::nullopt, "not there"}}});
  }

  [[nodiscard]] const Domain& domain(std::string_view name) const {
    const Domain* found = find_domain(plan, name);
    REQUIRE(found != nullptr);
    return *found;
  }
  [[nodiscard]] const Connection& connection(std::string_view kind, std::string_view frontend) const {
    const std::uint32_t domid = domain(frontend).domid;
    const auto found = std::find_if(plan.connections.begin(), plan.connections.end(),
                                    [&](const Connection& c) { return c.kind == kind && c.frontend_domid == domid; });
    REQUIRE(found != plan.connections.end());
    return *found;
  }

  test::SpecText spec;
  privilege::Derived derived;
  LaunchPlan plan;
};

std::string content_of(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::stringstream content;
  content << file.rdbuf();
  return content.str();
}

}  // namespace

TEST_CASE("the host as a whole is in the plan") {
  const Planned planned(kSpec);
  CHECK(planned.plan.host == Host{.name = "lab",
                                  .xen = "4.17",
                                  .shape = Shape::kSplit,
                                  .control_domid = 0,
                                  .hardware_domid = 1,
                                  .xenstore_domid = 0,
                                  .iommu = IommuStrength::kRequired,
                                  .origin = planned.plan.host.origin});
  CHECK(planned.plan.host.origin.starts_with("host.yaml:2:"));
  CHECK(planned.plan.digests == Digests{.spec_path = "host.yaml",
                                        .spec_sha256 = digest('a'),
                                        .policy_sha256 = digest('b'),
                                        .inventory = std::nullopt,
                                        .files = {{"/k", digest('d'), std::nullopt},
                                                  {"/k2", std::nullopt, "the compiler did not look at it"},
                                                  {"/net", std::nullopt, "not there"},
                                                  {"/r", std::nullopt, "the compiler did not look at it"}}});
}

TEST_CASE("a domain's settings and labels are in the plan") {
  const Planned planned(kSpec);
  Domain net = planned.domain("net");
  CHECK(net.domid > 1);
  net.domid = 0;
  CHECK(net == Domain{.name = "net",
                      .family = "net",
                      .domid = 0,
                      .role = "driver",
                      .type = DomainType::kPv,
                      .control = false,
                      .hardware = false,
                      .guest = false,
                      .label = "system_u:system_r:net_t",
                      .booting_label = std::nullopt,
                      .building_label = "system_u:system_r:net_building_t",
                      .kernel = "/k",
                      .ramdisk = "/net",
                      .command_line = "",
                      .memory_kib = 262144,
                      .vcpus = 1,
                      .max_grant_frames = 64,
                      .max_maptrack_frames = 1024,
                      .max_event_channels = 1023,
                      .restart = Restart::kOnFailure,
                      .start = Start::kBoot,
                      .placement = Placement{.near = std::nullopt, .node = std::nullopt, .cpus = Range{2, 3}},
                      .console_domid = 0,
                      .xenstore_domid = 0,
                      .target_domid = std::nullopt,
                      .origin = "host.yaml:8:3"});
  CHECK(planned.domain("control").booting_label == "system_u:system_r:control_boot_t");
  CHECK(planned.domain("web-2").family == "web");
  CHECK(planned.domain("web-2").start == Start::kOnDemand);
  CHECK(planned.domain("web-2").command_line == "quiet");
  CHECK(planned.domain("db").type == DomainType::kPvh);
}

TEST_CASE("devices and connections are in the plan, with the labels of their event channels") {
  const Planned planned(kSpec);
  REQUIRE(planned.plan.devices.size() == 1);
  CHECK(planned.plan.devices[0] ==
        Device{.name = "nic0",
               .sbdf = "0000:00:03.0",
               .identity = Identity{0x8086, 0x10D3, std::nullopt, std::nullopt, std::nullopt},
               .label = "system_u:object_r:nic0_dev_t",
               .owner_domid = planned.domain("net").domid,
               .iomem = {{0xFEBA0, 0xFEBBF}},
               .ioports = {},
               .irqs = {23},
               .iommu_group = std::nullopt,
               .origin = "host.yaml:4:3"});
  const Connection& network = planned.connection("network", "web-1");
  CHECK(network.network->bridge == "br0");
  CHECK(network.network->mac.starts_with("00:16:3e:"));
  CHECK(network.network->handle == 0);
  CHECK(network.channel_label == "system_u:object_r:net_web_1_ch_t");
  CHECK(network.backend_domid == planned.domain("net").domid);
  CHECK(planned.connection("passthrough", "net").passthrough == PassthroughPart{"nic0"});
  CHECK(planned.connection("passthrough", "net").channel_label == std::nullopt);
  CHECK(planned.connection("build", "db").channel_label == std::nullopt);
}

TEST_CASE("whoever is served waits for who serves it, and for whom the spec names") {
  const Planned planned(kSpec);
  const auto domid = [&](std::string_view name) { return planned.domain(name).domid; };
  std::vector<Gate> expected{{domid("net"), GateKind::kDomainReady, domid("hardware"), std::nullopt},
                             {domid("net"), GateKind::kBackEndReady, domid("hardware"), "pci"},
                             {domid("web-1"), GateKind::kBackEndReady, domid("net"), "network"},
                             {domid("web-2"), GateKind::kBackEndReady, domid("net"), "network"},
                             {domid("db"), GateKind::kDomainReady, domid("net"), std::nullopt}};
  std::sort(expected.begin(), expected.end(), [](const Gate& a, const Gate& b) {
    return std::tie(a.domid, a.awaited_domid, a.kind) < std::tie(b.domid, b.awaited_domid, b.kind);
  });
  CHECK(planned.plan.gates == expected);
}

TEST_CASE("the expected matrix is the derived one, cell by cell") {
  const Planned planned(kSpec);
  const Expectations& expected = planned.plan.expectations;
  const privilege::PrivilegeSet& set = planned.derived.set;
  using Key = std::tuple<std::string, std::string, std::string>;
  std::map<Key, std::uint32_t> from_plan;
  for (const Cell& cell : expected.cells) {
    from_plan[{expected.labels.at(cell.source), expected.labels.at(cell.target),
               expected.classes.at(cell.access_class - 1).name}] = cell.vector;
  }
  std::map<Key, std::uint32_t> from_set;
  for (const privilege::Cell& cell : set.cells()) {
    from_set[{privilege::context(set.at(cell.source)), privilege::context(set.at(cell.target)),
              set.abi->at(cell.access_class).name}] = cell.permissions;
  }
  CHECK(from_plan == from_set);
  CHECK(expected.labels.size() == set.types.size());
  CHECK(expected.transitions.size() == set.transitions.size());
  REQUIRE(expected.initial_sids.size() == 13);
  CHECK(expected.initial_sids[2].name == "dom0");
  CHECK(expected.labels[expected.initial_sids[2].label] == "system_u:system_r:control_boot_t");
}

TEST_CASE("the place of a statement is named without its folder") {
  test::SpecText spec(kSpec, {}, "/some/where/host.yaml");
  const auto derived = privilege::derive(spec.model, *spec.catalogue, spec.diagnostics);
  const LaunchPlan plan =
      make_launch_plan(spec.model, derived, {spec.sources, "host.yaml", digest('a'), digest('b'), std::nullopt, {}});
  CHECK(plan.domains[0].origin == "host.yaml:6:3");
}

TEST_CASE("the plan of every example is taken by the reader and by the schema") {
  const std::filesystem::path examples = std::filesystem::path(BULKHEAD_SOURCE_DIR) / "examples";
  std::vector<std::string> plans;
  for (const auto& entry : std::filesystem::directory_iterator(examples)) {
    if (!std::filesystem::exists(entry.path() / "host.yaml") || entry.path().filename() == "broken-on-purpose") {
      continue;
    }
    INFO(entry.path());
    const Planned planned(content_of(entry.path() / "host.yaml"), content_of(entry.path() / "inventory.yaml"));
    plans.push_back(write_launch_plan(planned.plan));
    const auto read = read_launch_plan(plans.back());
    INFO((read ? std::string() : read.error().message()));
    REQUIRE(read.has_value());
    CHECK(*read == planned.plan);
  }
  CHECK(plans.size() >= 5);
  CHECK(test::validate_json(std::string(BULKHEAD_SOURCE_DIR) + "/docs/launch-plan.schema.json", plans) ==
        std::vector<std::string>(plans.size(), "valid"));
}

}  // namespace bulkhead::plan
