#include <catch2/catch.hpp>

#include "reading.h"

using namespace bulkhead::spec;
using bulkhead::spec::test::Read;

namespace {

std::string printed(const std::string& text) {
  Read read(text);
  REQUIRE(read.document.has_value());
  const Reading reading = read_spec(*read.document, read.diagnostics);
  INFO(read.rendered());
  REQUIRE(reading.complete);
  return print_spec(reading.spec);
}

// Every key of the language, in the form that print_spec gives it.
constexpr const char* kCanonical = R"(bulkhead: 1
host: { name: rack7, xen: "4.17", hardware: { domain: hardware }, inventory: "inv \"1\".yaml", iommu: none }
devices:
  nic0: { pci: "0000:00:03.0", is: { vendor: 0x8086, device: 0x10d3, subsystem-vendor: 0x0001, subsystem-device: 0x0002, class: network }, iomem: ["0xfeb40-0xfeb5f", "0x10"], ioports: ["0xc040-0xc05f"], irqs: [23, 5] }
  "true": { irqs: [1] }
domains:
  control: { role: control }
  net: { role: driver, type: pvh, devices: [nic0, "true"], kernel: "/k", ramdisk: "/r", cmdline: "a=\\b", memory: 512 MiB, vcpus: 2, domid: 5, instances: 3, max-grant-frames: 64, max-maptrack-frames: 65, max-event-channels: 66, restart: on-failure, start: on-demand, place: { cpus: "2-3" }, target: web, console: none, after: [control] }
  web: { role: guest, memory: 1536 KiB, restart: always, place: { near: nic0 } }
  web2: { role: guest, memory: 3 TiB, restart: never, start: boot, place: { node: 1 } }
  web3: { role: guest, place: { cpus: 4 } }
connections:
  - { network: { backend: net, frontend: [web, web2], bridge: "xenbr0", mac: "00:16:3e:00:00:01" } }
  - { disk: { backend: net, frontend: web, target: "/dev/sda1", device: "xvda", access: read-only } }
  - { channel: { between: [web, web2], pages: 4 } }
  - { console: { backend: net, frontend: web } }
  - { observe: { observer: net, domain: [web, web2] } }
  - { vtpm: { backend: net, frontend: web } }
  - { argo: { between: [web, web2] } }
roles:
  metrics: { extends: monitor, allow: [{ on: xen, class: xen, permissions: [physinfo, "get_cpu"], reason: "host load" }] }
assert:
  - { name: "apart", no-flow: { from: web, to: web2 }, except-through: [net] }
  - { phase: building, only: [control], may: { class: domain, permission: create, on: web } }
  - { may-only: { domain: net, class: grant, permission: copy, on: [web, web2] } }
  - { phase: booting, nobody-may: { class: security, permission: "load_policy" } }
  - { phase: sealed, nobody-may: { class: security, permission: setbool } }
accept:
  - { finding: shared-irq, domains: [net], devices: [nic0, "true"], reason: "one slot" }
)";

}  // namespace

TEST_CASE("what is printed reads back as the same spec, with every key of the language") {
  CHECK(printed(kCanonical) == kCanonical);
}

TEST_CASE("other ways to write a spec print alike") {
  CHECK(printed("domains:\n  control:\n    role: 'control'\n    memory: 1024MiB\n    place:\n      cpus: \"0x2-3\"\n"
                "host:\n  hardware: control\n  xen: '4.22'\nbulkhead: 0x1\ndevices:\n  a:\n    pci: 00:1F.7\n") ==
        "bulkhead: 1\nhost: { xen: \"4.22\", hardware: control, iommu: required }\ndevices:\n  a: { pci: "
        "\"0000:00:1f.7\" }\n"
        "domains:\n  control: { role: control, memory: 1 GiB, place: { cpus: \"2-3\" } }\n");
  CHECK(printed("bulkhead: 1\nhost: { xen: \"4.17\", hardware: control }\ndomains: {}\n") ==
        "bulkhead: 1\nhost: { xen: \"4.17\", hardware: control, iommu: required }\ndomains: {}\n");
}
