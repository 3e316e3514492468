// Each kind of drift is found by name, and nothing else is reported.
#include <catch2/catch.hpp>

#include "bulkhead/base/files.h"
#include "bulkhead/base/text.h"
#include "running_host.h"

namespace bulkhead::test {

namespace {

using verify::Finding;
using verify::Severity;

Finding about(const char* id, const std::string& domain, const char* found, const char* wanted, const char* origin,
              Severity severity = Severity::kBreach) {
  return {id, "domain " + domain, found, wanted, "", origin, severity, domain};
}

// A store as `xenstore-ls -fp` printed it on a real host: `/path = "value"   (n0,r1)`.
std::vector<verify::SeenNode> recorded_store() {
  const auto text = read_file(std::string(BULKHEAD_SOURCE_DIR) + "/tests/unit/watch/xenstore.txt", 1U << 20U);
  REQUIRE(text.has_value());
  std::vector<verify::SeenNode> nodes;
  for (const std::string_view line : split(*text, '\n')) {
    const std::size_t equals = line.find(" = \"");
    const std::size_t end = line.rfind("\"   (");
    if (equals == std::string_view::npos || end == std::string_view::npos) {
      continue;
    }
    verify::SeenNode node;
    node.path = line.substr(0, equals);
    node.value = std::string(line.substr(equals + 4, end - equals - 4));
    bool first = true;
    for (const std::string_view one : split(line.substr(end + 5, line.size() - end - 6), ',')) {
      const auto domid = static_cast<hypervisor::Domid>(std::stoul(std::string(one.substr(1))));
      if (first) {
        node.access.owner = domid;
        node.access.others_read = one[0] != 'n' && one[0] != 'w';
      } else {
        (one[0] == 'r' ? node.access.readers : node.access.writers).push_back(domid);
      }
      first = false;
    }
    nodes.push_back(node);
  }
  std::sort(nodes.begin(), nodes.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
  return nodes;
}

}  // namespace

TEST_CASE_METHOD(RunningHost, "a host that was started as planned conforms") {
  CHECK(findings().empty());
}

TEST_CASE("the xenstore of a real host conforms, and one wrong right in it is found") {
  const plan::LaunchPlan& plan = split_plan();
  verify::Observation seen;
  seen.store = recorded_store();
  REQUIRE(seen.store->size() > 300);
  CHECK(verify::conform(plan, seen).empty());
  for (verify::SeenNode& node : *seen.store) {
    if (node.path == "/local/domain/5/backend/vif/2/0/mac") {
      node.access.readers.push_back(4);
    }
  }
  CHECK(brief(verify::conform(plan, seen)) ==
        std::vector<Finding>{{"store-access", "xenstore node `/local/domain/5/backend/vif/2/0/mac`",
                              "domain green (4) may read it", "nobody but domain blue (2), domain net (5)", "",
                              "host.yaml:47:7", Severity::kAttempt, "net"}});
}

TEST_CASE_METHOD(RunningHost, "a stray grant to a third domain is found") {
  grant("blue", "green");
  CHECK(brief(findings()) ==
        std::vector{about("grant-stray", "blue",
                          "1 of its pages, the first of them by reference 4, is offered for "
                          "writing to domain green (4)",
                          "nothing granted to that domain", "host.yaml:37:3", Severity::kAttempt)});
}

TEST_CASE_METHOD(RunningHost, "a grant that is mapped by a third domain is found") {
  domain("blue").mapped.push_back({17, id("green"), false});
  CHECK(brief(findings()) == std::vector{about("grant-stray", "blue",
                                               "1 of its pages, the first of them by reference 17, is mapped for "
                                               "reading by domain green (4)",
                                               "nothing granted to that domain", "host.yaml:37:3")});
}

TEST_CASE_METHOD(RunningHost, "a grant that is writable where the plan lets the other only read is found") {
  // As the compiler would have it for a connection that only reads.
  auto& expected = plan.expectations;
  const auto label = [&](const char* name) {
    return static_cast<std::uint32_t>(std::find(expected.labels.begin(), expected.labels.end(), name) -
                                      expected.labels.begin());
  };
  for (plan::Cell& cell : expected.cells) {
    if (cell.source == label("system_u:system_r:disk_t") && cell.target == label("system_u:system_r:blue_t") &&
        expected.classes[cell.access_class - 1].name == "grant") {
      const auto& names = expected.classes[cell.access_class - 1].permissions;
      cell.vector &= ~(1U << (std::find(names.begin(), names.end(), "map_write") - names.begin()));
    }
  }
  host.given.policy = expected;
  CHECK(brief(findings()) == std::vector{about("grant-writable", "blue",
                                               "1 of its pages, the first of them by reference 2, is offered for "
                                               "writing to domain disk (3)",
                                               "for reading only", "host.yaml:37:3", Severity::kAttempt)});
}

TEST_CASE_METHOD(RunningHost, "an event channel between domains that the plan does not connect is found") {
  connect("green", "blue", "system_u:object_r:blue_t");
  CHECK(brief(findings()) ==
        std::vector{about("channel-stray", "green", "1 port, the first of them 1, bound to domain blue (2)",
                          "no event channel between the two", "host.yaml:38:3")});
}

TEST_CASE_METHOD(RunningHost, "an event channel with another label is found") {
  connect("green", "net", "system_u:object_r:blue_net_ch_t");
  CHECK(brief(findings()) == std::vector{about("channel-label", "green",
                                               "1 port, the first of them 1, bound to domain net (5), labelled "
                                               "system_u:object_r:blue_net_ch_t",
                                               "label system_u:object_r:green_net_ch_t", "host.yaml:38:3")});
}

TEST_CASE_METHOD(RunningHost, "a xenstore node that the wrong domain may read is found") {
  const std::string path = "/local/domain/4/device/vif/0";
  hypervisor::NodeAccess access = host.store.access(0, path)->value();
  access.readers.push_back(id("blue"));
  access.others_read = true;
  REQUIRE(host.store.write(0, {{path, "", access}}).has_value());
  CHECK(brief(findings()) == std::vector<Finding>{{"store-access", "xenstore node `/local/domain/4/device/vif/0`",
                                                   "domain blue (2) may read it, every domain may read it",
                                                   "nobody but domain green (4), domain net (5)", "", "host.yaml:48:7",
                                                   Severity::kAttempt, "green"}});
}

TEST_CASE_METHOD(RunningHost, "a back end that serves another disk, or writes to a read-only one, is found") {
  const std::string back = "/local/domain/3/backend/vbd/4/51712";
  REQUIRE(host.store.set(3, back + "/mode", "w").has_value());
  REQUIRE(host.store.remove(0, back + "/params").has_value());
  CHECK(brief(findings()) ==
        std::vector<Finding>{{"store-value", "xenstore node `" + back + "/mode`", "its value is `w`", "`r`", "",
                              "host.yaml:50:7", Severity::kBreach, "disk"},
                             {"store-missing", "xenstore node `" + back + "/params`", "it is not there", "`/dev/sda2`",
                              "", "host.yaml:50:7", Severity::kDegraded, "disk"}});
}

TEST_CASE_METHOD(RunningHost, "a device that was moved to another domain is found") {
  host.pci_owner[{0, 0, 3, 0}] = id("blue");
  CHECK(brief(findings()) ==
        std::vector<Finding>{{"device-owner", "device nic0 at 0000:00:03.0", "its owner is domain blue (2)",
                              "domain net (5)", "", "host.yaml:13:3", Severity::kBreach, "net"}});
}

TEST_CASE_METHOD(RunningHost, "frames, ports and interrupts that a domain got besides are found") {
  domain("blue").iomem = {{0xFEBA0, 0xFEBA0}};
  domain("green").irqs = {23};
  domain("disk").ioports.clear();
  std::vector<Finding> found = brief(findings());
  REQUIRE(found.size() == 3);
  CHECK(found[0].id == "ioports");
  CHECK(found[0].severity == Severity::kDegraded);
  CHECK(found[1] == about("iomem", "blue", "its frames of devices are 0xfeba0", "none", "host.yaml:37:3"));
  CHECK(found[2] == about("interrupts", "green", "its interrupts are 23", "none", "host.yaml:38:3"));
}

TEST_CASE_METHOD(RunningHost, "interrupts that Xen made for a domain's own device are its own") {
  host.given.key_text['Q'] =
      "(XEN) ==== PCI devices ====\n(XEN) ==== segment 0000 ====\n(XEN) 0000:00:05.0 - d3 - node 0   - MSIs < 28 >\n"
      "(XEN) 0000:00:03.0 - d5 - node 0   - MSIs < 25 26 27 >\n";
  domain("net").irqs = {25, 26, 27};
  domain("disk").irqs = {27, 28};
  const std::vector<Finding> found = findings();
  REQUIRE(found.size() == 1);
  CHECK(found[0].found == "its interrupts are 27-28");
  CHECK(found[0].domain == "disk");
}

TEST_CASE_METHOD(RunningHost, "an extra domain, a foreign label and the xenstore's flag are found") {
  hypervisor::NewDomain made;
  made.domid = 9;
  made.label = "system_u:system_r:blue_t";
  REQUIRE(host.create(made).has_value());
  domain("net").sid = *host.sid_of("system_u:system_r:disk_t");
  domain("green").made.runs_xenstore = true;
  CHECK(brief(findings()) ==
        std::vector<Finding>{
            about("label", "net", "label is system_u:system_r:disk_t", "system_u:system_r:net_t", "host.yaml:24:3"),
            about("domain-flags", "green", "it was made as the xenstore's domain", "that it is not", "host.yaml:38:3"),
            {"unknown-domain", "domain 9", "it is paused, its label is system_u:system_r:blue_t", "no such domain", "",
             "", Severity::kBreach, "9"}});
}

TEST_CASE_METHOD(RunningHost, "enforcing switched off is found") {
  host.given.enforcement = hypervisor::Enforcement::kPermissive;
  CHECK(brief(findings()) ==
        std::vector<Finding>{{"flask-permissive", "Xen", "FLASK logs denials and allows them", "enforcing", "", ""}});
}

TEST_CASE_METHOD(RunningHost, "another policy is found by its cells and its booleans") {
  host.given.policy.cells.pop_back();
  host.given.booleans = {{"prng", true, false}};
  const std::vector<Finding> found = findings();
  REQUIRE(found.size() == 2);
  CHECK(brief(found[0]) == Finding{"boolean", "boolean prng", "it is on, and will be the opposite",
                                   "no booleans: the compiler makes none", "", ""});
  CHECK(found[1].id == "policy-differs");
}

TEST_CASE_METHOD(RunningHost, "denials are told and are no difference") {
  host.given.console +=
      "(XEN) avc:  denied  { map_read } for source=d2 target=d4 scontext=system_u:system_r:blue_t "
      "tcontext=system_u:system_r:green_t tclass=grant\n";
  const std::vector<Finding> found = findings();
  CHECK(brief(found) ==
        std::vector<Finding>{{"denial", "system_u:system_r:blue_t on system_u:system_r:green_t, class grant",
                              "denied 1 time: map_read", "none", "", "", Severity::kNotice, ""}});
  CHECK(verify::holds(found));
}

}  // namespace bulkhead::test
