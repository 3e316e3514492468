#include <catch2/catch.hpp>

#include "../plan/sample_plan.h"
#include "bulkhead/delegate/agent.h"
#include "support/fake_host.h"

namespace bulkhead::delegate {

namespace {

using hypervisor::Range;
using Lines = std::vector<std::string>;

// The sample's hardware domain with an agent of ours in it, and empty shells of the others.
struct Served {
  Served() : plan(test::with_fake_files(plan::sample_plan())), host(plan), list(plan::make_delegation_list(plan)) {
    host.given.agent_answers = false;
    for (const plan::Domain& domain : plan.domains) {
      if (!domain.control) {
        hypervisor::NewDomain made;
        made.domid = domain.domid;
        made.label = *domain.building_label;
        REQUIRE(host.create(made).has_value());
      }
    }
    REQUIRE(host.write({{"/local/domain/1", "", {0, {1}, {}}}, {"/local/domain/1/data", "", {1, {}, {}}}}).has_value());
  }

  // As the launcher does it (launch/actions.cpp).
  void ask(const std::string& device, const std::string& request) {
    const std::string path = folder(1) + "/" + device;
    REQUIRE(host.write({{path, "", {1, {}, {}}}, {path + "/request", request, {1, {}, {}}}}).has_value());
  }

  Result<void> step() {
    return answer_requests(list, host.hypervisor_of(1), host.store_of(1),
                           [this](const std::string& line) { log.push_back(line); });
  }

  std::string answer(const std::string& device) { return host.store.value(folder(1) + "/" + device + "/answer"); }

  [[nodiscard]] bool nothing_given() const {
    for (const auto& [domid, domain] : host.state) {
      if (!domain.iomem.empty() || !domain.ioports.empty() || !domain.irqs.empty()) {
        return false;
      }
    }
    return true;
  }

  plan::LaunchPlan plan;
  test::FakeHost host;
  plan::DelegationList list;
  Lines log;
};

}  // namespace

TEST_CASE_METHOD(Served, "the owner of a device gets exactly what the list says") {
  ask("nic0", "7 2");
  REQUIRE(step().has_value());
  CHECK(answer("nic0") == "7 done");
  CHECK(log == Lines{"device nic0 for domain 2: given"});
  const test::FakeDomain& net = host.state.at(2);
  CHECK(net.iomem == std::vector<Range>{{0xFEBA0, 0xFEBDF}});
  CHECK(net.ioports == std::vector<Range>{{0xC040, 0xC05F}});
  CHECK(net.irqs == std::set<std::uint32_t>{23});
  CHECK(host.state.at(3).iomem.empty());
}

TEST_CASE_METHOD(Served, "before anybody has asked there is nothing to do") {
  REQUIRE(step().has_value());
  CHECK(log.empty());
}

TEST_CASE_METHOD(Served, "another domain than the owner is refused") {
  ask("nic0", "7 3");
  REQUIRE(step().has_value());
  CHECK(answer("nic0") == "7 refused: the list gives it to domain 2, not to domain 3");
  CHECK(log == Lines{"device nic0 for domain 3: refused: the list gives it to domain 2, not to domain 3"});
  CHECK(nothing_given());
}

TEST_CASE_METHOD(Served, "a device that is not in the list is refused") {
  ask("disk0", "7 2");
  REQUIRE(step().has_value());
  CHECK(answer("disk0") == "7 refused: no such device in the list");
  CHECK(nothing_given());
}

TEST_CASE_METHOD(Served, "an answered request is not answered twice, even by another agent") {
  ask("nic0", "7 2");
  REQUIRE(step().has_value());
  host.state.at(2).iomem.clear();
  REQUIRE(step().has_value());
  CHECK(log.size() == 1);
  CHECK(host.state.at(2).iomem.empty());
}

TEST_CASE_METHOD(Served, "a request with another number is answered, for a domain that was made anew") {
  ask("nic0", "7 2");
  REQUIRE(step().has_value());
  host.state.at(2).iomem.clear();
  ask("nic0", "8 2");
  REQUIRE(step().has_value());
  CHECK(answer("nic0") == "8 done");
  CHECK(host.state.at(2).iomem == std::vector<Range>{{0xFEBA0, 0xFEBDF}});
}

TEST_CASE_METHOD(Served, "what is not a request is left alone") {
  for (const char* text : {"", "7", "7 2 feba0-febbf", "all"}) {
    ask("nic0", text);
    REQUIRE(step().has_value());
  }
  CHECK(log.empty());
  CHECK(answer("nic0").empty());
  CHECK(nothing_given());
}

TEST_CASE_METHOD(Served, "what the hypervisor refuses is refused with its reason") {
  host.state.erase(2);
  ask("nic0", "7 2");
  REQUIRE(step().has_value());
  CHECK(answer("nic0") == "7 refused: give iomem feba0-febbf to domain 2: No such process");
}

TEST_CASE_METHOD(Served, "every request that waits is answered, in the order of the names") {
  ask("nic0", "7 2");
  ask("disk0", "7 2");
  REQUIRE(step().has_value());
  CHECK(log ==
        Lines{"device disk0 for domain 2: refused: no such device in the list", "device nic0 for domain 2: given"});
}

TEST_CASE_METHOD(Served, "a xenstore that cannot be asked is an error, and nothing is given") {
  REQUIRE(host.write({{folder(1), "", {0, {}, {}}}}).has_value());
  const auto done = step();
  REQUIRE(!done.has_value());
  CHECK(done.error().message() == "list `/local/domain/1/data/delegate`: Permission denied");
  CHECK(nothing_given());
}

}  // namespace bulkhead::delegate
