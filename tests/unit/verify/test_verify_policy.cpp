#include <catch2/catch.hpp>

#include "bulkhead/verify/verify.h"
#include "verified_host.h"

namespace bulkhead::test {

namespace {

constexpr std::size_t kLimit = 100;
constexpr const char* kRemedy =
    "boot Xen with the `xenpolicy` of this plan, or compile the spec again and use the plan that belongs to it";

std::vector<verify::Finding> findings(FakeHost& host, const plan::LaunchPlan& plan, std::size_t limit = kLimit) {
  const auto answer = verify::verify_policy(plan, limit, host);
  REQUIRE(answer.has_value());
  return answer->findings;
}

}  // namespace

TEST_CASE("the policy of the plan has every cell and every transition") {
  const plan::LaunchPlan plan = split_plan();
  FakeHost host(plan);
  const auto answer = verify::verify_policy(plan, kLimit, host);
  REQUIRE(answer.has_value());
  CHECK(answer->findings.empty());
  CHECK(answer->cells == 363);
  CHECK(answer->transitions == 242);
}

TEST_CASE("a permission more is named") {
  const plan::LaunchPlan plan = split_plan();
  FakeHost host(plan);
  host.given.policy.cells.back().vector |= 4;
  CHECK(findings(host, plan) ==
        std::vector<verify::Finding>{{"policy-differs",
                                      "system_u:system_r:web_t on system_u:object_r:net_web_ch_t, class event",
                                      "allowed are also { status }", "that they are denied", kRemedy, ""}});
}

TEST_CASE("a permission less is named, and a bit without a name") {
  const plan::LaunchPlan plan = split_plan();
  FakeHost host(plan);
  host.given.policy.cells.back().vector = 1U << 9U;
  const std::string object = "system_u:system_r:web_t on system_u:object_r:net_web_ch_t, class event";
  CHECK(findings(host, plan) ==
        std::vector<verify::Finding>{
            {"policy-differs", object, "allowed are also { bit-9 }", "that they are denied", "", ""},
            {"policy-differs", object, "denied are { send create }", "that they are allowed", kRemedy, ""}});
}

TEST_CASE("a transition that results in another label is named") {
  const plan::LaunchPlan plan = split_plan();
  FakeHost host(plan);
  host.given.policy.transitions.pop_back();
  CHECK(findings(host, plan) ==
        std::vector<verify::Finding>{
            {"policy-differs", "transition of system_u:system_r:web_t with system_u:system_r:net_t, class event",
             "label is system_u:object_r:net_t", "system_u:object_r:net_web_ch_t", kRemedy, ""}});
}

TEST_CASE("a transition that the plan has not is named") {
  const plan::LaunchPlan plan = split_plan();
  FakeHost host(plan);
  host.given.policy.transitions.push_back({9, 9, 3, 7});
  CHECK(findings(host, plan) ==
        std::vector<verify::Finding>{
            {"policy-differs", "transition of system_u:system_r:web_t with system_u:system_r:web_t, class domain",
             "label is system_u:system_r:net_t", "system_u:system_r:web_t", kRemedy, ""}});
}

TEST_CASE("a label that the hypervisor does not have is named, and the others are asked all the same") {
  const plan::LaunchPlan plan = split_plan();
  FakeHost host(plan);
  host.given.policy.labels.back() = "system_u:system_r:other_t";
  const auto answer = verify::verify_policy(plan, kLimit, host);
  REQUIRE(answer.has_value());
  CHECK(answer->cells == 300);
  CHECK(answer->findings ==
        std::vector<verify::Finding>{
            {"policy-differs", "label system_u:system_r:xen_t",
             "the hypervisor answers: ask for the number of system_u:system_r:xen_t: Invalid argument",
             "a label of the loaded policy", kRemedy, ""}});
}

TEST_CASE("beyond the limit differences are counted") {
  const plan::LaunchPlan plan = split_plan();
  FakeHost host(plan);
  host.given.policy.cells.clear();
  const auto some = findings(host, plan, 1);
  REQUIRE(some.size() == 2);
  CHECK(some.back() == verify::Finding{"policy-differs", "policy", "2 more differences", "none", kRemedy, ""});
}

TEST_CASE("a question about the policy that fails is an error, whichever it is") {
  const plan::LaunchPlan plan = split_plan();
  FakeHost counting(plan);
  REQUIRE(verify::verify_policy(plan, kLimit, counting).has_value());
  const std::size_t labels = plan.expectations.labels.size();
  for (std::size_t call = labels + 1; call <= counting.call_count(); ++call) {
    FakeHost host(plan);
    host.fail_call(call);
    CHECK(!verify::verify_policy(plan, kLimit, host).has_value());
  }
}

}  // namespace bulkhead::test
