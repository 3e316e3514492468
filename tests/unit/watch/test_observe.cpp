#include <catch2/catch.hpp>

#include "bulkhead/verify/report.h"
#include "running_host.h"

namespace bulkhead::test {

namespace {

using verify::Aspect;
using verify::Unseen;

std::vector<Aspect> seen_aspects(const verify::Observation& seen) {
  std::vector<Aspect> aspects;
  for (const verify::Look& look : seen.looks) {
    aspects.push_back(look.aspect);
  }
  return aspects;
}

void seal(RunningHost& running) {
  REQUIRE(running.host.relabel_self(*running.host.sid_of("system_u:system_r:control_t")).has_value());
}

}  // namespace

TEST_CASE_METHOD(RunningHost, "before sealing everything is seen but grant tables, which the plan gives nobody") {
  const verify::Observation seen = observe(true);
  CHECK(seen.label == "system_u:system_r:control_boot_t");
  CHECK(seen_aspects(seen).size() == verify::kAspectCount);
  CHECK(seen.tables.empty());
  CHECK(seen.unseen.size() == 5);
  for (const Unseen& unseen : seen.unseen) {
    CHECK(unseen.aspect == Aspect::kTables);
    CHECK(unseen.why == Unseen::Why::kNotAllowed);
  }
  CHECK(seen.channels.at(id("blue")).size() == 2);
  CHECK(seen.mapped.at(id("blue")).size() == 3);
  CHECK(verify::conform(plan, seen).empty());
}

TEST_CASE_METHOD(RunningHost, "from the sealed label what the plan denies is not asked, and is said") {
  seal(*this);
  const std::size_t before = host.call_count();
  const verify::Observation seen = observe(true);
  CHECK(seen.label == "system_u:system_r:control_t");
  CHECK(seen_aspects(seen) ==
        std::vector{Aspect::kDomains, Aspect::kEnforcement, Aspect::kBooleans, Aspect::kTables, Aspect::kStore});
  CHECK(host.call_count() > before);
  CHECK(verify::conform(plan, seen).empty());
  const std::string text = to_text(plan, seen, {});
  CHECK(text.find("not seen: event channels: the plan does not give `xen debug` to system_u:system_r:control_t\n") !=
        std::string::npos);
  CHECK(text.ends_with("what was seen is as the plan says\n"));
}

TEST_CASE_METHOD(RunningHost, "asked for everything, a refusal is a failure and a finding") {
  seal(*this);
  const auto found = findings();
  REQUIRE(!found.empty());
  for (const verify::Finding& finding : found) {
    CHECK(finding.id == "unseen");
    CHECK(finding.severity == verify::Severity::kDegraded);
  }
  CHECK(brief(found[0]) == verify::Finding{"unseen", "owners of PCI devices",
                                           "not seen: send a debug key: Operation not permitted", "an answer", "", "",
                                           verify::Severity::kDegraded, ""});
}

TEST_CASE_METHOD(RunningHost, "whatever question fails, the others are answered and the failure is said") {
  const std::size_t before = host.call_count();
  REQUIRE(verify::conform(plan, observe()).empty());
  const std::size_t questions = host.call_count() - before;
  const std::size_t step = std::max<std::size_t>(1, questions / 150);  // the policy's cells are one kind of question
  for (std::size_t question = 1; question <= questions; question += step) {
    INFO(question);
    host.fail_call(host.call_count() + question);
    const verify::Observation seen = observe();
    const auto found = verify::conform(plan, seen);
    REQUIRE(!found.empty());
    CHECK(std::all_of(found.begin(), found.end(), [](const verify::Finding& finding) {
      return finding.id == "unseen" || finding.id == "policy-differs" || finding.id == "store-missing";
    }));
    CHECK(seen.looks.size() >= verify::kAspectCount - 5);
  }
}

TEST_CASE_METHOD(RunningHost, "an observation for programs has what was seen, what was not and the findings") {
  host.crash(id("blue"));
  verify::ObserveOptions options;
  options.aspects = {Aspect::kDomains};
  verify::Observation seen = verify::observe(plan, options, host, host, host);
  seen.taken_at = "2026-11-22T18:50:00Z";
  seen.unseen.resize(1);
  CHECK(to_json(plan, seen, verify::conform(plan, seen)) == R"({
  "holds": false,
  "taken_at": "2026-11-22T18:50:00Z",
  "from": "control",
  "label": "system_u:system_r:control_boot_t",
  "looks": [
    {"aspect": "domains", "at": 0.000000, "took": 0.000000}
  ],
  "unseen": [
    {"aspect": "enforcement", "domain": "", "why": "not asked", "reason": "it was not asked for"}
  ],
  "findings": [
    {"id": "domain-state", "object": "domain blue", "found": "it is shut down", "wanted": "running", "remedy": "restart it: bulkhead-launch restart blue", "origin": "host.yaml:37:3", "severity": "degraded", "domain": "blue"}
  ]
}
)");
}

