// Flows over Xen's own example policy. Without BULKHEAD_XEN_SOURCE the program exits with 77, which counts as skipped.
#define CATCH_CONFIG_RUNNER
#include <string>

#include <catch2/catch.hpp>

#include "bulkhead/flow/escalation.h"
#include "compiled_policy.h"
#include "stock_conf.h"
#include "support/naive_flows.h"

namespace bulkhead::flow {
namespace {

TEST_CASE("the graph agrees with a naive closure on the stock policy") {
  SourceSet sources;
  const catalogue::Catalogue catalogue = catalogue::Catalogue::shipped(sources);
  const flask::BinaryPolicy policy = test::compiled_policy(test::stock_conf());
  const Parties parties = parties_of(policy, catalogue);
  CHECK(parties.find("dom0_t"));
  CHECK(parties.find("domU_t"));
  CHECK_FALSE(parties.find("xen_t"));
  CHECK_FALSE(parties.find("domU_t_channel"));
  CHECK_FALSE(parties.find("domU_t_self"));
  CHECK(test::disagreement(policy, catalogue, parties, parties.all.size()).empty());
}

TEST_CASE("under the stock policy domain 0 has the hypervisor, and a guest with an unconfined network card as well") {
  SourceSet sources;
  const catalogue::Catalogue catalogue = catalogue::Catalogue::shipped(sources);
  const flask::BinaryPolicy policy = test::compiled_policy(test::stock_conf());
  const Parties parties = parties_of(policy, catalogue);
  CHECK(escalate(policy, catalogue, parties, *parties.find("dom0_t"), Life::kWhole).hypervisor);
  const Escalation guest = escalate(policy, catalogue, parties, *parties.find("domU_t"), Life::kWhole);
  REQUIRE(guest.hypervisor);
  CHECK(policy.type(guest.hypervisor->target).name == "nic_dev_t");
  const Escalation isolated = escalate(policy, catalogue, parties, *parties.find("isolated_domU_t"), Life::kWhole);
  CHECK(isolated.owned_parties(parties).empty());
  CHECK_FALSE(isolated.hypervisor);
}

}  // namespace
}  // namespace bulkhead::flow

int main(int argc, char** argv) {
  if (!bulkhead::test::has_xen_source()) return 77;
  return Catch::Session().run(argc, argv);
}
