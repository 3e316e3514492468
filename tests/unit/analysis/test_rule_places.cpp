#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "bulkhead/analysis/rule_places.h"
#include "bulkhead/analysis/why.h"
#include "support/compiled.h"

namespace bulkhead::analysis {
namespace {

using test::DerivedSpec;
using test::small_host;

// All cells of the rules of one kind, as "net_t blue_t:grant copy map_read".
std::vector<std::string> cells_of(const std::vector<PlacedRule>& rules, const std::string& keyword) {
  std::vector<std::string> cells;
  for (const PlacedRule& rule : rules) {
    if (rule.keyword != keyword) continue;
    std::vector<std::string> permissions = rule.permissions;
    std::sort(permissions.begin(), permissions.end());
    for (const std::string& source : rule.sources) {
      for (const std::string& target : rule.targets) {
        cells.push_back(fmt::format("{} {}:{} {}", source, target, rule.access_class, fmt::join(permissions, " ")));
      }
    }
  }
  std::sort(cells.begin(), cells.end());
  return cells;
}

}  // namespace

TEST_CASE("the rules of policy.conf and of its binary are the same, groups as their members") {
  // Enough guests that the writer makes groups.
  const DerivedSpec host(R"(bulkhead: 1
host: { xen: "4.17", hardware: control }
domains:
  control: { role: control }
  web: { role: guest, instances: 20, kernel: /k, ramdisk: /r }
)");
  const std::string conf = host.conf();
  REQUIRE(conf.find("attribute group_1;") != std::string::npos);
  const std::vector<PlacedRule> lines = rules_of_conf(conf);
  const std::vector<PlacedRule> rules = rules_of_binary(test::compile_conf(conf));
  for (const char* keyword : {"allow", "dontaudit", "type_transition"}) {
    INFO(keyword);
    CHECK_FALSE(cells_of(lines, keyword).empty());
    CHECK(cells_of(lines, keyword) == cells_of(rules, keyword));
  }
}

TEST_CASE("each line of policy.conf stands where it says") {
  const DerivedSpec host(small_host());
  const std::string conf = host.conf();
  std::vector<std::string> texts;
  for (std::size_t start = 0; start < conf.size(); start = conf.find('\n', start) + 1) {
    texts.push_back(conf.substr(start, conf.find('\n', start) - start));
  }
  for (const PlacedRule& rule : rules_of_conf(conf)) {
    INFO(rule.number);
    CHECK(texts[rule.number - 1].starts_with(rule.keyword + " "));
  }
}

TEST_CASE("every allow rule of a policy has its statement in the spec") {
  const DerivedSpec host(small_host());
  for (const PlacedRule& rule : rules_of_conf(host.conf())) {
    if (rule.keyword == "type_transition") continue;
    for (const std::string& source : rule.sources) {
      for (const std::string& target : rule.targets) {
        INFO(source << " " << target << ":" << rule.access_class);
        const auto cell = why_cell(*host.read.catalogue, host.derived, source, target, rule.access_class,
                                   rule.keyword == "dontaudit");
        REQUIRE(cell.has_value());
        for (const std::string& permission : rule.permissions) {
          CHECK(std::find(cell->permissions.begin(), cell->permissions.end(), permission) != cell->permissions.end());
        }
      }
    }
  }
  CHECK_FALSE(why_cell(*host.read.catalogue, host.derived, "blue_t", "green_t", "mmu", false).has_value());
}

}  // namespace bulkhead::analysis
