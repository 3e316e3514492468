#include <algorithm>
#include <functional>
#include <set>

#include <fmt/format.h>

#include "bulkhead/analysis/usage.h"
#include "bulkhead/flask/policy_conf.h"
#include "support/compiled.h"

namespace bulkhead::analysis {
namespace {

using test::DerivedSpec;
using test::small_host;

using Lines = std::vector<std::string>;
// Source, target, class, permission: whether the log has it.
using Choice = std::function<bool(const std::string&, const std::string&, const std::string&, const std::string&)>;

// A context, or the number of a SID that has none.
std::string label(std::string_view prefix, const std::string& text) {
  return fmt::format("{}{}={}", prefix, text.find(':') == std::string::npos ? "sid" : "context", text);
}

std::string message(const std::string& decision, const std::string& permissions, const std::string& source,
                    const std::string& target, const std::string& access_class) {
  return fmt::format("[  16.595] (XEN) avc:  {}  {{ {} }} for current=d0 {} {} tclass={}\r\n", decision, permissions,
                     label("s", source), label("t", target), access_class);
}

// What a serial line would hold of a host that used what is chosen, a message each.
std::string log_of(const DerivedSpec& host, const Choice& chosen) {
  std::string log = "(XEN) Xen version 4.17.5\r\n(d4) blue login:\r\n";
  const privilege::PrivilegeSet& set = host.derived.set;
  for (const privilege::Cell& cell : set.cells()) {
    const abi::AccessClass& access_class = set.abi->at(cell.access_class);
    const privilege::Type& source = set.at(cell.source);
    const privilege::Type& target = set.at(cell.target);
    for (unsigned bit = 0; bit < access_class.permissions.size(); ++bit) {
      const std::string& permission = access_class.permissions[bit];
      if ((cell.permissions >> bit & 1U) == 0) continue;
      if (!chosen(source.name, target.name, access_class.name, permission)) continue;
      log += message("granted", permission, privilege::context(source), privilege::context(target), access_class.name);
    }
  }
  return log;
}

const UsagePermission& permission_named(const UsageOfDomain& domain, const std::string& name) {
  const auto found = std::find_if(domain.permissions.begin(), domain.permissions.end(),
                                  [&](const UsagePermission& permission) { return permission.name == name; });
  REQUIRE(found != domain.permissions.end());
  return *found;
}

bool is_untraced(const std::string& access_class, const std::string& permission) {
  static const std::set<std::string> kUntraced{"domain destroy",   "mmu map_read",        "mmu map_write",
                                               "mmu mmuext_op",    "mmu pinpage",         "event send",
                                               "xen writeconsole", "security compute_av", "security compute_create"};
  return kUntraced.contains(access_class + " " + permission);
}

std::string all_but(const DerivedSpec& host, const Lines& left_out) {
  return log_of(host, [&](const auto& source, const auto& target, const auto& access_class, const auto& permission) {
    const std::string text = fmt::format("{} {}:{} {}", source, target, access_class, permission);
    return !is_untraced(access_class, permission) &&
           std::find(left_out.begin(), left_out.end(), text) == left_out.end();
  });
}

Usage usage_of(const DerivedSpec& host, const Lines& texts) {
  std::vector<avc::Log> logs;
  logs.reserve(texts.size());
  for (const std::string& text : texts) logs.push_back(avc::read_log(text));
  return usage(host.read.model, *host.read.catalogue, host.derived, logs);
}

// "unused net_t blue_t:grant copy", of all domains.
Lines unseen(const Usage& usage) {
  Lines lines;
  for (const UsageOfDomain& domain : usage.domains) {
    for (const UsagePermission& permission : domain.permissions) {
      if (permission.use == Use::kNotTraced) continue;
      lines.push_back(fmt::format("{} {} {}:{} {}", name(permission.use), permission.source, permission.target,
                                  permission.access_class, permission.name));
    }
  }
  return lines;
}

Lines rules(const Usage& usage) {
  Lines lines;
  for (const UsageRule& rule : usage.rules) {
    lines.push_back(fmt::format("{} {} {} {}/{}", rule.via, rule.access_class, rule.name, rule.used, rule.granted));
  }
  return lines;
}

Lines events(const std::vector<UsageEvent>& events) {
  Lines lines;
  for (const UsageEvent& event : events) {
    std::string line =
        fmt::format("{}:{} {} {}:{}", event.log, event.line, event.source, event.target, event.access_class);
    for (const std::string& permission : event.permissions) line += " " + permission;
    lines.push_back(fmt::format("{} x{}", line, event.count));
  }
  return lines;
}

const UsageOfDomain& of(const Usage& usage, std::string_view name) {
  const auto found = std::find_if(usage.domains.begin(), usage.domains.end(),
                                  [&](const UsageOfDomain& domain) { return domain.name == name; });
  REQUIRE(found != usage.domains.end());
  return *found;
}

// The data have no rule of which a test could know that it says so, and the catalogue is the test's own.
void say_needed_for(const DerivedSpec& host, std::string_view via, std::string_view permission) {
  bool said = false;
  for (const privilege::Grant& grant : host.derived.set.allow) {
    if (grant.via != via) continue;
    for (catalogue::RulePermission& known : const_cast<catalogue::Rule*>(grant.rule)->permissions) {
      if (known.name == permission) known.needed_for = "a run that this test does not make";
      said = said || known.name == permission;
    }
  }
  REQUIRE(said);
}

}  // namespace

TEST_CASE("of a log with every permission nothing is unused") {
  const DerivedSpec host(small_host());
  const Usage found = usage_of(host, {all_but(host, {})});
  CHECK(unseen(found).empty());
  CHECK(rules(found).empty());
  CHECK(found.denied.empty());
  CHECK(found.unforeseen.empty());
  CHECK(found.total.used + found.total.not_traced == found.total.granted);
  CHECK(found.grants_logged == found.total.used);
}

TEST_CASE("the counts of a domain are those of its labels' permissions, and sum up") {
  const DerivedSpec host(small_host());
  const Usage found = usage_of(
      host,
      {log_of(host, [](const auto& source, const auto&, const auto&, const auto&) { return source == "net_t"; })});
  std::size_t permissions = 0;
  for (const privilege::Cell& cell : host.derived.set.cells()) {
    permissions += static_cast<std::size_t>(__builtin_popcount(cell.permissions));
  }
  CHECK(found.total.granted == permissions);
  UsageCounts sum;
  for (const UsageOfDomain& domain : found.domains) {
    const UsageCounts& counts = domain.counts;
    INFO(domain.name);
    CHECK(counts.granted == counts.used + counts.not_traced + counts.kept + counts.unused);
    CHECK(domain.permissions.size() == counts.granted - counts.used);
    CHECK((counts.used != 0) == (domain.name == "net"));
    sum.granted += counts.granted;
    sum.used += counts.used;
  }
  CHECK(sum.granted == found.total.granted);
  CHECK(sum.used == found.total.used);
  CHECK(found.domains.back().name.empty());
  CHECK(found.domains.back().counts.granted == 1);  // Xen creates domain 0
}

TEST_CASE("what was never used is listed with its statement, rule and reason") {
  const DerivedSpec host(small_host());
  const Usage found = usage_of(host, {all_but(host, {"net_t blue_t:grant copy"})});
  CHECK(unseen(found) == Lines{"unused net_t blue_t:grant copy"});
  const UsageOfDomain& net = of(found, "net");
  CHECK(net.role == "driver");
  CHECK(net.counts.unused == 1);
  const UsagePermission& copy = permission_named(net, "copy");
  REQUIRE(copy.reasons.size() == 1);
  const UsageReason& reason = copy.reasons[0];
  CHECK(reason.via == "network");
  CHECK_FALSE(reason.is_role);
  CHECK(host.read.sources.origin(reason.origin) == "host.yaml:12:7");
  CHECK_FALSE(reason.reason.empty());
  CHECK(host.read.sources.describe(reason.place).rfind("policy/connections/network.yaml:", 0) == 0);
}

TEST_CASE("a rule is unused when none of its applications was used") {
  const DerivedSpec host(small_host());
  CHECK(rules(usage_of(host, {all_but(host, {"net_t blue_t:grant copy"})})).empty());
  CHECK(rules(usage_of(host, {all_but(host, {"net_t blue_t:grant copy", "net_t green_t:grant copy"})})) ==
        Lines{"network grant copy 0/2"});
}

TEST_CASE("of several logs the union counts") {
  const DerivedSpec host(small_host());
  const auto of_net = [](const auto& source, const auto&, const auto&, const auto&) { return source == "net_t"; };
  const auto of_others = [](const auto& source, const auto&, const auto& access_class, const auto& permission) {
    return source != "net_t" && !is_untraced(access_class, permission);
  };
  CHECK_FALSE(unseen(usage_of(host, {log_of(host, of_net)})).empty());
  CHECK(unseen(usage_of(host, {log_of(host, of_net), log_of(host, of_others)})).empty());
}

TEST_CASE("a message with several permissions shows the use of each") {
  const DerivedSpec host(small_host());
  const std::string rest = all_but(host, {"net_t blue_t:grant map_read", "net_t blue_t:grant unmap"});
  CHECK(unseen(usage_of(host, {rest})).size() == 2);
  const std::string both =
      message("granted", "map_read unmap", "system_u:system_r:net_t", "system_u:system_r:blue_t", "grant");
  CHECK(unseen(usage_of(host, {rest, both})).empty());
}

TEST_CASE("a permission that a rule needs for something else stays, with that reason") {
  const DerivedSpec host(small_host());
  say_needed_for(host, "network", "copy");
  const std::string log = all_but(host, {"net_t blue_t:grant copy", "net_t green_t:grant copy",
                                         "blue_t net_t:grant copy", "green_t net_t:grant copy"});
  const Usage found = usage_of(host, {log});
  CHECK(unseen(found) == Lines{"kept blue_t net_t:grant copy", "kept green_t net_t:grant copy",
                               "kept net_t blue_t:grant copy", "kept net_t green_t:grant copy"});
  CHECK(found.total.kept == 4);
  CHECK(found.total.unused == 0);
  CHECK(rules(found).empty());
  CHECK(permission_named(of(found, "net"), "copy").reasons.at(0).needed_for == "a run that this test does not make");
}

TEST_CASE("a rule that says what it is needed for and was used is told") {
  const DerivedSpec host(small_host());
  say_needed_for(host, "network", "map_write");
  CHECK(rules(usage_of(host, {all_but(host, {"net_t blue_t:grant map_write"})})) ==
        Lines{"network grant map_write 1/2"});
}

TEST_CASE("what a trace leaves out is granted and not logged, and usage says so") {
  const DerivedSpec host(small_host());
  const std::string conf = host.conf(true);
  std::size_t traced = 0;
  for (std::size_t at = conf.find("\nauditallow "); at != std::string::npos; at = conf.find("\nauditallow ", at + 1)) {
    const std::string line = conf.substr(at + 1, conf.find('\n', at + 1) - at - 1);
    CHECK(line.find("destroy") == std::string::npos);
    CHECK(line.find("mmuext_op") == std::string::npos);
    ++traced;
  }
  CHECK(traced != 0);
  CHECK(host.conf().find("auditallow ") == std::string::npos);
  const Usage found = usage_of(host, {""});
  CHECK(found.total.not_traced != 0);
  for (const UsageOfDomain& domain : found.domains) {
    for (const UsagePermission& permission : domain.permissions) {
      CHECK((permission.use == Use::kNotTraced) == is_untraced(permission.access_class, permission.name));
    }
  }
}

TEST_CASE("denials are listed once each, with how often they came and where first") {
  const DerivedSpec host(small_host());
  const std::string denial =
      message("denied", "setenforce", "system_u:system_r:control_t", "system_u:system_r:security_t", "security");
  const Usage found = usage_of(host, {"boot\n" + denial + denial, denial});
  CHECK(events(found.denied) == Lines{"0:2 control_t security_t:security setenforce x3"});
  CHECK(found.unforeseen.empty());
  CHECK(found.grants_logged == 0);
  CHECK(found.total.used == 0);
}

TEST_CASE("what was granted though the spec does not grant it is told apart, whatever is unknown of it") {
  const DerivedSpec host(small_host());
  const std::string net = "system_u:system_r:net_t";
  const std::string blue = "system_u:system_r:blue_t";
  const std::string log = message("granted", "map_read", blue, net, "mmu") +             // no such cell
                          message("granted", "map_read transfer", net, blue, "grant") +  // a bit too many
                          message("granted", "map_read", net, "system_u:system_r:red_t", "grant") +
                          message("granted", "map_read", "7", blue, "grant") +
                          message("granted", "paint", net, blue, "grant") +
                          message("granted", "map_read", net, blue, "paper");
  const Usage found = usage_of(host, {log});
  CHECK(events(found.unforeseen) == Lines{"0:4 7 blue_t:grant map_read x1", "0:1 blue_t net_t:mmu map_read x1",
                                          "0:2 net_t blue_t:grant map_read transfer x1",
                                          "0:5 net_t blue_t:grant paint x1", "0:6 net_t blue_t:paper map_read x1",
                                          "0:3 net_t system_u:system_r:red_t:grant map_read x1"});
  CHECK(found.total.used == 1);  // map_read of the second
}

TEST_CASE("what a guest writes about itself is no use") {
  const DerivedSpec host(small_host());
  const std::string rest = all_but(host, {"net_t blue_t:grant copy"});
  const std::string forged =
      "(d4) " + message("granted", "copy", "system_u:system_r:net_t", "system_u:system_r:blue_t", "grant");
  CHECK(unseen(usage_of(host, {rest, forged})) == Lines{"unused net_t blue_t:grant copy"});
}

}  // namespace bulkhead::analysis
