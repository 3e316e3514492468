// What a reviewer expects of a spec, judged; and which statements an expectation looked at.
#include "bulkhead/analysis/expectations.h"
#include "bulkhead/base/yaml_reader.h"
#include "support/compiled.h"

namespace bulkhead::analysis {
namespace {

using test::DerivedSpec;
using test::small_host;

using Lines = std::vector<std::string>;
const Lines kNone;

// The small host with three instances of a family, served by the same network domain.
std::string family_host() {
  std::string text = small_host();
  text.insert(text.find("connections:"), "  web: { role: guest, instances: 3, kernel: /k, ramdisk: /r }\n");
  text.insert(text.find("accept:"), "  - { network: { backend: net, frontend: web, bridge: br1 } }\n");
  return text;
}

struct Judged {
  explicit Judged(const std::string& expectations, const std::string& spec = small_host()) : host(spec) {
    const FileId file = host.read.sources.add("t.yaml", "expectations: 1\nexpect:\n" + expectations);
    const auto document = read_document(host.read.sources, file, diagnostics);
    REQUIRE(document.has_value());
    all = spec::read_expectations(*document, diagnostics);
    result = check_expectations(host.read.model, *host.read.catalogue, host.derived, all, diagnostics);
  }
  [[nodiscard]] std::string rendered() const { return render_text(diagnostics, host.read.sources, false); }
  // "holds", or all that speaks against it; a line for each expectation.
  [[nodiscard]] Lines verdicts() const {
    Lines lines;
    for (const Verdict& verdict : result.verdicts) {
      std::string line = verdict.holds() ? "holds" : "";
      for (const Breach& breach : verdict.breaches) {
        line += (line.empty() ? "" : "; ") + breach.text;
      }
      lines.push_back(std::move(line));
    }
    return lines;
  }
  [[nodiscard]] Lines touched() const {
    Lines lines;
    for (const Statement& statement : result.statements) {
      if (statement.touched != 0) {
        lines.push_back(std::string(name(statement.kind)) + " " + statement.words);
      }
    }
    return lines;
  }

