#include <set>

#include <catch2/catch.hpp>

#include "reading.h"

using namespace bulkhead::spec;
using bulkhead::spec::test::Read;
using bulkhead::spec::test::with;

namespace {

// "text@line:column"
std::string at(const Text& text) {
  return text.value + "@" + std::to_string(text.span.line) + ":" + std::to_string(text.span.column);
}

std::vector<std::string> values(const std::vector<Text>& texts) {
  std::vector<std::string> values;
  values.reserve(texts.size());
  for (const Text& text : texts) {
    values.push_back(text.value);
  }
  return values;
}

struct Decoded {
  explicit Decoded(const std::string& text) : read(text) {
    REQUIRE(read.document.has_value());
    reading = read_spec(*read.document, read.diagnostics);
  }
  const Spec& complete() const {
    INFO(read.rendered());
    REQUIRE(reading.complete);
    return reading.spec;
  }
  Read read;
  Reading reading;
};

}  // namespace

TEST_CASE("a host is decoded with its places") {
  const Decoded decoded(
      "bulkhead: 1\nhost:\n  name: rack7\n  xen: \"4.18\"\n  hardware: { domain: hw }\n  inventory: inv.yaml\n"
      "  iommu: no-remapping\ndomains: {}\n");
  const Host& host = decoded.complete().host;
  CHECK(at(*host.name) == "rack7@3:9");
  CHECK(at(host.xen) == "4.18@4:8");
  CHECK(at(*host.hardware_domain) == "hw@5:23");
  CHECK(host.hardware_span.line == 5);
  CHECK(at(*host.inventory) == "inv.yaml@6:14");
  CHECK(host.iommu.value == IommuStrength::kNoRemapping);
  CHECK(host.iommu.span.line == 7);
}

TEST_CASE("a classic host names no hardware domain, and the IOMMU is required unless the spec says otherwise") {
  const Decoded decoded(with(""));
  const Host& host = decoded.complete().host;
  CHECK_FALSE(host.hardware_domain.has_value());
  CHECK(host.hardware_span.line == 2);
  CHECK(host.iommu.value == IommuStrength::kRequired);
  CHECK_FALSE(host.iommu.span.is_known());
}

TEST_CASE("a device is decoded with everything that it can have") {
  const Decoded decoded(
      with("devices:\n  nic0:\n    pci: 01:1f.2\n    is: { vendor: 0x8086, device: 4307, subsystem-vendor: 0x1, "
           "subsystem-device: "
           "0x2, class: usb }\n    iomem: [0xfeb40-0xfeb5f, 0x10, \"7\"]\n    ioports: [0xc040-0xc05f]\n    irqs: [23, "
           "5]\n"));
  const Device& device = decoded.complete().devices.at(0);
  CHECK(at(device.name) == "nic0@5:3");
  CHECK(device.pci->value == PciAddress{0, 1, 0x1f, 2});
  CHECK(device.identity->vendor->value == 0x8086);
  CHECK(device.identity->device->value == 0x10d3);
  CHECK(device.identity->subsystem_vendor->value == 1);
  CHECK(device.identity->subsystem_device->value == 2);
  CHECK(at(*device.identity->device_class) == "usb@7:94");
  REQUIRE(device.iomem.size() == 3);
  CHECK(device.iomem[0].value == Range{0xfeb40, 0xfeb5f});
  CHECK(device.iomem[1].value == Range{0x10, 0x10});
  CHECK(device.iomem[2].value == Range{7, 7});
  CHECK(device.ioports.at(0).value == Range{0xc040, 0xc05f});
  CHECK(device.irqs.at(0).value == 23);
  CHECK(device.irqs.at(1).value == 5);
}

