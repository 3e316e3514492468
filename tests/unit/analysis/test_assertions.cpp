#include "bulkhead/analysis/assertions.h"
#include "support/compiled.h"

namespace bulkhead::analysis {
namespace {

using Lines = std::vector<std::string>;

// The messages of the assertions that do not hold on the compiled policy. Without neverallow rules, so that checkpolicy
// does not refuse first.
std::vector<std::string> failing(const std::string& assertions) {
  test::DerivedSpec host(test::small_host("assert:\n" + assertions));
  const std::string conf = flask::emit_policy_conf(host.read.model, host.derived, {}, host.read.sources, {});
  const flask::BinaryPolicy binary = test::compile_conf(conf);
  Diagnostics diagnostics;
  check_assertions(host.read.model, *host.read.catalogue, host.derived, binary, diagnostics);
  std::vector<std::string> messages;
  for (const Diagnostic& diagnostic : diagnostics.sorted()) {
    messages.push_back(diagnostic.message + (diagnostic.notes.empty() ? "" : ": " + diagnostic.notes[0].text));
  }
  return messages;
}

// Whether checkpolicy refuses the policy by the neverallow rules made from the assertions.
bool is_refused_by_checkpolicy(const std::string& assertions) {
  const test::DerivedSpec host(test::small_host("assert:\n" + assertions));
  return !test::run_checkpolicy(host.conf()).has_value();
}

}  // namespace

TEST_CASE("every way from one guest to another passes what serves both; without one of them the way around is shown") {
  const std::string claim = "  - { name: apart, no-flow: { from: blue, to: green }, except-through: [net, control] }\n";
  CHECK(failing(claim).empty());
  CHECK_FALSE(is_refused_by_checkpolicy(claim));
  CHECK(failing("  - { no-flow: { from: blue, to: green }, except-through: [net] }\n") ==
        Lines{"this assertion does not hold: there is a way: blue -> control -> green"});
  CHECK(failing("  - { no-flow: { from: blue, to: green }, except-through: [control] }\n") ==
        Lines{"this assertion does not hold: there is a way: blue -> net -> green"});
  CHECK(failing("  - { phase: sealed, no-flow: { from: blue, to: green }, except-through: [net] }\n").size() == 1);
}

TEST_CASE("what a domain learns while it is built comes from its builder") {
  CHECK(
      failing("  - { phase: building, no-flow: { from: blue, to: green }, except-through: [net, control] }\n").empty());
}

TEST_CASE("integrity counts what controls without carrying data") {
  CHECK(failing("  - { no-flow: { from: blue, to: hardware, by: integrity }, except-through: [net, control] }\n")
            .empty());
  CHECK(failing("  - { no-flow: { from: control, to: blue, by: integrity } }\n").size() == 1);
}

TEST_CASE("a budget that is exceeded says by what") {
  CHECK(failing("  - { at-most: { domain: net, controls: 0, unreviewed-operations: 0, permissions: 20 } }\n").empty());
  CHECK(failing("  - { at-most: { domain: blue, reaches: 2, not-through: [net, control] } }\n").empty());
  CHECK(failing("  - { at-most: { domain: blue, reaches: 1, not-through: [net, control] } }\n") ==
        Lines{"this assertion does not hold: `blue` reaches domains: 2, 1 is allowed: control, net"});
  CHECK(failing("  - { phase: sealed, at-most: { domain: control, controls: 0 } }\n") ==
        Lines{"this assertion does not hold: `control` can take over domains: 1, 0 are allowed: net"});
  CHECK(failing("  - { at-most: { domain: blue, permissions: 2 } }\n")[0].starts_with(
      "this assertion does not hold: `blue` holds permissions: "));
  CHECK(failing("  - { at-most: { domain: hardware, unreviewed-operations: 0 } }\n").size() == 1);
}

TEST_CASE("a front end reaches its back end, through the copy and the event channel") {
  const std::string claim = "  - { name: apart, no-flow: { from: blue, to: net } }\n";
  const Lines lines = failing(claim);
  REQUIRE(lines.size() == 1);
  CHECK(lines[0] == "the assertion `apart` does not hold: there is a way: blue -> net");
  CHECK(is_refused_by_checkpolicy(claim));
}

TEST_CASE("only domain 0 creates domains; claiming it of another fails") {
  CHECK(failing("  - { only: [control], may: { class: domain, permission: create } }\n").empty());
  const std::string wrong = "  - { only: [hardware], may: { class: domain, permission: create } }\n";
  REQUIRE(failing(wrong).size() == 1);
  CHECK(is_refused_by_checkpolicy(wrong));
}

TEST_CASE("phases are told apart: policies are loaded while booting and never afterwards") {
  CHECK(failing("  - { phase: sealed, nobody-may: { class: security, permission: load_policy } }\n").empty());
  const std::string always = "  - { nobody-may: { class: security, permission: load_policy } }\n";
  CHECK(failing(always) ==
        Lines{"this assertion does not hold: the binary allows control_boot_t security_t:security load_policy"});
  CHECK(is_refused_by_checkpolicy(always));
  CHECK_FALSE(
      is_refused_by_checkpolicy("  - { phase: sealed, nobody-may: { class: security, permission: load_policy } }\n"));
}

TEST_CASE("a domain that may only do something to some is held to it") {
  CHECK(failing("  - { may-only: { domain: net, class: grant, permission: map_read, on: [blue, green] } }\n").empty());
  const std::string narrow = "  - { may-only: { domain: net, class: grant, permission: map_read, on: [blue] } }\n";
  CHECK(failing(narrow) == Lines{"this assertion does not hold: the binary allows net_t green_t:grant map_read"});
  CHECK(is_refused_by_checkpolicy(narrow));
}

TEST_CASE("an assertion is judged on the binary, not on what the spec derives") {
  test::DerivedSpec host(
      test::small_host("assert:\n  - { no-flow: { from: blue, to: green }, except-through: [net, control] }\n"));
  std::string conf = flask::emit_policy_conf(host.read.model, host.derived, {}, host.read.sources, {});
  conf.insert(conf.find("# --- roles and users"), "allow green_t blue_t:grant map_read;\n");
  Diagnostics diagnostics;
  check_assertions(host.read.model, *host.read.catalogue, host.derived, test::compile_conf(conf), diagnostics);
  CHECK(diagnostics.error_count() == 1);
}

}  // namespace bulkhead::analysis
