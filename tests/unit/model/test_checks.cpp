// What the fixtures of tests/golden/spec do not show: several mistakes at once, none reported twice, and the edges of a
// check.
#include <catch2/catch.hpp>

#include "hosts.h"
#include "support/spec_text.h"

namespace bulkhead::test {
namespace {

// The ids with their places, sorted; the words are in the fixtures.
std::vector<std::string> ids(const SpecText& read) {
  std::vector<std::string> result;
  for (const Diagnostic& diagnostic : read.diagnostics.sorted()) {
    result.push_back(read.sources.describe(diagnostic.span) + " " + std::string(info(diagnostic.id).id));
  }
  return result;
}

using Ids = std::vector<std::string>;

TEST_CASE("a domain whose role is misspelt is not reported again where it is used") {
  const SpecText read(classic("  net: { role: drivr, kernel: /k }\n  web: { role: guest, kernel: /k }\n",
                              "connections:\n  - network: { backend: net, frontend: web, bridge: br }\n"));
  CHECK(ids(read) == Ids{"host.yaml:5:16 unknown-role"});
}

TEST_CASE("a misspelt control role is not also a missing control domain") {
  const SpecText read(
      "bulkhead: 1\nhost: { xen: \"4.17\", hardware: control }\ndomains: { control: { role: controll } }\n");
  CHECK(ids(read) == Ids{"host.yaml:3:29 unknown-role"});
}

TEST_CASE("a guest whose device model names another is not also a guest without one") {
  const SpecText read(
      classic("  win: { role: guest, type: hvm, kernel: /k }\n"
              "  qemu: { role: device-model, kernel: /k, target: wim }\n"));
  CHECK(ids(read) == Ids{"host.yaml:6:51 unknown-domain"});
}

TEST_CASE("a device whose owner misspelt it is not also one without an owner") {
  const SpecText read("devices: { nic0: { iomem: [1] } }\n" +
                      classic("  net: { role: driver, kernel: /k, devices: [nic1] }\n"));
  CHECK(ids(read) == Ids{"host.yaml:6:46 unknown-device"});
}

TEST_CASE("an instance that there is not is told from one that there is") {
  const SpecText read(classic("  net: { role: driver, kernel: /k }\n  web: { role: guest, instances: 4, kernel: /k }\n",
                              "connections:\n  - network: { backend: net, frontend: web-5, bridge: br }\n"));
  CHECK(read.rendered() ==
        "host.yaml:8:40: error: there is no domain `web-5`; the instances of `web` are `web-1` to `web-4` "
        "[unknown-domain]\n"
        "     8 |   - network: { backend: net, frontend: web-5, bridge: br }\n"
        "       |                                        ^~~~~\n");
}

TEST_CASE("names in assertions and accepted risks are checked; the hypervisor's own labels are no domains") {
  const SpecText read(classic("",
                              "assert:\n"
                              "  - no-flow: { from: a, to: control }\n"
                              "    except-through: [b]\n"
                              "  - { only: [c], may: { class: domain, permission: create, on: control } }\n"
                              "  - nobody-may: { class: xen, permission: settime, on: xen }\n"
                              "  - nobody-may: { class: xem, permission: settime, on: self }\n"
                              "  - nobody-may: { class: xen, permission: setclock }\n"
                              "accept:\n  - { finding: shared-irq, domains: [d], devices: [e], reason: why }\n"));
  CHECK(ids(read) == Ids{"host.yaml:6:22 unknown-domain", "host.yaml:7:22 unknown-domain",
                         "host.yaml:8:14 unknown-domain", "host.yaml:10:26 unknown-class",
                         "host.yaml:10:56 unknown-domain", "host.yaml:11:43 unknown-permission",
                         "host.yaml:13:38 unknown-domain", "host.yaml:13:52 unknown-device"});
}

TEST_CASE("on a classic host the control domain serves as the hardware domain") {
  const SpecText read(classic("  web: { role: guest, kernel: /k }\n",
                              "connections:\n  - network: { backend: control, frontend: web, bridge: br }\n"));
  CHECK(read.rendered().empty());
  const SpecText split(split_host("  web: { role: guest, kernel: /k }\n",
                                  "connections:\n  - network: { backend: control, frontend: web, bridge: br }\n"));
  CHECK(ids(split) == Ids{"host.yaml:8:25 server-role"});
}

TEST_CASE("a role that extends a serving one may serve") {
  const SpecText read(
      classic("  net: { role: wan, kernel: /k }\n  web: { role: guest, kernel: /k }\n",
              "roles: { wan: { extends: driver, allow: [ { on: self, class: grant, permissions: [query], "
              "reason: why } ] } }\n"
              "connections:\n  - network: { backend: net, frontend: web, bridge: br }\n"));
  CHECK(read.rendered().empty());
}

TEST_CASE("a family's mistake is told once and not for each instance") {
  const SpecText read(classic(
      "  disk: { role: driver, kernel: /k }\n  web: { role: guest, instances: 40, kernel: /k, memory: 1 MiB }\n",
      "connections:\n"
      "  - disk: { backend: disk, frontend: web, target: /a, device: xvda, access: read-only }\n"
      "  - disk: { backend: disk, frontend: web, target: /b, device: xvda, access: read-only }\n"
      "  - vtpm: { backend: web, frontend: control }\n"));
  CHECK(ids(read) ==
        Ids{"host.yaml:6:58 memory-limits", "host.yaml:9:5 disk-name-twice", "host.yaml:10:22 server-role"});
}

TEST_CASE("a back end may serve one front end on several bridges, but on each once") {
  const std::string domains = "  net: { role: driver, kernel: /k }\n  web: { role: guest, kernel: /k, instances: 2 }\n";
  const SpecText two(classic(domains,
                             "connections:\n  - network: { backend: net, frontend: web, bridge: a }\n"
                             "  - network: { backend: net, frontend: web, bridge: b }\n"));
  CHECK(two.rendered().empty());
  const SpecText same(classic(domains,
                              "connections:\n  - network: { backend: net, frontend: web, bridge: a }\n"
                              "  - network: { backend: net, frontend: web-2, bridge: a }\n"));
  CHECK(ids(same) == Ids{"host.yaml:9:5 duplicate-connection"});
}

TEST_CASE("disk names are those of a front end, with or without a partition") {
  for (const char* const good : {"xvda", "xvdz", "xvdaa", "xvdb1", "xvda15", "sda", "sdp3", "hda", "hdd12"}) {
    CAPTURE(good);
    CHECK(SpecText(classic("  disk: { role: driver, kernel: /k }\n  web: { role: guest, kernel: /k }\n",
                           "connections:\n  - disk: { backend: disk, frontend: web, target: /d, device: " +
                               std::string(good) + " }\n"))
              .rendered()
              .empty());
  }
  for (const char* const bad :
       {"xvd", "xvdA", "xvda0", "xvda123", "xvdabc", "sdq", "sdaa", "hde", "vda", "xvda1b", "a"}) {
    CAPTURE(bad);
    CHECK(ids(SpecText(classic("  disk: { role: driver, kernel: /k }\n  web: { role: guest, kernel: /k }\n",
                               "connections:\n  - disk: { backend: disk, frontend: web, target: /d, device: " +
                                   std::string(bad) + " }\n"))) == Ids{"host.yaml:8:63 disk-name"});
  }
}

TEST_CASE("one address for the interfaces of several instances is refused") {
  const SpecText read(
      classic("  net: { role: driver, kernel: /k }\n  web: { role: guest, kernel: /k, instances: 2 }\n",
              "connections:\n  - network: { backend: net, frontend: web, bridge: a, mac: \"00:16:3e:00:00:01\" }\n"));
  CHECK(ids(read) == Ids{"host.yaml:8:61 mac-twice"});
}

TEST_CASE("ranges may touch and may not overlap, whoever owns them; a large one covers all within it") {
  const SpecText read(
      "devices:\n  a: { iomem: [0x10-0x1f] }\n  b: { iomem: [0x20-0x2f] }\n  c: { iomem: [0x100-0x1ff] }\n"
      "  d: { iomem: [0x110] }\n  e: { iomem: [0x1f0-0x200] }\n" +
      classic("  net: { role: driver, kernel: /k, devices: [a, b, c, d, e] }\n"));
  CHECK(ids(read) == Ids{"host.yaml:5:16 range-overlap", "host.yaml:6:16 range-overlap"});
}

TEST_CASE("a device must not share a page with one that the hardware domain keeps, but bridges do not count") {
  const std::string devices = "  nic0: { pci: \"00:03.0\" }\n";
  const std::string domains = "  net: { role: driver, kernel: /k, devices: [nic0] }\n";
  const std::string nic =
      "  - { at: \"00:03.0\", vendor: 1, device: 2, class: 0x020000, msi: true, iomem: [0x10-0x11] }\n";
  const SpecText shared(
      with_inventory(devices, domains),
      machine(nic + "  - { at: \"00:04.0\", vendor: 1, device: 2, class: 0x0c0320, msi: true, iomem: [0x11] }\n"));
  CHECK(shared.rendered() ==
        "inventory.yaml:4:80: error: page frames 0x10-0x11 of `nic0` overlap 0x11 of 0000:00:04.0 [range-overlap]\n"
        "     4 |   - { at: \"00:03.0\", vendor: 1, device: 2, class: 0x020000, msi: true, iomem: [0x10-0x11] }\n"
        "       |                                                                                ^~~~~~~~~\n"
        "inventory.yaml:5:80: note: the other range\n"
        "     5 |   - { at: \"00:04.0\", vendor: 1, device: 2, class: 0x0c0320, msi: true, iomem: [0x11] }\n"
        "       |                                                                                ^~~~\n");
  const SpecText bridge(
      with_inventory(devices, domains),
      machine(nic + "  - { at: \"00:1c.0\", vendor: 1, device: 2, class: 0x060400, iomem: [0x10-0x1f] }\n"));
  CHECK(bridge.rendered().empty());
}

TEST_CASE("a function that nobody drives stays with the hardware domain, so its sister cannot leave") {
  const SpecText read("devices: { a: { pci: \"00:06.0\" }, b: { pci: \"00:06.1\" } }\n" +
                      classic("  net: { role: driver, kernel: /k, devices: [a] }\n"));
  CHECK(ids(read) == Ids{"host.yaml:1:35 device-unassigned", "host.yaml:1:35 pci-function-split"});
}

TEST_CASE("the identity of a card is compared in all of its parts") {
  const SpecText read(
      with_inventory("  a: { pci: \"00:03.0\", is: { subsystem-vendor: 1, subsystem-device: 2, class: usb } }\n",
                     "  net: { role: driver, kernel: /k, devices: [a] }\n"),
      machine("  - { at: \"00:03.0\", vendor: 1, device: 2, class: 0x0c0330, subsystem-vendor: 3, msi: true }\n"));
  CHECK(ids(read) == Ids{"host.yaml:4:48 pci-identity", "host.yaml:4:69 pci-identity"});
}

TEST_CASE("consoles: two for an instance, one's own, one of several, of a domain that cannot") {
  const SpecText read(
      classic("  logs: { role: console, instances: 2, kernel: /k, console: none }\n"
              "  web: { role: guest, kernel: /k, console: web }\n"
              "  mail: { role: guest, kernel: /k, console: logs }\n"
              "  shop: { role: guest, kernel: /k, console: logs-1 }\n",
              "connections:\n  - console: { backend: logs-2, frontend: [shop] }\n"));
  CHECK(ids(read) == Ids{"host.yaml:6:44 self-connection", "host.yaml:6:44 server-role",
                         "host.yaml:7:45 ambiguous-reference", "host.yaml:10:44 two-consoles"});
}

TEST_CASE("without any domain there is one complaint") {
  const SpecText read("bulkhead: 1\nhost: { xen: \"4.17\", hardware: control }\ndomains: {}\n");
  CHECK(ids(read) == Ids{"host.yaml:2:7 no-control"});
}

TEST_CASE("thousands of unknown names are told in seconds") {
  std::string domains;
  std::string connections = "connections:\n";
  for (int i = 0; i < 3000; ++i) {
    domains += "  guest" + std::to_string(i) + ": { role: guest, kernel: /k }\n";
    connections += "  - argo: { between: [gest" + std::to_string(i) + ", gust" + std::to_string(i) + "] }\n";
  }
  const SpecText read(classic(domains, connections));
  CHECK(read.diagnostics.error_count() == 6000);
}

}  // namespace
}  // namespace bulkhead::test
