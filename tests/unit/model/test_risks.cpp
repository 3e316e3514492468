#include <catch2/catch.hpp>

#include "hosts.h"
#include "support/spec_text.h"

namespace bulkhead::test {
namespace {

const std::string kShared = machine(
    "  - { at: \"00:03.0\", vendor: 1, device: 2, class: 0x020000, irq: 20, group: 1 }\n"
    "  - { at: \"00:04.0\", vendor: 1, device: 2, class: 0x010000, irq: 20, group: 2 }\n");
const std::string kDevices = "  nic0: { pci: \"00:03.0\" }\n  ahci0: { pci: \"00:04.0\" }\n";
const std::string kDomains =
    "  net: { role: driver, kernel: /k, devices: [nic0] }\n  disk: { role: driver, kernel: /k, devices: [ahci0] }\n";

std::string accept(const std::string& more) {
  return "accept:\n  - { finding: shared-irq, " + more + "reason: why }\n";
}

const std::string kSharedIrq =
    "host.yaml:4:3: error: interrupt 20 is shared by `ahci0` in `disk`, `nic0` in `net` [shared-irq]\n"
    "     4 |   nic0: { pci: \"00:03.0\" }\n"
    "       |   ^~~~\n"
    "host.yaml:5:3: note: another is here\n"
    "     5 |   ahci0: { pci: \"00:04.0\" }\n"
    "       |   ^~~~~\n";

std::string unused(const std::string& more) {
  return "host.yaml:11:16: error: there is no such `shared-irq` to accept [unused-accept]\n    11 |   - { finding: "
         "shared-irq, " +
         more + "reason: why }\n       |                ^~~~~~~~~~\n";
}

TEST_CASE("a risk that nobody accepts is an error, and its places are named") {
  CHECK(findings(with_inventory(kDevices, kDomains), kShared) == kSharedIrq);
}

TEST_CASE("a risk is accepted by an entry that lists all of its domains and devices, or none") {
  for (const std::string more :
       {"", "domains: [net, disk], ", "devices: [ahci0, nic0], ", "domains: [disk, net, control], "}) {
    CAPTURE(more);
    CHECK(findings(with_inventory(kDevices, kDomains, accept(more)), kShared).empty());
  }
}

TEST_CASE("an entry that lists only some of those concerned accepts nothing, and says so") {
  for (const std::string more : {"domains: [net], ", "devices: [nic0], ", "domains: [net, disk], devices: [ahci0], "}) {
    CAPTURE(more);
    CHECK(findings(with_inventory(kDevices, kDomains, accept(more)), kShared) == kSharedIrq + unused(more));
  }
}

TEST_CASE("a device that the spec does not list is the hardware domain's") {
  const std::string group = machine(
      "  - { at: \"00:03.0\", vendor: 1, device: 2, class: 0x020000, irq: 20, group: 1 }\n"
      "  - { at: \"00:1f.3\", vendor: 1, device: 2, class: 0x0c0500, irq: 20, group: 1 }\n"
      "  - { at: \"00:1c.0\", vendor: 1, device: 2, class: 0x060400, irq: 20, group: 1 }\n"
      "  - { at: \"00:1f.4\", vendor: 1, device: 2, class: 0x0c0500, irq: 20, msi: true, group: 9 }\n");
  CHECK(findings(
            with_inventory("  nic0: { pci: \"00:03.0\" }\n", "  net: { role: driver, kernel: /k, devices: [nic0] }\n"),
            group) ==
        "host.yaml:4:3: error: IOMMU group 1 is shared by `nic0` in `net`, 0000:00:1f.3 in `control` "
        "[shared-iommu-group]\n"
        "     4 |   nic0: { pci: \"00:03.0\" }\n"
        "       |   ^~~~\n"
        "host.yaml:4:3: error: interrupt 20 is shared by `nic0` in `net`, 0000:00:1f.3 in `control` [shared-irq]\n"
        "     4 |   nic0: { pci: \"00:03.0\" }\n"
        "       |   ^~~~\n");
}

TEST_CASE("devices of one domain may share a group and an interrupt") {
  const std::string both = "  net: { role: driver, kernel: /k, devices: [nic0, ahci0] }\n";
  CHECK(findings(with_inventory(kDevices, both), kShared).empty());
}

TEST_CASE("each weaker IOMMU says what it lets through") {
  const std::string rest = "domains: { control: { role: control } }\n";
  CHECK(findings("bulkhead: 1\nhost: { xen: \"4.17\", hardware: control, iommu: no-remapping }\n" + rest) ==
        "host.yaml:2:48: error: `iommu: no-remapping`: a device that is passed through can raise any interrupt of the "
        "machine [weak-iommu]\n"
        "     2 | host: { xen: \"4.17\", hardware: control, iommu: no-remapping }\n"
        "       |                                                ^~~~~~~~~~~~\n");
}

TEST_CASE("a disk that several read is no risk, one that one of them writes is") {
  const std::string domains =
      "  disk: { role: driver, kernel: /k }\n  a: { role: guest, kernel: /k }\n  b: { role: guest, kernel: /k }\n";
  const std::string one = "  - disk: { backend: disk, frontend: a, target: /d, device: xvda, access: read-only }\n";
  const std::string read = "  - disk: { backend: disk, frontend: b, target: /d, device: xvda, access: read-only }\n";
  const std::string write = "  - disk: { backend: disk, frontend: b, target: /d, device: xvda }\n";
  CHECK(findings(classic(domains, "connections:\n" + one + read)).empty());
  CHECK(findings(classic(domains, "connections:\n" + one + write)) ==
        "host.yaml:10:5: error: `/d` of `disk` is a disk of 2 domains, and `b` writes to it [shared-disk]\n"
        "    10 |   - disk: { backend: disk, frontend: b, target: /d, device: xvda }\n"
        "       |     ^~~~\n"
        "host.yaml:9:5: note: another has it here\n"
        "     9 |   - disk: { backend: disk, frontend: a, target: /d, device: xvda, access: read-only }\n"
        "       |     ^~~~\n");
}

TEST_CASE("the same disk twice in one domain is its own affair") {
  CHECK(findings(classic("  disk: { role: driver, kernel: /k }\n  a: { role: guest, kernel: /k }\n",
                         "connections:\n  - disk: { backend: disk, frontend: a, target: /d, device: xvda }\n"
                         "  - disk: { backend: disk, frontend: a, target: /d, device: xvdb }\n"))
            .empty());
}

}  // namespace
}  // namespace bulkhead::test
