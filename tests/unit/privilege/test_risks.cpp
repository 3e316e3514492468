#include "support/compiled.h"

namespace bulkhead::privilege {
namespace {

// The ids of what is refused, in the order of the text.
std::vector<std::string> risks_of(const std::string& text) {
  test::SpecText read(text);
  INFO(read.rendered());
  REQUIRE_FALSE(read.diagnostics.has_errors());
  const Derived derived = derive(read.model, *read.catalogue, read.diagnostics);
  check_risks(read.model, *read.catalogue, derived, read.diagnostics);
  std::vector<std::string> ids;
  for (const Diagnostic& diagnostic : read.diagnostics.sorted()) {
    if (diagnostic.severity == Severity::kError) ids.emplace_back(info(diagnostic.id).id);
  }
  return ids;
}

std::string host_with_role(const std::string& allow, const std::string& accept = {}) {
  return R"(bulkhead: 1
host: { xen: "4.17", hardware: control }
domains:
  control: { role: control }
  web: { role: special, kernel: /k }
roles:
  special: { extends: guest, allow: [ )" +
         allow + R"( ] }
)" + accept;
}

}  // namespace

TEST_CASE("the shipped roles break no invariant and reach only what the small host accepts") {
  CHECK(risks_of(test::small_host()).empty());
}

TEST_CASE("operations outside XSA-77 in a domain's hands are refused unless accepted") {
  std::string text = test::small_host();
  text.resize(text.find("accept:"));
  CHECK(risks_of(text) == std::vector<std::string>{"unreviewed-operations"});
}

TEST_CASE("a guest that would get a control privilege is refused") {
  const std::string allow = R"({ on: security, class: security, permissions: [load_policy], reason: "no" })";
  CHECK(risks_of(host_with_role(allow)) == std::vector<std::string>{"invariant-broken"});
}

TEST_CASE("an invariant is accepted by its own name, for the domains that the entry lists") {
  const std::string allow = R"({ on: security, class: security, permissions: [load_policy], reason: "no" })";
  const auto accept = [](const std::string& finding, const std::string& domain) {
    return "accept:\n  - { finding: " + finding + ", domains: [" + domain + "], reason: \"a test\" }\n";
  };
  CHECK(risks_of(host_with_role(allow, accept("guest-control-privilege", "web"))).empty());
  CHECK(risks_of(host_with_role(allow, accept("guest-control-privilege", "control"))) ==
        std::vector<std::string>{"invariant-broken", "unused-accept"});
}

TEST_CASE("an acceptance that meets no finding is an error") {
  const std::string accept = "accept:\n  - { finding: sealed-control, domains: [control], reason: \"a test\" }\n";
  const std::string harmless = R"({ on: xen, class: xen, permissions: [writeconsole], reason: "logs" })";
  CHECK(risks_of(host_with_role(harmless, accept)) == std::vector<std::string>{"unused-accept"});
}

}  // namespace bulkhead::privilege
