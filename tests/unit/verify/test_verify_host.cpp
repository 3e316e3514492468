#include <catch2/catch.hpp>

#include "bulkhead/verify/verify.h"
#include "verified_host.h"

namespace bulkhead::test {

namespace {

using verify::Finding;
using verify::Scope;
using verify::Severity;

constexpr const char* kReassigned = "nothing may use the device until it is known who reassigned it; reboot the host";

struct Running {
  Running() : host(plan) { start_all(host, plan); }

  std::vector<Finding> findings(Scope scope = Scope::kEverything) {
    const auto found = verify::verify_running_host(plan, scope, host);
    REQUIRE(found.has_value());
    return *found;
  }

  plan::LaunchPlan plan = split_plan();
  FakeHost host;
};

}  // namespace

TEST_CASE_METHOD(Running, "a host as the plan has it is verified, before and after sealing") {
  CHECK(findings().empty());
  REQUIRE(host.relabel_self(*host.sid_of("system_u:system_r:control_t")).has_value());
  CHECK(findings(Scope::kWithoutDevices).empty());
}

TEST_CASE_METHOD(Running, "the sealed label cannot press debug keys, so everything is an error") {
  REQUIRE(host.relabel_self(*host.sid_of("system_u:system_r:control_t")).has_value());
  const auto found = verify::verify_running_host(plan, Scope::kEverything, host);
  REQUIRE(!found.has_value());
  CHECK(found.error().message() == "verify the host: send a debug key: Operation not permitted");
}

TEST_CASE_METHOD(Running, "a domain that is started on demand may run or not") {
  put_paused(host, plan, 3);
  REQUIRE(host.unpause(3).has_value());
  CHECK(findings().empty());
}

TEST_CASE_METHOD(Running, "a domain that is gone or has crashed is found") {
  host.crash(1);
  REQUIRE(host.destroy(2).has_value());
  CHECK(findings() ==
        std::vector<Finding>{
            {"domain-state", "domain hardware", "it is shut down", "running",
             "restart it: bulkhead-launch restart hardware", "host.yaml:11:3", Severity::kDegraded, "hardware"},
            {"domain-missing", "domain net", "it is not there", "a running domain",
             "restart it: bulkhead-launch restart net", "host.yaml:12:3", Severity::kDegraded, "net"}});
}

TEST_CASE_METHOD(Running, "a domain that the plan has not is found") {
  hypervisor::NewDomain made;
  made.domid = 9;
  made.label = "system_u:system_r:web_t";
  REQUIRE(host.create(made).has_value());
  CHECK(findings() ==
        std::vector<Finding>{{"unknown-domain", "domain 9", "it is paused, its label is system_u:system_r:web_t",
                              "no such domain", "find out who started it; destroy it", "", Severity::kBreach, "9"}});
}

TEST_CASE_METHOD(Running, "a domain with another label is found") {
  host.state.at(2).sid = *host.sid_of("system_u:system_r:web_t");
  CHECK(findings() == std::vector<Finding>{{"label", "domain net", "label is system_u:system_r:web_t",
                                            "system_u:system_r:net_t", "find out who relabelled it; reboot the host",
                                            "host.yaml:12:3", Severity::kBreach, "net"}});
}

TEST_CASE_METHOD(Running, "a reassigned device is found, of the plan or not") {
  host.pci_owner[{0, 0, 3, 0}] = std::nullopt;
  host.pci_owner[{0, 0, 0, 0}] = 2;
  CHECK(findings() == std::vector<Finding>{{"device-owner", "device nic0 at 0000:00:03.0", "its owner is quarantine",
                                            "domain net (2)", kReassigned, "host.yaml:6:3", Severity::kBreach, "net"},
                                           {"device-extra", "device at 0000:00:00.0", "its owner is domain net (2)",
                                            "domain hardware (1)", kReassigned, "", Severity::kBreach, "net"}});
}

}  // namespace bulkhead::test
