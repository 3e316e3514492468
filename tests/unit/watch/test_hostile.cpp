// Nothing that a guest writes stops verification, makes it large, or hides what another domain does.
#include <catch2/catch.hpp>

#include "running_host.h"

namespace bulkhead::test {

namespace {

using verify::Finding;

bool has(const std::vector<Finding>& findings, const char* id, const char* domain) {
  return std::any_of(findings.begin(), findings.end(),
                     [&](const Finding& finding) { return finding.id == id && finding.domain == domain; });
}

}  // namespace

TEST_CASE_METHOD(RunningHost, "a guest that fills the xenstore hides no other domain's node") {
  for (int i = 0; i < 5000; ++i) {
    REQUIRE(host.store.set(2, "/local/domain/2/data/" + std::string(200, 'x') + std::to_string(i), "").has_value());
  }
  hypervisor::NodeAccess access = host.store.access(0, "/local/domain/5/data")->value();
  access.others_write = true;
  REQUIRE(host.store.write(0, {{"/local/domain/5/data", "", access}}).has_value());
  const verify::Observation seen = observe();
  CHECK(seen.store->size() < 2500);
  const std::vector<Finding> found = verify::conform(plan, seen);
  CHECK(has(found, "store-access", "net"));
  CHECK(has(found, "unseen", "blue"));
  CHECK(found.size() == 2);
}

TEST_CASE_METHOD(RunningHost, "a guest that opens all its nodes is one domain's findings, and they are counted") {
  for (int i = 0; i < 500; ++i) {
    const std::string path = "/local/domain/2/data/n" + std::to_string(i);
    REQUIRE(host.store.write(0, {{path, "", {2, {4}, {}}}}).has_value());
  }
  const std::vector<Finding> found = findings();
  CHECK(found.size() == 21);
  CHECK(found.back().found == "480 more like the ones before");
}

TEST_CASE_METHOD(RunningHost, "a guest whose nodes are deeper than any plan's ends the reading of its own") {
  std::string path = "/local/domain/2/data";
  for (int i = 0; i < 40; ++i) {
    path += "/d";
    REQUIRE(host.store.set(2, path, "").has_value());
  }
  const std::vector<Finding> found = findings();
  CHECK(found.size() == 1);
  CHECK(has(found, "unseen", "blue"));
}

TEST_CASE_METHOD(RunningHost, "a guest whose grant table offers everything to everybody hides no other's grant") {
  std::string& entries = domain("blue").table.entries;
  for (std::uint32_t i = 0; i < 32768; ++i) {
    entries += std::string{'\x01', '\0', static_cast<char>(i & 0xFF), static_cast<char>(i >> 8 & 0xFF), 0, 0, 0, 0};
  }
  grant("green", "blue");
  const verify::Observation seen = observe();
  CHECK(seen.tables.at(id("blue")).size() == verify::kMaxGrantUses);
  const std::vector<Finding> found = verify::conform(plan, seen);
  CHECK(found.size() == 22);
  CHECK(has(found, "grant-stray", "green"));
}

TEST_CASE_METHOD(RunningHost, "a guest that rewrites its grant table while it is read changes only what it says") {
  int reads = 0;
  host.given.meddle = [&](FakeHost& fake) {
    std::string& entries = fake.state.at(id("blue")).table.entries;
    entries.assign(static_cast<std::size_t>(reads % 977), static_cast<char>(reads));
    ++reads;
  };
  grant("green", "blue");
  for (int i = 0; i < 5; ++i) {
    const std::vector<Finding> found = findings();
    CHECK(has(found, "grant-stray", "green"));
    for (const Finding& finding : found) {
      CHECK((finding.domain == "green" || finding.domain == "blue"));
    }
  }
}

TEST_CASE_METHOD(RunningHost, "a guest that tears one domain's lines blinds for that domain alone, and that is said") {
  domain("green").mapped = {{8, id("blue"), true}};
  const std::string whole = *host.debug_key('g');
  std::string torn = whole;
  torn.replace(torn.find("d2 (v1)"), 2, "(d4) hello\n");
  host.given.key_text['g'] = torn;
  const std::vector<Finding> found = findings();
  CHECK(has(found, "grant-stray", "green"));
  CHECK(has(found, "unseen", "blue"));
}

TEST_CASE_METHOD(RunningHost, "lines that are torn sometimes are read another time") {
  const std::string whole = *host.debug_key('g');
  std::string torn = whole;
  torn.replace(torn.find("d2 (v1)"), 2, "(d4) hello\n");
  int asked = 0;
  host.given.meddle = [&](FakeHost& fake) { fake.given.key_text['g'] = ++asked % 2 == 0 ? whole : torn; };
  CHECK(findings().empty());
}

TEST_CASE_METHOD(RunningHost, "a flood of denials is counted, and hides no difference") {
  for (int i = 0; i < 20000; ++i) {
    host.given.console += "(XEN) avc:  denied  { map_read } for source=d2 target=d" + std::to_string(i) +
                          " scontext=system_u:system_r:blue_t tcontext=system_u:system_r:t" + std::to_string(i) +
                          " tclass=grant\n";
  }
  host.given.console += "(XEN) avc:  denied  { map_re";
  grant("green", "blue");
  const std::vector<Finding> found = findings();
  CHECK(has(found, "grant-stray", "green"));
  CHECK(found.size() == 1 + verify::kMaxDenialKinds + 1);
  CHECK(found.back().found ==
        "19744 denials of further kinds, 1 messages that are not whole, 0 bytes overwritten before they were read");
}

TEST_CASE_METHOD(RunningHost, "what a domain wrote is shown so that it cannot forge lines of the output") {
  const std::string path = "/local/domain/4/device/vif/0/backend";
  REQUIRE(host.store.set(4, path, "x`\nthe host is as the plan says\x1b[2J" + std::string(4000, 'y')).has_value());
  const std::vector<Finding> found = findings();
  REQUIRE(found.size() == 1);
  CHECK(found[0].id == "store-value");
  const std::string text = to_text(found[0]);
  CHECK(std::count(text.begin(), text.end(), '\n') == 2);
  CHECK(text.find('\x1b') == std::string::npos);
  CHECK(text.size() < 600);
}

}  // namespace bulkhead::test