TEST_CASE("grant tables of both versions are read") {
  using verify::GrantUse;
  const auto entry = [](std::uint16_t flags, std::uint16_t domid, std::size_t size) {
    std::string text(size, '\x55');
    text[0] = static_cast<char>(flags & 0xFF);
    text[1] = static_cast<char>(flags >> 8);
    text[2] = static_cast<char>(domid & 0xFF);
    text[3] = static_cast<char>(domid >> 8);
    return text;
  };
  for (const std::size_t size : {8U, 16U}) {
    std::string entries;
    for (const auto& [flags, domid] : std::vector<std::pair<std::uint16_t, std::uint16_t>>{
             {0, 7}, {1, 5}, {5, 5}, {0x19, 5}, {2, 300}, {3, 6}, {0x105, 5}, {0xFFFC, 9}}) {
      entries += entry(flags, domid, size);
    }
    entries += "cut";
    CHECK(verify::read_grant_table({size == 8 ? 1U : 2U, entries}) ==
          std::vector<GrantUse>{{5, GrantUse::Way::kRead, 2, 2},
                                {5, GrantUse::Way::kWrite, 2, 1},
                                {6, GrantUse::Way::kTransitive, 1, 5},
                                {300, GrantUse::Way::kTransfer, 1, 4}});
  }
}

TEST_CASE("denials are counted by kind, and only what Xen printed counts") {
  const std::string denied =
      "avc:  denied  { map_read } for source=d2 target=d4 scontext=system_u:system_r:blue_t "
      "tcontext=system_u:system_r:green_t tclass=grant\n";
  const verify::Denials denials = verify::read_denials({"tcontext=x tclass=grant\n(XEN) " + denied + "(d2) " + denied +
                                                            denied + "(XEN) " + denied + "(XEN) avc:  denied  { map_re",
                                                        1000, 77});
  CHECK(denials.kinds == std::vector<verify::Denial>{
                             {"system_u:system_r:blue_t", "system_u:system_r:green_t", "grant", {"map_read"}, 2}});
  CHECK(denials.count == 2);
  CHECK(denials.imitated == 1);
  CHECK(denials.cut == 1);
  CHECK(denials.lost_bytes == 77);
  CHECK(denials.next == 1000);
}

TEST_CASE_METHOD(RunningHost, "a look at denials goes on where the last one ended, and says what was overwritten") {
  host.given.ring_start = 4000;
  verify::ObserveOptions options;
  options.aspects = {Aspect::kDomains, Aspect::kDenials};
  options.denials_from = 3000;
  const verify::Observation seen = verify::observe(plan, options, host, host, host);
  REQUIRE(seen.denials.has_value());
  CHECK(seen.denials->lost_bytes == 1000);
  options.denials_from = seen.denials->next;
  host.given.console += "(XEN) avc:  denied  { create } for current=d0 scontext=a:b:c tcontext=a:b:d tclass=domain\n";
  CHECK(verify::observe(plan, options, host, host, host).denials->count == 1);
}

}  // namespace bulkhead::test
