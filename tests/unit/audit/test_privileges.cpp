#include <functional>

#include <catch2/catch.hpp>

#include "audited.h"

namespace bulkhead::test {
namespace {

const Compiled& split() {
  static const Compiled kCompiled = compile_example("split");
  return kCompiled;
}

std::string problem_after(const std::function<void(audit::Privileges&)>& change) {
  audit::Privileges privileges = split().privileges;
  change(privileges);
  return disagreement(privileges, split().plan).value_or("none");
}

}  // namespace

TEST_CASE("privileges.json agrees with the plan that was compiled with it, in every cell") {
  for (const char* name : {"minimal", "classic", "windsor", "vtpm", "tenants"}) {
    const Compiled compiled = compile_example(name);
    CHECK(disagreement(compiled.privileges, compiled.plan).value_or("none") == "none");
  }
}

TEST_CASE("privileges of another policy, of another spec, of other domains are refused") {
  CHECK(problem_after([](auto& p) { p.policy_sha256 = "0"; }).starts_with("it is of the policy 0, the plan of "));
  CHECK(problem_after([](auto& p) { p.spec_sha256 = "0"; }).starts_with("it is of the spec 0, the plan of "));
  CHECK(problem_after([](auto& p) { p.domains[1].name = "x"; }) == "its domain `x` is not the plan's");
  CHECK(problem_after([](auto& p) { p.domains[1].label = "x"; }) ==
        "its domain `" + split().privileges.domains[1].name + "` is not the plan's");
  CHECK(problem_after([](auto& p) { p.domains.pop_back(); }) == "it has 5 domains, the plan 6");
  CHECK(problem_after([](auto& p) { p.domains.push_back(p.domains[0]); }).ends_with("is not the plan's"));
}

TEST_CASE("a cell more, a cell less or a name that the plan has not is refused and named") {
  const auto first = [](audit::Privileges& p) -> audit::Privilege& { return p.domains[0].privileges[0]; };
  CHECK(problem_after([&](auto& p) { first(p).target_type = "nobody_t"; }).starts_with("the plan does not know `"));
  CHECK(problem_after([&](auto& p) { first(p).permissions = {"fly"}; }) ==
        "class `" + split().privileges.domains[0].privileges[0].access_class + "` of the plan has no permission `fly`");
  CHECK(problem_after([&](auto& p) {
          p.domains[0].privileges.erase(p.domains[0].privileges.begin());
        }).starts_with("the plan has other permissions of system_u:"));
  CHECK(problem_after([&](auto& p) {
          audit::Privilege more = first(p);
          more.source_type = "green_t";
          more.target_type = "security_t";
          more.access_class = "security";
          more.permissions = {"load_policy"};
          p.domains[0].privileges.push_back(more);
        }) ==
        "the plan has no permission of system_u:system_r:green_t on system_u:system_r:security_t, class security");
}

TEST_CASE("a text that is no privileges.json is refused with the place") {
  const auto refused = [](const std::string& text) {
    const auto read = audit::read_privileges(text);
    return read ? std::string("taken") : read.error().message();
  };
  CHECK(refused("") == "not JSON, or cut off");
  CHECK(refused("[]") == "the file: not an object");
  CHECK(refused(R"({"format_version": 2})") == "format_version: 2, and this program knows 1");
  CHECK(refused(R"({"format_version": 1})") == "xen: missing");
  const std::string head = R"({"format_version": 1, "xen": "4.17", "spec_sha256": "", "policy_sha256": "",)";
  CHECK(refused(head + R"("accepted": 3, "domains": [], "hypervisor": {"privileges": []}})") == "accepted: not a list");
  CHECK(refused(head + R"("accepted": [{}], "domains": [], "hypervisor": {"privileges": []}})") ==
        "accepted[0].finding: missing");
  CHECK(refused(head + R"("accepted": [], "domains": [], "hypervisor": {"privileges": []}, "more": 1})") ==
        "more: unknown");
  CHECK(refused(head + R"("accepted": [], "domains": [], "hypervisor": {"privileges": []}})") == "taken");
}

TEST_CASE("of usage, what was never used is read, and other files are refused with the place") {
  const auto usage = audit::read_usage(R"({"format_version": 1, "domains": [{"name": "net", "granted": 3, "used": 1,
    "kept": 1, "not_traced": 0, "permissions": [
      {"use": "kept", "source": "net_t"},
      {"use": "unused", "source": "net_t", "target": "web_t", "class": "grant", "permission": "copy",
       "reasons": [{"reason": "packets", "origin": "host.yaml:3:5"}]}]}]})");
  REQUIRE(usage.has_value());
  CHECK(usage->domains == std::vector<audit::UsageOfDomain>{
                              {"net", 3, 1, 1, 0, {{"net_t", "web_t", "grant", "copy", "packets", "host.yaml:3:5"}}}});
  CHECK(audit::read_usage(R"({"format_version": 1, "domains": [{"name": 1}]})").error().message() ==
        "domains[0].name: not a text");
}

}  // namespace bulkhead::test
