// `show` writes a spec of the same model.
#include <filesystem>

#include <catch2/catch.hpp>

#include "bulkhead/base/files.h"
#include "hosts.h"
#include "support/model_text.h"
#include "support/spec_text.h"

namespace bulkhead::test {
namespace {

void check_round_trip(const std::string& text, const std::string& inventory = {}) {
  const SpecText first(text, inventory);
  INFO(first.rendered());
  REQUIRE_FALSE(first.diagnostics.has_errors());
  const std::string shown = model::show(first.model);
  const SpecText second(shown, inventory);
  INFO(shown);
  INFO(second.rendered());
  REQUIRE_FALSE(second.diagnostics.has_errors());
  CHECK(model_text(second.model) == model_text(first.model));
}

TEST_CASE("defaults are marked, families are kept, and what no key says stands in remarks") {
  const SpecText read(split_host(
      "  net: { role: driver, kernel: /k, restart: on-failure }\n"
      "  web: { role: guest, type: pvh, instances: 2, kernel: /k, cmdline: \"a=\\\"b\\\"\", memory: 1 GiB }\n",
      "connections:\n  - network: { backend: net, frontend: web-2, bridge: br }\n"
      "  - network: { backend: net, frontend: web-1, bridge: br }\n"));
  REQUIRE(read.rendered().empty());
  CHECK(model::show(read.model) == R"(bulkhead: 1
host: { xen: "4.17", hardware: { domain: hardware }, iommu: required }
domains:
  control:
    role: control
    type: pv  # default
    # with what the devices ask for, the kernel gets: "pci=off"
    memory: 256 MiB  # default
    vcpus: 1  # default
    domid: 0  # default
    max-grant-frames: 64  # default
    max-maptrack-frames: 1024  # default
    max-event-channels: 1023  # default
    restart: never  # default
    start: boot  # default
    console: none  # default
  hardware:
    role: hardware
    type: pv  # default
    kernel: "/k"
    memory: 256 MiB  # default
    vcpus: 1  # default
    domid: 1  # default
    max-grant-frames: 64  # default
    max-maptrack-frames: 1024  # default
    max-event-channels: 1023  # default
    restart: never  # default
    start: boot  # default
    console: none  # default
  net:
    role: driver
    type: pv  # default
    kernel: "/k"
    memory: 256 MiB  # default
    vcpus: 1  # default
    domid: 2  # default
    max-grant-frames: 64  # default
    max-maptrack-frames: 1024  # default
    max-event-channels: 1023  # default
    restart: on-failure
    start: boot  # default
    console: control  # default
  web:
    role: guest
    type: pvh
    instances: 2  # web-1 (domid 3) to web-2 (domid 4)
    kernel: "/k"
    cmdline: "a=\"b\""
    memory: 1 GiB
    vcpus: 1  # default
    max-grant-frames: 64  # default
    max-maptrack-frames: 1024  # default
    max-event-channels: 1023  # default
    restart: never  # default
    start: boot  # default
    console: control  # default
connections:
  - { network: { backend: net, frontend: web, bridge: "br" } }
# added by the compiler:
#   build: control with hardware, net, web
#   console: control with net, web
#   hardware-domain: control with hardware
#   xenstore: control with hardware, net, web
#   xenstore-domain: control with control
# started in this order: control, hardware, net, web
)");
}

TEST_CASE("every example reads back as the same model") {
  std::size_t examples = 0;
  for (const auto& entry : std::filesystem::directory_iterator(BULKHEAD_SOURCE_DIR "/examples")) {
    const auto spec = read_file((entry.path() / "host.yaml").string(), kMaxDocumentBytes);
    if (!spec || entry.path().filename() == "broken-on-purpose") continue;
    CAPTURE(entry.path().string());
    const auto inventory = read_file((entry.path() / "inventory.yaml").string(), kMaxDocumentBytes);
    check_round_trip(*spec, inventory ? *inventory : std::string());
    ++examples;
  }
  CHECK(examples >= 5);
}

TEST_CASE("consoles that differ between instances read back") {
  check_round_trip(
      classic("  a: { role: console, kernel: /k }\n  b: { role: console, kernel: /k }\n"
              "  web: { role: guest, instances: 3, kernel: /k }\n",
              "connections:\n  - console: { backend: b, frontend: web-2 }\n"));
}

TEST_CASE("connections of whole families and of single instances read back") {
  check_round_trip(
      classic("  net: { role: driver, instances: 2, kernel: /k, after: [logs, z, w-1] }\n"
              "  logs: { role: console, kernel: /k, console: control }\n"
              "  x: { role: guest, instances: 3, kernel: /k }\n  y: { role: guest, instances: 2, kernel: /k }\n"
              "  z: { role: guest, instances: 2, kernel: /k }\n  w: { role: guest, instances: 2, kernel: /k }\n",
              "connections:\n"
              "  - network: { backend: net, frontend: [x, y-2], bridge: one }\n"
              "  - network: { backend: net-2, frontend: y, bridge: two }\n"
              "  - disk: { backend: net-1, frontend: x, target: /d, device: xvda, access: read-only }\n"
              "  - channel: { between: [x, y], pages: 3 }\n"
              "  - channel: { between: [y-1, x-3] }\n"
              "  - argo: { between: [y-2, x] }\n"));
}

TEST_CASE("device models by number, places, limits and devices without PCI read back") {
  check_round_trip(
      "devices:\n  tpm: { iomem: [0xfed40-0xfed44], irqs: [10] }\n  com: { ioports: [0x2f8-0x2ff, 0x400] }\n" +
      classic("  win: { role: guest, type: hvm, instances: 2, kernel: /k, place: { cpus: 3 } }\n"
              "  qemu: { role: device-model, instances: 2, kernel: /k, target: win }\n"
              "  net: { role: driver, kernel: /k, devices: [tpm, com], place: { node: 1 },\n"
              "         max-grant-frames: 128, max-maptrack-frames: 4096, max-event-channels: 4095, domid: 9,\n"
              "         restart: always, memory: 65537 KiB, vcpus: 4, ramdisk: /r }\n"
              "  near: { role: guest, kernel: /k, place: { near: com } }\n"
              "  late: { role: guest, kernel: /k, start: on-demand, console: none }\n",
              "assert:\n  - { only: [control], may: { class: domain, permission: create } }\n"
              "accept:\n  - { finding: shared-irq, reason: \"a \\\\ b\" }\n"));
}

TEST_CASE("a device with the place that the inventory gives it reads back") {
  check_round_trip(with_inventory("  nic0: { pci: \"00:03.0\", irqs: [23], is: { vendor: 1, class: network } }\n",
                                  "  net: { role: driver, kernel: /k, devices: [nic0], place: { near: nic0 } }\n"),
                   machine("  - { at: \"00:03.0\", vendor: 1, device: 2, class: 0x020000, irq: 23, msi: true, node: 1, "
                           "iomem: [5-6] }\n"));
}

}  // namespace
}  // namespace bulkhead::test
