// Instances, roles, defaults, numbers, devices.
#include <catch2/catch.hpp>

#include "hosts.h"
#include "support/model_text.h"
#include "support/spec_text.h"

namespace bulkhead::test {
namespace {

using model::DomainId;

std::vector<std::string> names(const model::Model& model, const std::vector<DomainId>& domains) {
  std::vector<std::string> result;
  result.reserve(domains.size());
  for (const DomainId domain : domains) result.push_back(model.at(domain).name);
  return result;
}

std::string domids(const model::Model& model) {
  std::string out;
  for (const model::Domain& domain : model.domains) {
    out += domain.name + "=" + std::to_string(domain.domid.value) + (domain.domid.is_default ? " " : "! ");
  }
  return out;
}

TEST_CASE("a domain with nothing but a role and a kernel gets every default, and they are marked") {
  const SpecText read(classic("  web: { role: guest, kernel: /k }\n"));
  REQUIRE(read.rendered().empty());
  CHECK(
      domains_text(read.model) ==
      "control family=control instance=- role=control control hardware type=0 devices= kernel='' ramdisk='' cmdline='' "
      "memory=268435456 vcpus=1 domid=0 grants=64 maptrack=1024 events=1023 restart=0 start=0 target=- device-model=- "
      "console=- after=\n"
      "web family=web instance=- role=guest guest type=0 devices= kernel='/k' ramdisk='' cmdline='' memory=268435456 "
      "vcpus=1 domid=2 grants=64 maptrack=1024 events=1023 restart=0 start=0 target=- device-model=- console=control "
      "after=\n");
  const model::Domain& web = read.model.domains[1];
  CHECK(web.memory_bytes.is_default);
  CHECK(web.vcpus.is_default);
  CHECK(web.domid.is_default);
  CHECK(web.type_is_default);
  CHECK(web.console_is_default);
}

TEST_CASE("each instance is a domain of its own, in the order of its number and not of its digits") {
  const SpecText read(classic("  web: { role: guest, instances: 11, kernel: /k, memory: 64 MiB }\n"));
  REQUIRE(read.rendered().empty());
  CHECK(names(read.model, read.model.find("web")) == std::vector<std::string>{"web-1", "web-2", "web-3", "web-4",
                                                                              "web-5", "web-6", "web-7", "web-8",
                                                                              "web-9", "web-10", "web-11"});
  CHECK(names(read.model, read.model.find("web-10")) == std::vector<std::string>{"web-10"});
  CHECK(read.model.at(read.model.find("web-10").front()).memory_bytes.value == std::uint64_t{64} << 20U);
  CHECK(read.model.find("web-12").empty());
  CHECK(read.model.find("web-0").empty());
  CHECK(read.model.find("web-01").empty());
  CHECK(read.model.find("control-1").empty());
}

TEST_CASE("one instance is still named with its number") {
  const SpecText read(classic("  web: { role: guest, instances: 1, kernel: /k }\n"));
  CHECK(names(read.model, read.model.find("web")) == std::vector<std::string>{"web-1"});
}

TEST_CASE("written domids are kept, hardware gets 1, the others the lowest that are free from 2 on") {
  const SpecText read(
      split_host("  a: { role: guest, kernel: /k }\n  b: { role: guest, kernel: /k, domid: 2 }\n"
                 "  web: { role: guest, instances: 2, kernel: /k }\n  z: { role: guest, kernel: /k, domid: 4 }\n"));
  CHECK(domids(read.model) == "a=3 b=2! control=0 hardware=1 web-1=5 web-2=6 z=4! ");
}

TEST_CASE("a hardware domain whose number is taken gets another") {
  const SpecText read(split_host("  a: { role: guest, kernel: /k, domid: 1 }\n"));
  CHECK(domids(read.model) == "a=1! control=0 hardware=2 ");
}

TEST_CASE("the order of the entries changes nothing") {
  const std::string net = "  net: { role: driver, kernel: /k }\n";
  const std::string web = "  web: { role: guest, instances: 3, kernel: /k }\n";
  const std::string one = "  - network: { backend: net, frontend: web, bridge: a }\n";
  const std::string two = "  - network: { backend: net, frontend: web-2, bridge: b }\n";
  const SpecText first(split_host(net + web, "connections:\n" + one + two));
  const SpecText second(split_host(web + net, "connections:\n" + two + one));
  REQUIRE(first.rendered().empty());
  CHECK(model_text(first.model) == model_text(second.model));
}

TEST_CASE("a role of the spec's own counts as what it extends") {
  const SpecText read(
      classic("  web: { role: shop, kernel: /k }\n",
              "roles:\n  shop: { extends: guest, allow: [ { on: self, class: grant, permissions: [query], "
              "reason: \"asks\" } ] }\n"));
  REQUIRE(read.rendered().empty());
  CHECK(read.model.at(read.model.find("web").front()).is_guest);
}

TEST_CASE("a listed device has what the inventory knows; without MSI also its interrupt") {
  const SpecText read(
      with_inventory("  nic0: { pci: \"00:03.0\" }\n  nic1: { pci: \"00:04.0\" }\n  tpm: { iomem: [0xfed40] }\n",
                     "  net: { role: driver, kernel: /k, devices: [nic1, nic0, tpm], place: { near: nic1 } }\n"),
      machine(
          "  - { at: \"00:03.0\", vendor: 1, device: 2, class: 0x020000, irq: 23, msi: true, group: 1, iomem: [5-6] }\n"
          "  - { at: \"00:04.0\", vendor: 1, device: 2, class: 0x020000, irq: 20, group: 2, node: 1, ioports: [0x10] "
          "}\n"));
  REQUIRE(read.rendered().empty());
  CHECK(devices_text(read.model) ==
        "nic0 pci=0000:00:03.0 inventory=true iomem= 5-6 ioports= irqs= group=1 node=- owner=net\n"
        "nic1 pci=0000:00:04.0 inventory=true iomem= ioports= 10-10 irqs= 20 group=2 node=1 owner=net\n"
        "tpm pci=- inventory=false iomem= fed40-fed40 ioports= irqs= group=- node=- owner=net\n");
  CHECK(read.model.at(read.model.find("net").front()).place->node == 1U);
}

TEST_CASE("a device with MSI gets its legacy interrupt when the spec asks for it, and no other") {
  const std::string pci =
      machine("  - { at: \"00:03.0\", vendor: 1, device: 2, class: 0x020000, irq: 23, msi: true }\n");
  const SpecText asked(with_inventory("  nic0: { pci: \"00:03.0\", irqs: [23] }\n",
                                      "  net: { role: driver, kernel: /k, devices: [nic0] }\n"),
                       pci);
  CHECK(asked.rendered().empty());
  CHECK(asked.model.devices[0].irqs.size() == 1);
  const SpecText other(with_inventory("  nic0: { pci: \"00:03.0\", irqs: [22] }\n",
                                      "  net: { role: driver, kernel: /k, devices: [nic0] }\n"),
                       pci);
  CHECK(other.rendered() ==
        "host.yaml:4:34: error: device `nic0` does not have interrupt 22: its legacy interrupt is 23 [pci-identity]\n"
        "     4 |   nic0: { pci: \"00:03.0\", irqs: [22] }\n"
        "       |                                  ^~\n"
        "inventory.yaml:4:5: note: the inventory's entry\n"
        "     4 |   - { at: \"00:03.0\", vendor: 1, device: 2, class: 0x020000, irq: 23, msi: true }\n"
        "       |     ^\n");
}

TEST_CASE("a device model's family serves a guest's family number by number") {
  const SpecText read(
      classic("  win: { role: guest, type: hvm, instances: 2, kernel: /k }\n"
              "  qemu: { role: device-model, instances: 2, kernel: /k, target: win }\n"));
  REQUIRE(read.rendered().empty());
  for (const char* const number : {"1", "2"}) {
    const auto qemu = read.model.find(std::string("qemu-") + number).front();
    const auto win = read.model.find(std::string("win-") + number).front();
    CHECK(read.model.at(qemu).target == win);
    CHECK(read.model.at(win).device_model == qemu);
  }
}

TEST_CASE("more instances than Xen has numbers for are refused and not made") {
  const SpecText read(classic("  web: { role: guest, kernel: /k, instances: 4000000000 }\n"));
  CHECK(read.model.domains.size() == 32751);
  CHECK(read.diagnostics.error_count() == 1);
}

}  // namespace
}  // namespace bulkhead::test