TEST_CASE("a domain is decoded with everything that it can have") {
  const Decoded decoded(
      with("",
           "d: { role: driver, type: pvh, devices: [a, b], kernel: /k, ramdisk: /r, cmdline: \"x y=z\", memory: "
           "1 GiB, vcpus: 2, domid: 5, instances: 3, max-grant-frames: 64, max-maptrack-frames: 65, "
           "max-event-channels: 66, restart: on-failure, start: on-demand, place: { cpus: 2-3 }, target: t, "
           "console: none, after: [e] }"));
  const Domain& domain = decoded.complete().domains.at(0);
  CHECK(at(domain.name) == "d@3:12");
  CHECK(at(domain.role) == "driver@3:23");
  CHECK(domain.type->value == DomainType::kPvh);
  CHECK(values(domain.devices) == std::vector<std::string>{"a", "b"});
  CHECK(domain.kernel->value == "/k");
  CHECK(domain.ramdisk->value == "/r");
  CHECK(domain.command_line->value == "x y=z");
  CHECK(domain.memory_bytes->value == std::uint64_t{1} << 30);
  CHECK(domain.vcpus->value == 2);
  CHECK(domain.domid->value == 5);
  CHECK(domain.instances->value == 3);
  CHECK(domain.max_grant_frames->value == 64);
  CHECK(domain.max_maptrack_frames->value == 65);
  CHECK(domain.max_event_channels->value == 66);
  CHECK(domain.restart->value == Restart::kOnFailure);
  CHECK(domain.start->value == Start::kOnDemand);
  CHECK(domain.place->cpus->value == Range{2, 3});
  CHECK_FALSE(domain.place->near.has_value());
  CHECK(domain.target->value == "t");
  CHECK(domain.console->value == "none");
  CHECK(values(domain.after) == std::vector<std::string>{"e"});
}

TEST_CASE("each kind of connection puts the serving end first") {
  const Decoded decoded(
      with("connections:\n"
           "  - network: { backend: n, frontend: [a, b], bridge: br0, mac: 00:16:3e:00:00:01 }\n"
           "  - disk: { backend: d, frontend: a, target: /t, device: xvda, access: read-only }\n"
           "  - channel: { between: [a, b], pages: 4 }\n"
           "  - console: { backend: c, frontend: a }\n"
           "  - observe: { observer: m, domain: [a, b] }\n"
           "  - vtpm: { backend: v, frontend: a }\n"
           "  - argo: { between: [a, b] }\n"));
  std::vector<std::string> seen;
  for (const Connection& connection : decoded.complete().connections) {
    std::string line = at(connection.kind) + " " + connection.first.value + ":";
    for (const std::string& second : values(connection.second)) {
      line += " " + second;
    }
    seen.push_back(line);
  }
  CHECK(seen == std::vector<std::string>{"network@5:5 n: a b", "disk@6:5 d: a", "channel@7:5 a: b", "console@8:5 c: a",
                                         "observe@9:5 m: a b", "vtpm@10:5 v: a", "argo@11:5 a: b"});
  const Connection& network = decoded.complete().connections[0];
  CHECK(network.bridge->value == "br0");
  CHECK(network.mac->value == "00:16:3e:00:00:01");
  const Connection& disk = decoded.complete().connections[1];
  CHECK(disk.target->value == "/t");
  CHECK(disk.device->value == "xvda");
  CHECK(disk.access->value == Access::kReadOnly);
  CHECK(decoded.complete().connections[2].pages->value == 4);
}

