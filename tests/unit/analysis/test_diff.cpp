#include "bulkhead/analysis/diff.h"
#include "support/compiled.h"

namespace bulkhead::analysis {
namespace {

using test::compile_conf;
using test::DerivedSpec;
using test::small_host;

using Lines = std::vector<std::string>;
const Lines kNone;

std::unique_ptr<Rights> rights(const DerivedSpec& host) {
  return rights_of(host.read.model, *host.read.catalogue, host.derived, host.read.sources);
}

std::string joined(const Lines& words) {
  std::string text;
  for (const std::string& word : words) {
    text += (text.empty() ? "" : " ") + word;
  }
  return text;
}

// The whole difference, one line each.
Lines lines(Rights& a, Rights& b) {
  const PolicyDiff found = diff(a, b);
  Lines text;
  for (const std::string& type : found.removed_types) {
    text.push_back("- type " + type);
  }
  for (const std::string& type : found.added_types) {
    text.push_back("+ type " + type);
  }
  for (const AccessChange& change : found.narrowed) {
    text.push_back("- " + change.source + " " + change.target + ":" + change.access_class + " " +
                   joined(change.permissions));
  }
  for (const AccessChange& change : found.widened) {
    text.push_back("+ " + change.source + " " + change.target + ":" + change.access_class + " " +
                   joined(change.permissions));
  }
  for (const OtherChange& change : found.other) {
    text.push_back("~ " + change.what + ": " + (change.in_a ? "[" + change.before + "]" : "none") + " -> " +
                   (change.in_b ? "[" + change.after + "]" : "none"));
  }
  CHECK(found.same() == text.empty());
  return text;
}

// A policy of two classes, written by hand; `rules` goes before the roles.
std::string by_hand(const std::string& rules, const std::string& types = "type a_t; type b_t; type c_t;",
                    const std::string& classes = "class domain { create destroy pause }\nclass event { bind send }") {
  return "class domain\nclass event\nsid xen\nsid dom0\n" + classes + "\n" + types + "\n" + rules +
         "\nrole system_r; role system_r types { a_t b_t };\nuser system_u roles system_r;\n"
         "sid xen system_u:system_r:a_t\nsid dom0 system_u:system_r:b_t\n";
}

Lines between(const std::string& conf_a, const std::string& conf_b) {
  const flask::BinaryPolicy policy_a = compile_conf(conf_a);
  const flask::BinaryPolicy policy_b = compile_conf(conf_b);
  return lines(*rights_of(policy_a), *rights_of(policy_b));
}

const std::string kRule = "allow a_t b_t:domain create;";

}  // namespace

TEST_CASE("a spec and the policy compiled from it grant the same, traced or not") {
  const DerivedSpec host(small_host());
  for (const bool trace : {false, true}) {
    const flask::BinaryPolicy policy = compile_conf(host.conf(trace));
    CHECK(lines(*rights(host), *rights_of(policy)) == kNone);
    CHECK(lines(*rights_of(policy), *rights(host)) == kNone);
  }
}

TEST_CASE("one permission more is widened, the other way round narrowed") {
  const std::string more = "allow a_t b_t:domain { create pause };";
  CHECK(between(by_hand(kRule), by_hand(more)) == Lines{"+ a_t b_t:domain pause"});
  CHECK(between(by_hand(more), by_hand(kRule)) == Lines{"- a_t b_t:domain pause"});
}

TEST_CASE("the same cells written with an attribute are no difference") {
  const std::string types = "attribute both; type a_t; type b_t, both; type c_t, both;";
  CHECK(between(by_hand(kRule + "allow a_t b_t:event send; allow a_t c_t:event send;"),
                by_hand(kRule + "allow a_t both:event send;", types)) == kNone);
}

TEST_CASE("permissions are compared by name and not by number, and a changed number is told") {
  const std::string other = "class domain { pause create destroy }\nclass event { bind send }";
  const std::string types = "type a_t; type b_t; type c_t;";
  CHECK(between(by_hand(kRule), by_hand(kRule, types, other)) ==
        Lines{"~ class domain: [number 1, permissions create destroy pause] -> [number 1, permissions pause create "
              "destroy]"});
}

TEST_CASE("a type that only one of them has is told once, with what it may do") {
  const std::string types = "type a_t; type b_t; type c_t; type d_t;";
  CHECK(between(by_hand(kRule), by_hand(kRule + "allow d_t a_t:event send;", types)) ==
        Lines{"+ type d_t", "+ d_t a_t:event send"});
}

TEST_CASE("a changed type transition is told with both results") {
  CHECK(between(by_hand(kRule + "type_transition a_t b_t:event c_t;"),
                by_hand(kRule + "type_transition a_t b_t:event a_t;")) ==
        Lines{"~ type_transition a_t b_t:event: [c_t] -> [a_t]"});
}

TEST_CASE("a changed initial SID, device context, role or permissive type is told") {
  std::string changed = by_hand(kRule + "permissive c_t;");
  changed.replace(changed.find("sid dom0 system_u:system_r:b_t"), 30, "sid dom0 system_u:system_r:a_t");
  changed.replace(changed.find("types { a_t b_t }"), 17, "types { a_t b_t c_t }");
  changed += "pirqcon 5 system_u:object_r:c_t\nioportcon 0x10-0x1f system_u:object_r:c_t\n";
  CHECK(between(by_hand(kRule), changed) ==
        Lines{"~ initial SID 2: [system_u:system_r:b_t] -> [system_u:system_r:a_t]",
              "~ interrupt 5: none -> [system_u:object_r:c_t]", "~ ports 0x10-0x1f: none -> [system_u:object_r:c_t]",
              "~ permissive c_t: none -> []", "~ role system_r may have c_t: none -> []"});
}

TEST_CASE("a rule under a boolean counts as the boolean's default has it, and is told as a rule too") {
  const std::string off = "bool debug false; if (debug) { allow a_t b_t:domain destroy; }";
  const std::string on = "bool debug true; if (debug) { allow a_t b_t:domain destroy; }";
  CHECK(between(by_hand(kRule + off), by_hand(kRule + on)) ==
        Lines{"+ a_t b_t:domain destroy", "~ boolean debug: [off by default] -> [on by default]"});
  const Lines added = between(by_hand(kRule), by_hand(kRule + off));
  REQUIRE(added.size() == 2);
  CHECK(added[0] == "~ boolean debug: none -> [off by default]");
  CHECK(added[1].find("allow a_t b_t:domain { destroy }") != std::string::npos);
}

TEST_CASE("a constraint is told, and a remark says that rules are an upper limit") {
  const std::string constraint = "constrain domain { create } (u1 == u2);";
  std::string changed = by_hand(kRule);
  changed.insert(changed.find("\nsid xen system_u") + 1, constraint + "\n");
  const flask::BinaryPolicy a = compile_conf(by_hand(kRule));
  const flask::BinaryPolicy b = compile_conf(changed);
  const auto rights_b = rights_of(b);
  CHECK(lines(*rights_of(a), *rights_b) == Lines{"~ constrain domain { create } (u1 == u2);: none -> []"});
  bool remarked = false;
  for (const std::string& remark : rights_b->remarks()) {
    remarked = remarked || remark.find("constraints") != std::string::npos;
  }
  CHECK(remarked);
}

TEST_CASE("what only logging rules differ in is the same") {
  CHECK(between(by_hand(kRule), by_hand(kRule + "auditallow a_t b_t:domain create; dontaudit a_t b_t:domain pause;")) ==
        kNone);
}

TEST_CASE("a widened cell of a spec names the statement it comes from") {
  const DerivedSpec a(small_host());
  std::string text = small_host();
  const std::string line = "  - { network: { backend: net, frontend: [blue, green], bridge: br0 } }\n";
  text.insert(text.find(line) + line.size(), "  - { channel: { between: [blue, green], pages: 4 } }\n");
  const DerivedSpec c(text);
  CHECK(lines(*rights(a), *rights(a)) == kNone);
  const PolicyDiff found = diff(*rights(a), *rights(c));
  CHECK(found.narrowed.empty());
  CHECK(found.added_types == Lines{"blue_green_ch_t"});
  REQUIRE_FALSE(found.widened.empty());
  for (const AccessChange& change : found.widened) {
    CHECK(change.origins == Lines{"host.yaml:13:7 (channel)"});
    CHECK(change.other_origins == kNone);
  }
}

TEST_CASE("what the other policy grants of the same class between the same two is named with its statement") {
  const DerivedSpec a(small_host());
  std::string text = small_host();
  text.insert(text.find("accept:"), "  - { channel: { between: [net, blue], pages: 4 } }\n");
  const DerivedSpec c(text);
  const PolicyDiff found = diff(*rights(a), *rights(c));
  std::vector<std::string> told;
  for (const AccessChange& change : found.widened) {
    told.push_back(change.source + " " + change.target + ":" + change.access_class + " " + joined(change.permissions) +
                   " | " + joined(change.origins) + " | " + joined(change.other_origins));
  }
  CHECK(told ==
        Lines{"blue_t net_t:grant map_read map_write unmap | host.yaml:13:7 (channel) | host.yaml:12:7 (network)"});
}

TEST_CASE("types have the words of the spec, and a domain's permissions are counted before and after") {
  const DerivedSpec a(small_host());
  std::string text = small_host();
  text.insert(text.find("accept:"), "  - { channel: { between: [blue, green], pages: 4 } }\n");
  const DerivedSpec c(text);
  const PolicyDiff found = diff(*rights(a), *rights(c));
  CHECK(found.words.at("blue_green_ch_t").words == "the event channel of blue and green");
  CHECK(found.words.at("green_t").words == "green");
  CHECK(found.words.at("green_t").places[0] == "host.yaml:10:3");
  CHECK(found.words.at("green_t").places[1] == "host.yaml:10:3");
  std::vector<std::string> told;
  for (const DomainCount& count : found.counts) {
    told.push_back(count.domain + " +" + std::to_string(count.after - count.before));
  }
  CHECK(told == Lines{"blue +2", "green +5"});
}

TEST_CASE("direct flows between domains are new where no permission of the class gave one before") {
  const DerivedSpec a(small_host());
  std::string text = small_host();
  text.insert(text.find("accept:"), "  - { channel: { between: [blue, green], pages: 4 } }\n");
  const DerivedSpec c(text);
  const PolicyDiff there = diff(*rights(a), *rights(c), a.read.catalogue.get());
  const PolicyDiff back = diff(*rights(c), *rights(a), a.read.catalogue.get());
  CHECK(there.lost_flows.empty());
  CHECK(there.new_flows == std::vector<DirectFlow>{{"blue", "green", "event"},
                                                   {"blue", "green", "grant"},
                                                   {"green", "blue", "event"},
                                                   {"green", "blue", "grant"}});
  CHECK(back.lost_flows == there.new_flows);
  CHECK(back.new_flows.empty());
}

TEST_CASE("operations outside XSA-77 that a domain gets are told, of two specs only") {
  const DerivedSpec a(small_host());
  const DerivedSpec c(small_host() + R"(roles:
  tuner:
    extends: driver
    allow: [ { on: xen, class: xen, permissions: [pm_op], reason: "a test" } ]
)");
  std::string text = small_host();
  text.replace(text.find("role: driver"), 12, "role: tuner");
  const DerivedSpec d(text + R"(roles:
  tuner:
    extends: driver
    allow: [ { on: xen, class: xen, permissions: [pm_op], reason: "a test" } ]
)");
  CHECK(diff(*rights(a), *rights(c)).new_unreviewed.empty());
  const PolicyDiff found = diff(*rights(a), *rights(d));
  CHECK(found.knows_unreviewed);
  CHECK(found.lost_unreviewed.empty());
  CHECK(found.new_unreviewed == std::vector<UnreviewedRight>{{"net", "XEN_SYSCTL_get_pmstat", "xen pm_op"},
                                                             {"net", "XEN_SYSCTL_pm_op", "xen pm_op"}});
  const flask::BinaryPolicy policy = compile_conf(a.conf());
  CHECK_FALSE(diff(*rights(d), *rights_of(policy)).knows_unreviewed);
}

TEST_CASE("two policies that name no domains are told type by type") {
  const flask::BinaryPolicy a = compile_conf(by_hand(kRule));
  const flask::BinaryPolicy b = compile_conf(by_hand(kRule + "allow a_t b_t:event send;"));
  const test::DerivedSpec any(small_host());
  const PolicyDiff found = diff(*rights_of(a), *rights_of(b), any.read.catalogue.get());
  CHECK(found.words.at("a_t").words == "a_t");
  CHECK(found.new_flows == std::vector<DirectFlow>{{"a_t", "b_t", "event"}});
}

}  // namespace bulkhead::analysis
