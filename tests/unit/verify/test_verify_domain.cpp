#include <catch2/catch.hpp>

#include "bulkhead/verify/verify.h"
#include "verified_host.h"

namespace bulkhead::test {

namespace {

using verify::Finding;
using verify::Scope;

constexpr const char* kRemedy = "destroy the domain; something other than the launcher has changed it";

// The network domain with its card, before it runs.
struct PausedNet {
  PausedNet() : host(plan) {
    put_paused(host, plan, 1);
    put_paused(host, plan, 2);
    hypervisor::Hypervisor& agent = host.hypervisor_of(1);
    REQUIRE(host.assign_device(2, {0, 0, 3, 0}).has_value());
    REQUIRE(agent.allow_iomem(2, {0xFEBA0, 0xFEBBF}).has_value());
    REQUIRE(agent.allow_iomem(2, {0xFEBC0, 0xFEBDF}).has_value());
    REQUIRE(agent.allow_ioports(2, {0xC040, 0xC05F}).has_value());
    REQUIRE(agent.map_irq(2, 23).has_value());
  }

  std::vector<Finding> findings(Scope scope = Scope::kEverything) {
    const auto found = verify::verify_paused_domain(plan, *plan::find_domain(plan, "net"), scope, host);
    REQUIRE(found.has_value());
    return *found;
  }

  plan::LaunchPlan plan = split_plan();
  FakeHost host;
};

Finding about_net(const char* id, const char* found, const char* wanted, const char* remedy = kRemedy) {
  return {id, "domain net", found, wanted, remedy, "host.yaml:12:3", verify::Severity::kBreach, "net"};
}

}  // namespace

TEST_CASE_METHOD(PausedNet, "a domain as the plan has it is verified") {
  CHECK(findings().empty());
}

TEST_CASE_METHOD(PausedNet, "the hardware domain is verified before the devices of others leave it") {
  FakeHost early(plan);
  put_paused(early, plan, 1);
  const auto found =
      verify::verify_paused_domain(plan, *plan::find_domain(plan, "hardware"), Scope::kEverything, early);
  REQUIRE(found.has_value());
  CHECK(found->empty());
}

TEST_CASE_METHOD(PausedNet, "another label is found") {
  host.state.at(2).sid = *host.sid_of("system_u:system_r:net_building_t");
  CHECK(findings() ==
        std::vector{about_net("label", "label is system_u:system_r:net_building_t", "system_u:system_r:net_t")});
}

TEST_CASE_METHOD(PausedNet, "a domain that runs already is found") {
  host.state.at(2).state = hypervisor::RunState::kRunning;
  CHECK(findings() == std::vector{about_net("domain-state", "it is running", "paused")});
}

TEST_CASE_METHOD(PausedNet, "a domain that is not there is found") {
  host.state.erase(2);
  CHECK(findings() == std::vector{about_net("domain-missing", "it is not there", "a paused domain",
                                            "run the launcher again; something other than it has destroyed the "
                                            "domain")});
}

TEST_CASE_METHOD(PausedNet, "another number of processors, another limit of memory and another type are found") {
  host.state.at(2).made.vcpus = 2;
  host.state.at(2).made.memory_kib = 300000;
  host.state.at(2).made.type = hypervisor::ContainerType::kPvh;
  CHECK(findings() == std::vector{about_net("domain-type", "it is PVH or HVM", "PV"),
                                  about_net("domain-vcpus", "it has 2 virtual processors", "1"),
                                  about_net("domain-memory", "its memory limit is 300000 KiB", "262144 to 264192")});
}

TEST_CASE_METHOD(PausedNet, "a device that it was not given is found") {
  host.pci_owner[{0, 0, 3, 0}] = 1;
  CHECK(findings() == std::vector<Finding>{{"device-owner", "device nic0 at 0000:00:03.0",
                                            "its owner is domain hardware (1)", "domain net (2)",
                                            "nothing may use the device until it is known who reassigned it; reboot "
                                            "the host",
                                            "host.yaml:6:3", verify::Severity::kBreach, "net"}});
}

TEST_CASE_METHOD(PausedNet, "a device that Xen does not know is found") {
  host.pci_owner.erase({0, 0, 3, 0});
  CHECK(findings() == std::vector<Finding>{{"device-missing", "device nic0 at 0000:00:03.0", "Xen knows no such device",
                                            "that domain net (2) has it",
                                            "compare the inventory with the host: the card may be in another slot or "
                                            "broken",
                                            "host.yaml:6:3", verify::Severity::kDegraded, "net"}});
}

TEST_CASE_METHOD(PausedNet, "a device more than the plan gives it is found") {
  host.pci_owner[{0, 0, 4, 0}] = 2;
  CHECK(findings() ==
        std::vector{about_net("device-extra", "it has the device at 0000:00:04.0", "only the devices of the plan")});
}

TEST_CASE_METHOD(PausedNet, "a frame, a port and an interrupt more or less are found") {
  host.state.at(2).iomem = {{0xFEBA0, 0xFEBDE}};
  host.state.at(2).ioports = {{0xC040, 0xC060}};
  host.state.at(2).irqs = {20, 23};
  CHECK(findings() == std::vector{about_net("iomem", "its frames of devices are 0xfeba0-0xfebde", "0xfeba0-0xfebdf"),
                                  about_net("ioports", "its I/O ports are 0xc040-0xc060", "0xc040-0xc05f"),
                                  about_net("interrupts", "its interrupts are 20, 23", "23")});
}

TEST_CASE_METHOD(PausedNet, "without debug keys devices and ranges are not looked at") {
  host.state.at(2).iomem.clear();
  host.pci_owner.erase({0, 0, 3, 0});
  CHECK(findings(Scope::kWithoutDevices).empty());
  CHECK(!findings(Scope::kEverything).empty());
}

TEST_CASE_METHOD(PausedNet, "a question about a domain that fails is an error, whichever it is") {
  const std::size_t before = host.call_count();
  CHECK(findings().empty());
  const std::size_t questions = host.call_count() - before;
  CHECK(questions == 4);
  for (std::size_t question = 1; question <= questions; ++question) {
    host.fail_call(host.call_count() + question);
    CHECK(!verify::verify_paused_domain(plan, *plan::find_domain(plan, "net"), Scope::kEverything, host).has_value());
  }
}

TEST_CASE_METHOD(PausedNet, "what Xen prints is asked for again when it cannot be read, and then is an error") {
  host.given.key_text['Q'] = "(XEN) ==== PCI devices ====\n(XEN) ==== segment 0000 ====\n(XEN) 0000:00:03.0 - (d3) x\n";
  const auto found = verify::verify_paused_domain(plan, *plan::find_domain(plan, "net"), Scope::kEverything, host);
  REQUIRE(!found.has_value());
  CHECK(found.error().message() ==
        "verify domain net: read what Xen prints for debug key 'Q', 8 times: line 3 of what Xen printed, "
        "`0000:00:03.0 - (d3) x`: two lines in one");
}

}  // namespace bulkhead::test
