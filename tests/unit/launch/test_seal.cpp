#include <catch2/catch.hpp>

#include "bulkhead/launch/seal.h"
#include "launched_host.h"

using namespace bulkhead;
using bulkhead::test::LaunchedHost;

TEST_CASE("sealing gives domain 0 the plan's sealed label, and the phase is told by that label") {
  LaunchedHost launched;
  CHECK(*launch::phase(launched.plan, launched.host) == launch::Phase::kBooting);
  REQUIRE(launch::seal(launched.plan, launched.host));
  CHECK(*launch::phase(launched.plan, launched.host) == launch::Phase::kSealed);
}

TEST_CASE("a domain 0 under a label that is not the plan's is an error, not a phase") {
  LaunchedHost launched;
  plan::LaunchPlan other = launched.plan;
  other.domains[0].label = "system_u:system_r:other_t";
  other.domains[0].booting_label = "system_u:system_r:other_boot_t";
  const auto phase = launch::phase(other, launched.host);
  REQUIRE_FALSE(phase);
  CHECK(phase.error().message().find("this host runs another policy") != std::string::npos);
}
