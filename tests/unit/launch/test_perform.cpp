#include <algorithm>

#include <catch2/catch.hpp>

#include "bulkhead/verify/verify.h"
#include "launched_host.h"

using namespace bulkhead;
using namespace bulkhead::launch;
using bulkhead::test::domid_of;
using bulkhead::test::LaunchedHost;

namespace {

std::vector<std::string> not_there(const LaunchedHost& launched) {
  std::vector<std::string> names;
  for (const plan::Domain& domain : launched.plan.domains) {
    if (!launched.host.state.contains(domain.domid)) {
      names.push_back(domain.name);
    }
  }
  return names;
}

// What is left of a launch that failed: no domain but 0 and perhaps the hardware domain, no node of any other.
void check_undone(LaunchedHost& launched) {
  for (const plan::Domain& domain : launched.plan.domains) {
    if (domain.control || domain.hardware) {
      continue;
    }
    INFO(domain.name);
    CHECK_FALSE(launched.host.state.contains(domain.domid));
    const auto left = launched.host.store_of(0).list("/local/domain/" + std::to_string(domain.domid));
    CHECK((left && !*left));
  }
  CHECK(launched.host.violations().empty());
}

}  // namespace

TEST_CASE("the split host starts: every domain runs under its label, nothing that may not be done was done") {
  for (const unsigned workers : {1U, 4U}) {
    LaunchedHost launched;
    const auto done = launched.perform(start_steps(launched.plan), workers);
    INFO((done ? "" : done.error().message()));
    REQUIRE(done);
    CHECK(not_there(launched).empty());
    CHECK(launched.host.violations().empty());
    const auto findings =
        verify::verify_running_host(launched.plan, verify::Scope::kEverything, launched.host.hypervisor_of(0));
    CHECK((!findings || findings->empty()));
  }
}

TEST_CASE("whichever call fails, everything is undone and the error names the step") {
  std::size_t calls = 0;
  {
    LaunchedHost launched;
    REQUIRE(launched.perform(start_steps(launched.plan)));
    calls = launched.host.change_count();
  }
  REQUIRE(calls > 30);
  for (std::size_t k = 1; k <= calls; ++k) {
    LaunchedHost launched;
    launched.host.fail_change(k);
    const auto done = launched.perform(start_steps(launched.plan));
    INFO("change " << k);
    REQUIRE_FALSE(done);
    INFO(done.error().message());
    CHECK(done.error().message().starts_with("`"));
    check_undone(launched);
  }
}

TEST_CASE("a question that is not answered stops the launch like a step that fails") {
  std::size_t calls = 0;
  {
    LaunchedHost launched;
    REQUIRE(launched.perform(start_steps(launched.plan)));
    calls = launched.host.call_count();
  }
  for (std::size_t k = 1; k <= calls; ++k) {
    LaunchedHost launched;
    launched.host.fail_call(k);
    const auto done = launched.perform(start_steps(launched.plan));
    INFO("call " << k << " of " << calls);
    CHECK_FALSE(done);
    check_undone(launched);
  }
}

TEST_CASE("a domain that never becomes ready is given up after the patience, with what was last seen") {
  LaunchedHost launched;
  const auto net = domid_of(launched.plan, "net");
  launched.host.given.never_ready = {net};
  const auto done = launched.perform(start_steps(launched.plan));
  REQUIRE_FALSE(done);
  CHECK(done.error().message().find("`await net`: waited 60 s in vain: /local/domain/" + std::to_string(net) +
                                    "/data/ready was never set to 1") == 0);
  check_undone(launched);
}

TEST_CASE("a device that the agent refuses stops the launch with the agent's reason") {
  LaunchedHost launched;
  launched.host.given.refused_devices = {"nic0"};
  const auto done = launched.perform(start_steps(launched.plan));
  REQUIRE_FALSE(done);
  CHECK(done.error().message().find("`delegate nic0 to net`: the agent in domain 1 refuses it") == 0);
  check_undone(launched);
}

TEST_CASE("an agent that does not answer is named after the patience") {
  LaunchedHost launched;
  launched.host.given.agent_answers = false;
  const auto done = launched.perform(start_steps(launched.plan));
  REQUIRE_FALSE(done);
  CHECK(done.error().message().find("did not answer /local/domain/1/data/delegate/") != std::string::npos);
  check_undone(launched);
}

TEST_CASE("a network domain that crashed comes back, and its guests are connected to it again") {
  LaunchedHost launched;
  REQUIRE(launched.perform(start_steps(launched.plan)));
  const auto net = domid_of(launched.plan, "net");
  launched.host.crash(net);
  const auto done = launched.perform(restart_steps(launched.plan, *plan::find_domain(launched.plan, net)));
  INFO((done ? "" : done.error().message()));
  REQUIRE(done);
  CHECK(launched.host.state.at(net).state == hypervisor::RunState::kRunning);
  CHECK(launched.host.violations().empty());
}

TEST_CASE("a restart that fails leaves the domain destroyed, not half built") {
  LaunchedHost launched;
  REQUIRE(launched.perform(start_steps(launched.plan)));
  const auto net = domid_of(launched.plan, "net");
  launched.host.given.refused_devices = {"nic0"};
  REQUIRE_FALSE(launched.perform(restart_steps(launched.plan, *plan::find_domain(launched.plan, net))));
  CHECK_FALSE(launched.host.state.contains(net));
  CHECK(launched.host.state.at(domid_of(launched.plan, "blue")).state == hypervisor::RunState::kRunning);
}
