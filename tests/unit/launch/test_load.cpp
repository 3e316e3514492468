#include <catch2/catch.hpp>

#include "bulkhead/launch/load.h"
#include "bulkhead/launch/seal.h"
#include "launched_host.h"

using namespace bulkhead;
using bulkhead::test::LaunchedHost;
using bulkhead::test::split_plan;

namespace {

std::vector<std::string> ids(const Result<std::vector<verify::Finding>>& findings) {
  REQUIRE(findings);
  std::vector<std::string> found;
  for (const verify::Finding& finding : *findings) {
    found.push_back(finding.id);
  }
  return found;
}

using Ids = std::vector<std::string>;

// The same host with one permission less: a policy that may be loaded.
plan::LaunchPlan narrower() {
  plan::LaunchPlan plan = split_plan();
  plan.expectations.cells.pop_back();
  plan.digests.policy_sha256 = std::string(64, 'b');
  return plan;
}

}  // namespace

TEST_CASE("a policy that only narrows may be loaded, and every cell is asked afterwards") {
  LaunchedHost launched;
  const plan::LaunchPlan wanted = narrower();
  CHECK(ids(launch::load_findings(launched.plan, wanted, launched.host)).empty());
  launched.host.given.loadable = {{"old", launched.plan.expectations}, {"new", wanted.expectations}};
  REQUIRE(launch::load({launched.plan, "old"}, {wanted, "new"}, launched.host, launched.journal));
  CHECK(launched.host.given.policy == wanted.expectations);
}

TEST_CASE("a policy that does not answer as its plan says is taken back") {
  LaunchedHost launched;
  const plan::LaunchPlan wanted = narrower();
  plan::Expectations lies = wanted.expectations;
  lies.cells[0].vector ^= 2U;
  launched.host.given.loadable = {{"old", launched.plan.expectations}, {"new", lies}};
  const auto loaded = launch::load({launched.plan, "old"}, {wanted, "new"}, launched.host, launched.journal);
  REQUIRE_FALSE(loaded);
  CHECK(loaded.error().message().find("the policy that ran before is loaded again") != std::string::npos);
  CHECK(launched.host.given.policy == launched.plan.expectations);
}

TEST_CASE("a policy under which an initial SID would have another label is refused: Xen would not read it") {
  LaunchedHost launched;
  plan::LaunchPlan wanted = narrower();
  wanted.expectations.initial_sids[1].label = wanted.expectations.initial_sids[0].label;
  CHECK(ids(launch::load_findings(launched.plan, wanted, launched.host)) == Ids{"initial-sid"});
}

TEST_CASE("a policy without the label of a domain that runs is refused: the domain would become unlabeled") {
  LaunchedHost launched;
  REQUIRE(launched.perform(launch::start_steps(launched.plan)));
  plan::LaunchPlan wanted = narrower();
  for (plan::Domain& domain : wanted.domains) {
    if (domain.name == "net") {
      domain.label = "system_u:system_r:other_t";
    }
  }
  CHECK(ids(launch::load_findings(launched.plan, wanted, launched.host)) == Ids{"running-label"});
}

TEST_CASE("a device may not change its label under the domain that drives it") {
  LaunchedHost launched;
  plan::LaunchPlan wanted = narrower();
  wanted.devices[0].label = "system_u:object_r:other_dev_t";
  CHECK(ids(launch::load_findings(launched.plan, wanted, launched.host)).empty());
  REQUIRE(launched.perform(launch::start_steps(launched.plan)));
  CHECK(ids(launch::load_findings(launched.plan, wanted, launched.host)) == Ids{"device-context"});
}

TEST_CASE("with domains running no label may vanish: it may be that of a channel in use") {
  LaunchedHost launched;
  plan::LaunchPlan wanted = narrower();
  wanted.expectations.labels[0] = "system_u:object_r:other_ch_t";
  CHECK(ids(launch::load_findings(launched.plan, wanted, launched.host)).empty());
  REQUIRE(launched.perform(launch::start_steps(launched.plan)));
  const auto findings = launch::load_findings(launched.plan, wanted, launched.host);
  CHECK(ids(findings) == Ids{"label-vanishes"});
  CHECK(findings->front().object == "label " + launched.plan.expectations.labels[0]);
}

TEST_CASE("a plan that is not the one of the policy in force is found out before anything is loaded") {
  LaunchedHost launched;
  const auto found = ids(launch::load_findings(narrower(), narrower(), launched.host));
  REQUIRE_FALSE(found.empty());
  CHECK(found.back() == "other-policy");
}

TEST_CASE("a sealed host takes no policy") {
  LaunchedHost launched;
  REQUIRE(launch::seal(launched.plan, launched.host));
  CHECK(ids(launch::load_findings(launched.plan, narrower(), launched.host)) == Ids{"already-sealed"});
}