  DerivedSpec host;
  Diagnostics diagnostics;
  std::vector<spec::Expectation> all;
  TestResult result;
};

TEST_CASE("a right that is granted is expected, one that is not is told") {
  const Judged judged(
      "  - { from: net, to: blue, may: [grant.copy, event.send] }\n"
      "  - { from: blue, to: green, may: [grant.copy] }\n");
  CHECK(judged.rendered().empty());
  CHECK(judged.verdicts() == Lines{"holds", "nothing grants grant.copy to `blue` on `green`"});
  CHECK_FALSE(judged.result.all_hold());
}

TEST_CASE("a right that must not be is told with the statement that grants it") {
  const Judged judged(
      "  - { from: blue, to: green, may-not: [grant.map_read, event.send] }\n"
      "  - { from: net, to: blue, may-not: [grant.map_write] }\n");
  CHECK(judged.verdicts() == Lines{"holds", "`network` grants net_t blue_t:grant map_write"});
  CHECK(judged.host.read.sources.describe(judged.result.verdicts[1].breaches[0].origin) == "host.yaml:12:7");
}

TEST_CASE("may-only holds for exactly these rights, an empty list for none at all") {
  const Judged judged(
      "  - { from: blue, to: green, may-only: [] }\n"
      "  - { from: blue, to: net, may-only: [grant.copy, event.send, event.create, event.bind] }\n"
      "  - { from: blue, to: net, may-only: [event.send, event.create, event.bind] }\n"
      "  - { from: blue, to: green, may-only: [grant.copy] }\n");
  CHECK(judged.rendered().empty());
  CHECK(judged.verdicts() == Lines{"holds", "holds", "`network` grants blue_t net_t:grant copy",
                                   "nothing grants grant.copy to `blue` on `green`"});
}

TEST_CASE("a direct flow is expected or excluded, in its direction") {
  const Judged judged(
      "  - { from: blue, to: green, direct-flow: none }\n"
      "  - { from: blue, to: net, direct-flow: expected }\n"
      "  - { from: blue, to: green, direct-flow: expected }\n");
  CHECK(judged.verdicts() == Lines{"holds", "holds", "nothing moves from `blue` to `green`"});
  CHECK_FALSE(Judged("  - { from: net, to: blue, direct-flow: none }\n").result.all_hold());
}

TEST_CASE("a family stands for each of its instances, and a family and itself for its pairs") {
  CHECK(Judged("  - { from: net, to: web, may: [grant.copy] }\n", family_host()).verdicts() == Lines{"holds"});
  CHECK(Judged("  - { from: web, to: web, may-only: [] }\n", family_host()).verdicts() == Lines{"holds"});
  std::string one = family_host();
  one.replace(one.find("frontend: web"), 13, "frontend: web-2");
  CHECK(Judged("  - { from: net, to: web, may: [grant.copy] }\n", one).verdicts() ==
        Lines{"nothing grants grant.copy to `net` on `web-1`; nothing grants grant.copy to `net` on `web-3`"});
}

TEST_CASE("a phase asks only about those who act in it") {
  const Judged judged(
      "  - { from: control, to: xen, phase: booting, may: [security.load_policy] }\n"
      "  - { from: control, to: security, phase: booting, may: [security.load_policy] }\n"
      "  - { from: control, to: security, phase: sealed, may-not: [security.load_policy] }\n"
      "  - { from: control, to: security, may-not: [security.load_policy] }\n");
  const Lines verdicts = judged.verdicts();
  REQUIRE(verdicts.size() == 4);
  CHECK(verdicts[0] == "nothing grants security.load_policy to `control` on `xen`");
  CHECK(verdicts[1] == "holds");
  CHECK(verdicts[2] == "holds");
  CHECK(verdicts[3] == "`control` grants control_boot_t security_t:security load_policy");
}

TEST_CASE("names and rights that the host does not have are reported and judged by nobody") {
  const Judged judged(
      "  - { from: nett, to: blue, may: [grant.copy] }\n"
      "  - { from: net, to: blue, may: [grant.coppy, grants.copy, copy] }\n");
  CHECK(judged.verdicts() == kNone);
  Lines messages;
  for (const Diagnostic& each : judged.diagnostics.sorted()) {
    messages.push_back(judged.host.read.sources.describe(each.span) + " " + each.message);
  }
  CHECK(messages == Lines{"t.yaml:3:13 no domain, device, type or fixed target is called `nett`; did you mean `net`?",
                          "t.yaml:4:34 class `grant` of Xen 4.17 has no permission `coppy`; did you mean `copy`?",
                          "t.yaml:4:47 Xen 4.17 has no class `grants`; did you mean `grant`?",
                          "t.yaml:4:60 `copy` is no right; write `class.permission`, as in `grant.copy`"});
}

TEST_CASE("a statement is touched when an expectation looks at something that it grants") {
  CHECK(Judged("  - { from: blue, to: green, may-only: [] }\n").touched() == kNone);
  CHECK(Judged("  - { from: net, to: blue, may: [grant.copy] }\n").touched() ==
        Lines{"connection network of net and blue, green"});
  CHECK(Judged("  - { from: net, to: nic0, may: [resource.use] }\n").touched() == Lines{"device nic0"});
  CHECK(Judged("  - { from: hardware, to: xen, may-not: [xen.kexec] }\n").touched() ==
        Lines{"role hardware of hardware"});
}

TEST_CASE("every connection, role and device of the spec is listed once") {
  Lines words;
  for (const Statement& statement :
       Judged("  - { from: net, to: blue, may: [grant.copy] }\n", family_host()).result.statements) {
    words.push_back(std::string(name(statement.kind)) + " " + statement.words);
  }
  CHECK(words == Lines{"connection network of net and blue, green", "connection network of net and web",
                       "role control of control", "role hardware of hardware", "role driver of net",
                       "role guest of blue", "role guest of green", "role guest of web", "device nic0"});
}

}  // namespace
}  // namespace bulkhead::analysis
