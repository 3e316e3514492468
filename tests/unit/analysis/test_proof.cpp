#include "bulkhead/analysis/proof.h"
#include "support/compiled.h"

namespace bulkhead::analysis {
namespace {

using test::compile_conf;
using test::DerivedSpec;
using test::small_host;

std::vector<std::string> differences(const DerivedSpec& host, const std::string& conf) {
  const flask::BinaryPolicy binary = compile_conf(conf);
  std::vector<std::string> lines;
  for (const Difference& difference : prove(host.read.model, host.derived, binary).differences) {
    lines.push_back((difference.excess ? "+ " : "- ") + difference.what);
  }
  return lines;
}

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  const std::size_t place = text.find(what);
  REQUIRE(place != std::string::npos);
  return text.replace(place, what.size(), by);
}

// Before the roles: after all types and rules.
std::string injected(const std::string& conf, const std::string& rule) {
  return replaced(conf, "# --- roles and users", rule + "\n# --- roles and users");
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("what is compiled from a spec equals it, traced or not") {
  const DerivedSpec host(small_host());
  CHECK(differences(host, host.conf()).empty());
  CHECK(differences(host, host.conf(true)).empty());
}

TEST_CASE("the proof counts what it compared") {
  const DerivedSpec host(small_host());
  const Proof proof = prove(host.read.model, host.derived, compile_conf(host.conf()));
  const std::uint64_t types = host.derived.set.types.size();
  CHECK(proof.types == types);
  CHECK(proof.cells == types * types * 13);
  CHECK(proof.allowed == host.derived.set.cells().size());
  CHECK(proof.permissions > proof.allowed);
}

TEST_CASE("one permission more, between any two types, is named with the rule") {
  const DerivedSpec host(small_host());
  const flask::BinaryPolicy binary = compile_conf(injected(host.conf(), "allow blue_t green_t:grant { map_read };"));
  const Proof proof = prove(host.read.model, host.derived, binary);
  REQUIRE(proof.differences.size() == 1);
  CHECK(proof.differences[0].excess);
  CHECK(proof.differences[0].what == "allow blue_t green_t:grant { map_read }");
  CHECK(proof.differences[0].found == "allow blue_t green_t:grant { map_read };");
  CHECK(proof.differences[0].offset > 0);
}

TEST_CASE("one permission less is named with the statement of the spec") {
  const DerivedSpec host(small_host());
  const flask::BinaryPolicy binary =
      compile_conf(replaced(host.conf(), "allow blue_t net_t:grant copy;", "allow blue_t net_t:grant query;"));
  const Proof proof = prove(host.read.model, host.derived, binary);
  REQUIRE(proof.differences.size() == 2);
  CHECK(proof.differences[0].what == "allow blue_t net_t:grant { query }");
  CHECK(proof.differences[1].what == "allow blue_t net_t:grant { copy }");
  CHECK(host.read.sources.origin(proof.differences[1].origin) == "host.yaml:12:7");
}

TEST_CASE("what is only reachable through a boolean is found") {
  const DerivedSpec host(small_host());
  const std::string conf =
      injected(host.conf(), "bool debug_mode false;\nif (debug_mode) { allow blue_t green_t:mmu { map_read }; }");
  CHECK(differences(host, conf) == Lines{"+ boolean debug_mode", "+ allow blue_t green_t:mmu { map_read }"});
}

TEST_CASE("an extra or changed label transition is found") {
  const DerivedSpec host(small_host());
  CHECK(differences(host, injected(host.conf(), "type_transition blue_t green_t:event blue_net_ch_t;")) ==
        Lines{"+ type_transition blue_t green_t:event"});
  CHECK(differences(host, replaced(host.conf(), "type_transition blue_t blue_t:domain blue_self_t;",
                                   "type_transition blue_t blue_t:domain green_self_t;")) ==
        Lines{"+ type_transition blue_t blue_t:domain"});
  CHECK(differences(host, replaced(host.conf(), "type_transition blue_t blue_t:domain blue_self_t;\n", "")) ==
        Lines{"- type_transition blue_t blue_t:domain"});
}

TEST_CASE("a permissive type, an alias, a bound, a new type or attribute member is found") {
  const DerivedSpec host(small_host());
  CHECK(differences(host, injected(host.conf(), "permissive blue_t;")) == Lines{"+ type blue_t"});
  CHECK(differences(host, injected(host.conf(), "typealias blue_t alias azure_t;")) == Lines{"+ type blue_t"});
  CHECK(differences(host, injected(host.conf(), "type red_t;")) == Lines{"+ type red_t"});
}

TEST_CASE("a constraint is found") {
  const DerivedSpec host(small_host());
  const std::string conf = replaced(host.conf(), "# --- contexts of the initial SIDs",
                                    "constrain grant { map_read } ( u1 == u2 );\n# --- contexts of the initial SIDs");
  CHECK(differences(host, conf) == Lines{"+ constraint"});
}

TEST_CASE("changed contexts of initial SIDs and devices are found") {
  const DerivedSpec host(small_host());
  CHECK(differences(host, replaced(host.conf(), "sid unlabeled system_u:system_r:unlabeled_t",
                                   "sid unlabeled system_u:system_r:blue_t")) == Lines{"+ initial SID 6 (unlabeled)"});
  const Lines moved = differences(host, replaced(host.conf(), "pcidevicecon 0x18 system_u:object_r:nic0_dev_t",
                                                 "pcidevicecon 0x20 system_u:object_r:nic0_dev_t"));
  REQUIRE(moved.size() == 2);
  CHECK(moved[0].starts_with("- "));
  CHECK(moved[1].starts_with("+ "));
}

TEST_CASE("roles and users that the spec does not make are found") {
  const DerivedSpec host(small_host());
  CHECK(differences(host,
                    replaced(host.conf(), "user system_u roles system_r;",
                             "role other_r;\nrole other_r types blue_t;\nuser system_u roles { system_r other_r };")) ==
        Lines{"+ role other_r", "+ user system_u may have other_r"});
  CHECK(differences(host, replaced(host.conf(), "user system_u roles system_r;",
                                   "user system_u roles system_r;\nuser eve_u roles system_r;")) ==
        Lines{"+ user eve_u"});
}

TEST_CASE("an audit rule more is found") {
  const DerivedSpec host(small_host());
  CHECK(differences(host, injected(host.conf(), "dontaudit blue_t net_t:grant { transfer };")) ==
        Lines{"+ dontaudit blue_t net_t:grant { transfer }"});
}

}  // namespace bulkhead::analysis