TEST_CASE("roles, assertions and accepted risks are decoded") {
  const Decoded decoded(
      with("roles:\n  metrics: { extends: monitor, allow: [ { on: xen, class: xen, permissions: [physinfo, heap], "
           "reason: why } ] "
           "}\n"
           "assert:\n"
           "  - { name: apart, no-flow: { from: a, to: b }, except-through: [n] }\n"
           "  - { only: [a], may: { class: domain, permission: create, on: c } }\n"
           "  - { phase: sealed, nobody-may: { class: security, permission: load_policy } }\n"
           "  - { may-only: { domain: a, class: grant, permission: copy, on: [b, c] } }\n"
           "  - { at-most: { domain: a, permissions: 9, reaches: 2, not-through: [n], controls: 0 } }\n"
           "  - { no-flow: { from: a, to: b, by: integrity } }\n"
           "accept:\n  - { finding: shared-irq, domains: [a], devices: [d, e], reason: because }\n"));
  const Role& role = decoded.complete().roles.at(0);
  CHECK(at(role.name) == "metrics@5:3");
  CHECK(role.extends.value == "monitor");
  REQUIRE(role.allow.size() == 1);
  CHECK(role.allow[0].on.value == "xen");
  CHECK(role.allow[0].access_class.value == "xen");
  CHECK(values(role.allow[0].permissions) == std::vector<std::string>{"physinfo", "heap"});
  CHECK(role.allow[0].reason.value == "why");

  const std::vector<Assertion>& assertions = decoded.complete().assertions;
  REQUIRE(assertions.size() == 6);
  const auto& budget = std::get<AtMost>(assertions[4].claim);
  CHECK(budget.domain.value == "a");
  CHECK(budget.permissions->value == 9);
  CHECK(budget.reaches->value == 2);
  CHECK(budget.controls->value == 0);
  CHECK_FALSE(budget.unreviewed.has_value());
  CHECK(values(budget.not_through) == std::vector<std::string>{"n"});
  CHECK(std::get<NoFlow>(assertions[5].claim).by->value == FlowConcern::kIntegrity);
  CHECK(assertions[0].name->value == "apart");
  CHECK_FALSE(assertions[0].phase.has_value());
  CHECK(std::get<NoFlow>(assertions[0].claim).from.value == "a");
  CHECK(std::get<NoFlow>(assertions[0].claim).to.value == "b");
  CHECK(values(std::get<NoFlow>(assertions[0].claim).except_through) == std::vector<std::string>{"n"});
  CHECK(values(std::get<OnlyMay>(assertions[1].claim).only) == std::vector<std::string>{"a"});
  CHECK(std::get<OnlyMay>(assertions[1].claim).may.on->value == "c");
  CHECK(assertions[2].phase->value == Phase::kRunning);
  CHECK(std::get<NobodyMay>(assertions[2].claim).may.permission.value == "load_policy");

  const auto& may_only = std::get<MayOnly>(assertions[3].claim);
  CHECK(may_only.domain.value == "a");
  CHECK(may_only.may.access_class.value == "grant");
  CHECK(may_only.may.permission.value == "copy");
  CHECK(values(may_only.on) == std::vector<std::string>{"b", "c"});

  const Accept& accept = decoded.complete().accepts.at(0);
  CHECK(accept.finding.value == "shared-irq");
  CHECK(values(accept.domains) == std::vector<std::string>{"a"});
  CHECK(values(accept.devices) == std::vector<std::string>{"d", "e"});
  CHECK(accept.reason.value == "because");
}

TEST_CASE("what was refused is left out and the rest is there for later stages") {
  const Decoded decoded(
      with("devices: { good: { pci: 00:01.0 }, bad: { pci: here, irqs: [5, x] }, 12_3: { pci: 00:02.0 } }\n"
           "connections: [ { network: 1 }, { argo: { between: [a, b] } }, { disc: {} } ]\n"
           "assert: [ { only: [], may: { class: c, permission: p } }, { nobody-may: { class: c, permission: p } } ]\n",
           "control: { role: 7, memory: much, vcpus: 2 }, other: 3"));
  const Spec& spec = decoded.reading.spec;
  CHECK_FALSE(decoded.reading.complete);
  REQUIRE(spec.devices.size() == 2);
  CHECK(spec.devices[1].name.value == "bad");
  CHECK_FALSE(spec.devices[1].pci.has_value());
  CHECK(spec.devices[1].irqs.size() == 1);
  REQUIRE(spec.domains.size() == 1);
  CHECK(spec.domains[0].role.value.empty());
  CHECK_FALSE(spec.domains[0].role.span.is_known());
  CHECK_FALSE(spec.domains[0].memory_bytes.has_value());
  CHECK(spec.domains[0].vcpus->value == 2);
  REQUIRE(spec.connections.size() == 1);
  CHECK(spec.connections[0].kind.value == "argo");
  CHECK(spec.assertions.size() == 1);
}
