#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include <fmt/format.h>

#include "bulkhead/flask/access.h"
#include "compiled_policy.h"
#include "policy_texts.h"

namespace bulkhead::flask {
namespace {

using test::compiled_policy;
using Lines = std::vector<std::string>;

std::string cell_text(const BinaryPolicy& policy, const AccessCell& cell) {
  const BinaryClass& target_class = policy.class_at(cell.target_class);
  std::string text =
      fmt::format("{} {}:{}", policy.type(cell.source).name, policy.type(cell.target).name, target_class.name);
  for (std::size_t bit = 0; bit < target_class.permissions.size(); ++bit) {
    if (((cell.permissions >> bit) & 1U) != 0) text += " " + target_class.permissions[bit];
  }
  return text;
}

Lines cell_texts(const AccessTable& table) {
  Lines lines;
  table.for_each_cell([&](const AccessCell& cell) { lines.push_back(cell_text(table.policy(), cell)); });
  std::sort(lines.begin(), lines.end());
  return lines;
}

std::vector<AccessCell> all_cells(const AccessTable& table) {
  std::vector<AccessCell> cells;
  table.for_each_cell([&](const AccessCell& cell) { cells.push_back(cell); });
  return cells;
}

BooleanSetting setting_of(const BinaryPolicy& policy, const std::map<std::string, bool>& states) {
  BooleanSetting setting = default_setting(policy);
  for (const BinaryBoolean& boolean : policy.booleans) {
    const auto state = states.find(boolean.name);
    if (state != states.end()) setting[boolean.value - 1] = state->second;
  }
  return setting;
}

// The same answer the slow way: every rule against every pair of types.
std::vector<AccessCell> brute_force(const BinaryPolicy& policy, RuleKind kind, const BooleanSetting& setting) {
  std::vector<BinaryRule> rules = policy.rules;
  for (const Conditional& node : policy.conditionals) {
    const std::vector<BinaryRule>& branch = rules_in_force(node, setting);
    rules.insert(rules.end(), branch.begin(), branch.end());
  }
  std::map<std::tuple<TypeValue, TypeValue, ClassValue>, AccessVector> sums;
  const auto matches = [&](TypeValue in_rule, TypeValue type) {
    return in_rule == type || policy.members[type - 1U].contains(in_rule - 1U);
  };
  for (const BinaryType& source : policy.types) {
    for (const BinaryType& target : policy.types) {
      if (source.kind != TypeKind::kType || target.kind != TypeKind::kType) continue;
      for (const BinaryRule& rule : rules) {
        if (rule.kind != kind || !matches(rule.source, source.value) || !matches(rule.target, target.value)) continue;
        sums[{source.value, target.value, rule.target_class}] |= rule.data;
      }
    }
  }
  std::vector<AccessCell> cells;
  cells.reserve(sums.size());
  for (const auto& [key, permissions] : sums) {
    cells.push_back(
        {std::get<0>(key), std::get<1>(key), std::get<2>(key), permissions & policy.class_at(std::get<2>(key)).all()});
  }
  return cells;
}

TEST_CASE("allow rules are expanded to cells of real types") {
  const BinaryPolicy policy = compiled_policy(test::small_conf(30));
  CHECK(cell_texts(AccessTable(policy, RuleKind::kAllow, default_setting(policy))) ==
        Lines{
            "control_t control_t:domain create destroy",
            "control_t control_t:version build",
            "control_t disk_t:resource use add plug",
            "control_t mail_t:domain create destroy",
            "control_t nic_t:resource use add",
            "control_t web_t:domain create destroy",
            "mail_t mail_t:event bind send",
            "mail_t mail_t:version build",
            "mail_t web_t:event bind send",
            "web_t channel_t:event status",
            "web_t mail_t:event bind send status",
            "web_t web_t:event bind send",
            "web_t web_t:version build",
        });
}

TEST_CASE("a boolean's setting decides which branch's rules count") {
  const BinaryPolicy policy = compiled_policy(test::small_conf(30));
  const AccessTable table(policy, RuleKind::kAllow, setting_of(policy, {{"maintenance", true}, {"late", false}}));
  const Lines lines = cell_texts(table);
  CHECK(std::count(lines.begin(), lines.end(), "control_t web_t:domain create destroy transition") == 1);
  CHECK(std::count(lines.begin(), lines.end(), "control_t disk_t:resource use add") == 1);
}

TEST_CASE("auditallow and dontaudit rules have tables of their own") {
  const BinaryPolicy policy = compiled_policy(test::small_conf(30));
  const BooleanSetting setting = default_setting(policy);
  CHECK(cell_texts(AccessTable(policy, RuleKind::kAuditAllow, setting)) ==
        Lines{"control_t control_t:domain create", "control_t mail_t:domain create", "control_t web_t:domain create",
              "web_t nic_t:resource use"});
  CHECK(cell_texts(AccessTable(policy, RuleKind::kDontAudit, setting)) ==
        Lines{"mail_t disk_t:resource plug", "mail_t nic_t:resource plug", "web_t disk_t:resource use add plug",
              "web_t nic_t:resource plug"});
}

TEST_CASE("the rows agree with trying every rule on every pair, for all kinds and settings") {
  for (const std::string& conf : {test::small_conf(30), test::stock_like_conf(5), test::compartment_conf(5)}) {
    const BinaryPolicy policy = compiled_policy(conf);
    const Result<std::vector<BooleanSetting>> settings = boolean_settings(policy);
    REQUIRE(settings);
    for (const BooleanSetting& setting : *settings) {
      for (const RuleKind kind : {RuleKind::kAllow, RuleKind::kAuditAllow, RuleKind::kDontAudit}) {
        CHECK(all_cells(AccessTable(policy, kind, setting)) == brute_force(policy, kind, setting));
      }
    }
  }
}

TEST_CASE("cells come sorted, each once and never empty") {
  const BinaryPolicy policy = compiled_policy(test::stock_like_conf(6));
  const std::vector<AccessCell> cells = all_cells(AccessTable(policy, RuleKind::kAllow, default_setting(policy)));
  const auto key = [](const AccessCell& cell) { return std::tuple(cell.source, cell.target, cell.target_class); };
  REQUIRE(cells.size() > 300);
  for (std::size_t i = 0; i < cells.size(); ++i) {
    CHECK(cells[i].permissions != 0);
    if (i > 0) CHECK(key(cells[i - 1]) < key(cells[i]));
  }
}

TEST_CASE("a single cell is the same as in its row") {
  const BinaryPolicy policy = compiled_policy(test::stock_like_conf(3));
  const AccessTable table(policy, RuleKind::kAllow, default_setting(policy));
  std::map<std::tuple<TypeValue, TypeValue, ClassValue>, AccessVector> cells;
  table.for_each_cell([&](const AccessCell& cell) {
    cells[{cell.source, cell.target, cell.target_class}] = cell.permissions;
  });
  for (const BinaryType& source : policy.types) {
    for (const BinaryType& target : policy.types) {
      for (const BinaryClass& target_class : policy.classes) {
        const auto found = cells.find({source.value, target.value, target_class.value});
        CHECK(table.permissions(source.value, target.value, target_class.value) ==
              (found == cells.end() ? 0 : found->second));
      }
    }
  }
}

TEST_CASE("the row of an attribute is empty") {
  const BinaryPolicy policy = compiled_policy(test::small_conf(30));
  const AccessTable table(policy, RuleKind::kAllow, default_setting(policy));
  RowReader reader(table);
  CHECK(reader.row(*policy.find_type("domain_type")).empty());
  CHECK(reader.row(*policy.find_type("control_t")).size() == 6);
}

TEST_CASE("all settings of the booleans are enumerated, for ten at most") {
  const auto conf_with = [](std::size_t booleans) {
    std::string conf = test::compartment_conf(3);
    std::string declarations;
    for (std::size_t i = 0; i < booleans; ++i) declarations += fmt::format("bool b{} false;\n", i);
    return conf.insert(conf.find("type control_t;"), declarations);
  };
  const Result<std::vector<BooleanSetting>> none = boolean_settings(compiled_policy(conf_with(0)));
  REQUIRE(none);
  CHECK(*none == std::vector<BooleanSetting>{{}});
  const Result<std::vector<BooleanSetting>> ten = boolean_settings(compiled_policy(conf_with(10)));
  REQUIRE(ten);
  CHECK(std::set<BooleanSetting>(ten->begin(), ten->end()).size() == 1024);
  CHECK(boolean_settings(compiled_policy(conf_with(11))).error().message() ==
        "the policy has 11 booleans, all settings are looked at for at most 10");
}

TEST_CASE("cells that are expected exactly compare as equal") {
  const BinaryPolicy policy = compiled_policy(test::stock_like_conf(4));
  const AccessTable table(policy, RuleKind::kAllow, default_setting(policy));
  CHECK(compare_cells(all_cells(table), table).empty());
  CHECK(compare_tables(table, table).empty());
}

TEST_CASE("a missing, an additional and a changed cell are each found, and nothing else") {
  const BinaryPolicy policy = compiled_policy(test::stock_like_conf(3));
  const AccessTable table(policy, RuleKind::kAllow, default_setting(policy));
  const std::vector<AccessCell> cells = all_cells(table);
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const AccessCell& cell = cells[i];
    std::vector<AccessCell> fewer = cells;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
    CHECK(compare_cells(fewer, table) ==
          std::vector<CellDifference>{{cell.source, cell.target, cell.target_class, 0, cell.permissions}});
    std::vector<AccessCell> other = cells;
    other[i].permissions ^= 1;
    const AccessVector more = other[i].permissions & 1U;
    CHECK(compare_cells(other, table) ==
          std::vector<CellDifference>{{cell.source, cell.target, cell.target_class, more, 1U - more}});
  }
  const TypeValue beyond = static_cast<TypeValue>(policy.types.size() + 1);
  std::vector<AccessCell> more = cells;
  more.push_back({beyond, 1, 1, 4});
  CHECK(compare_cells(more, table) == std::vector<CellDifference>{{beyond, 1, 1, 4, 0}});
}

TEST_CASE("no more differences are listed than asked for, the first ones") {
  const BinaryPolicy policy = compiled_policy(test::stock_like_conf(3));
  const AccessTable table(policy, RuleKind::kAllow, default_setting(policy));
  const std::vector<CellDifference> all = compare_cells({}, table);
  CHECK(all.size() == all_cells(table).size());
  const std::vector<CellDifference> two = compare_cells({}, table, 2);
  CHECK(two == std::vector<CellDifference>(all.begin(), all.begin() + 2));
}

TEST_CASE("two settings of one policy differ in the cells of the conditional rules only") {
  const BinaryPolicy policy = compiled_policy(test::small_conf(30));
  const AccessTable off(policy, RuleKind::kAllow, setting_of(policy, {{"maintenance", false}, {"late", false}}));
  const AccessTable on(policy, RuleKind::kAllow, setting_of(policy, {{"maintenance", true}, {"late", false}}));
  const TypeValue control = *policy.find_type("control_t");
  const ClassValue domain = *policy.find_class("domain");
  const ClassValue resource = *policy.find_class("resource");
  std::vector<CellDifference> expected{{control, *policy.find_type("mail_t"), domain, 0, 4},
                                       {control, *policy.find_type("web_t"), domain, 0, 4},
                                       {control, *policy.find_type("disk_t"), resource, 4, 0}};
  std::sort(expected.begin(), expected.end(),
            [](const CellDifference& left, const CellDifference& right) { return left.target < right.target; });
  CHECK(compare_tables(off, on) == expected);
}

TEST_CASE("type rules are looked up, in conditionals by the setting") {
  const BinaryPolicy policy = compiled_policy(test::small_conf(30));
  const auto type = [&](const char* name) { return *policy.find_type(name); };
  const ClassValue event = *policy.find_class("event");
  const BooleanSetting off = setting_of(policy, {{"maintenance", false}, {"late", false}});
  const BooleanSetting on = setting_of(policy, {{"maintenance", true}, {"late", false}});
  CHECK(type_rule(policy, RuleKind::kTypeTransition, type("control_t"), type("web_t"), event, off) ==
        type("channel_t"));
  CHECK(type_rule(policy, RuleKind::kTypeTransition, type("control_t"), type("nic_t"), event, off) == type("mail_t"));
  CHECK(type_rule(policy, RuleKind::kTypeTransition, type("control_t"), type("nic_t"), event, on) == type("web_t"));
  CHECK(type_rule(policy, RuleKind::kTypeMember, type("control_t"), type("mail_t"), event, off) == type("web_t"));
  CHECK(type_rule(policy, RuleKind::kTypeChange, type("control_t"), type("control_t"), *policy.find_class("domain"),
                  off) == type("mail_t"));
  CHECK(type_rule(policy, RuleKind::kTypeTransition, type("web_t"), type("control_t"), event, off) == std::nullopt);
}

TEST_CASE("the rules behind a cell are named with their place") {
  const BinaryPolicy policy = compiled_policy(test::small_conf(30));
  const auto texts = [&](const char* source, const char* target, const char* target_class) {
    Lines lines;
    for (const BinaryRule& rule :
         rules_for(policy, RuleKind::kAllow, *policy.find_type(source), *policy.find_type(target),
                   *policy.find_class(target_class), default_setting(policy))) {
      CHECK(rule.offset > 0);
      lines.push_back(rule_text(policy, rule));
    }
    std::sort(lines.begin(), lines.end());
    return lines;
  };
  CHECK(texts("web_t", "mail_t", "event") ==
        Lines{"allow guest_type guest_type:event { bind send };", "allow web_t mail_t:event { status };"});
  CHECK(texts("control_t", "disk_t", "resource") ==
        Lines{"allow control_t device_type:resource { use add };", "allow control_t disk_t:resource { plug };"});
  CHECK(texts("web_t", "control_t", "event").empty());
}

}  // namespace
}  // namespace bulkhead::flask
