#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "bulkhead/flask/binary_policy.h"
#include "compiled_policy.h"
#include "policy_texts.h"

namespace bulkhead::flask {
namespace {

using test::compiled_bytes;
using test::compiled_policy;
using Lines = std::vector<std::string>;

Lines sorted(Lines lines) {
  std::sort(lines.begin(), lines.end());
  return lines;
}

Lines rule_texts(const BinaryPolicy& policy, const std::vector<BinaryRule>& rules) {
  Lines lines;
  for (const BinaryRule& rule : rules) lines.push_back(rule_text(policy, rule));
  return sorted(lines);
}

std::map<std::string, std::set<std::string>> members_by_name(const BinaryPolicy& policy) {
  std::map<std::string, std::set<std::string>> members;
  for (const BinaryType& type : policy.types) {
    std::set<std::string>& of_type = members[type.name];
    policy.members[type.value - 1U].for_each([&](std::uint32_t bit) { of_type.insert(policy.types[bit].name); });
  }
  return members;
}

Lines device_lines(const BinaryPolicy& policy) {
  const char* const words[] = {"pirqcon", "ioportcon", "iomemcon", "pcidevicecon", "devicetreecon"};
  Lines lines;
  for (const DeviceContext& entry : policy.device_contexts) {
    const std::string range = entry.path.empty() ? fmt::format("0x{:x}-0x{:x}", entry.low, entry.high) : entry.path;
    lines.push_back(fmt::format("{} {} {}", words[static_cast<std::size_t>(entry.kind)], range,
                                context_text(policy, entry.context)));
  }
  return lines;
}

TEST_CASE("the header's version, levels flag and treatment of unknown operations are read") {
  for (const int version : {24, 30}) {
    for (const auto& [word, expected] : std::map<std::string, HandleUnknown>{
             {"deny", HandleUnknown::kDeny}, {"reject", HandleUnknown::kReject}, {"allow", HandleUnknown::kAllow}}) {
      const BinaryPolicy policy =
          compiled_policy(test::small_conf(version), {.version = version, .handle_unknown = word});
      CHECK(policy.version == static_cast<std::uint32_t>(version));
      CHECK_FALSE(policy.mls);
      CHECK(policy.handle_unknown == expected);
    }
  }
}

TEST_CASE("classes have their numbers and permissions their bits in the order of declaration") {
  const BinaryPolicy policy = compiled_policy(test::small_conf(30));
  Lines lines;
  for (const BinaryClass& entry : policy.classes) {
    std::string line = fmt::format("{} {}", entry.value, entry.name);
    for (const std::string& permission : entry.permissions) line += " " + permission;
    lines.push_back(line);
  }
  CHECK(lines == Lines{"1 domain create destroy transition", "2 event bind send status", "3 resource use add plug",
                       "4 version build"});
  CHECK(policy.find_class("resource") == ClassValue{3});
  CHECK_FALSE(policy.find_class("grant").has_value());
  CHECK(policy.classes[0].all() == 7);
  CHECK(policy.classes[0].bit("transition") == 2U);
  CHECK_FALSE(policy.classes[0].bit("build").has_value());
}

TEST_CASE("the permissions of a common come first in each class that inherits it") {
  const BinaryPolicy policy = compiled_policy(test::common_conf());
  CHECK(policy.classes[0].common == "base");
  CHECK(policy.classes[0].permissions == Lines{"read", "write", "create"});
  CHECK(policy.classes[1].permissions == Lines{"read", "write"});
  CHECK(rule_texts(policy, policy.rules) ==
        Lines{"allow control_t control_t:domain { write create };", "allow control_t control_t:event { read };"});
}

TEST_CASE("types, attributes, aliases and permissive types are told apart") {
  const BinaryPolicy policy = compiled_policy(test::small_conf(30));
  std::set<std::string> types;
  std::set<std::string> attributes;
  std::set<std::string> permissive;
  for (const BinaryType& type : policy.types) {
    (type.kind == TypeKind::kType ? types : attributes).insert(type.name);
    if (type.permissive) permissive.insert(type.name);
    CHECK(policy.find_type(type.name) == type.value);
  }
  CHECK(types == std::set<std::string>{"channel_t", "control_t", "disk_t", "mail_t", "nic_t", "web_t"});
  CHECK(attributes == std::set<std::string>{"device_type", "domain_type", "guest_type"});
  CHECK(permissive == std::set<std::string>{"mail_t"});
  CHECK(policy.find_type("www_t") == policy.find_type("web_t"));
  CHECK_FALSE(policy.find_type("nobody_t").has_value());
}

TEST_CASE("membership is known both ways: the attributes of a type and the types of an attribute") {
  for (const int version : {24, 30}) {
    const BinaryPolicy policy = compiled_policy(test::small_conf(version), {.version = version});
    const std::map<std::string, std::set<std::string>> expected{
        {"channel_t", {}},
        {"control_t", {"domain_type"}},
        {"disk_t", {"device_type"}},
        {"mail_t", {"domain_type", "guest_type"}},
        {"nic_t", {"device_type"}},
        {"web_t", {"domain_type", "guest_type"}},
        {"device_type", {"disk_t", "nic_t"}},
        {"domain_type", {"control_t", "mail_t", "web_t"}},
        {"guest_type", {"mail_t", "web_t"}},
    };
    CHECK(members_by_name(policy) == expected);
  }
}

TEST_CASE("rules of every kind are read as they were written, in versions 24 and 30") {
  const Lines expected{
      "allow control_t control_t:version { build };",
      "allow control_t device_type:resource { use add };",
      "allow control_t domain_type:domain { create destroy };",
      "allow guest_type guest_type:event { bind send };",
      "allow mail_t mail_t:version { build };",
      "allow web_t channel_t:event { status };",
      "allow web_t mail_t:event { status };",
      "allow web_t web_t:version { build };",
      "auditallow control_t domain_type:domain { create };",
      "dontaudit guest_type device_type:resource { plug };",
      "type_change control_t control_t:domain mail_t;",
      "type_member control_t mail_t:event web_t;",
      "type_transition control_t web_t:event channel_t;",
  };
  for (const int version : {24, 30}) {
    const BinaryPolicy policy = compiled_policy(test::small_conf(version), {.version = version});
    CHECK(rule_texts(policy, policy.rules) == expected);
  }
}

TEST_CASE("a rule's offset is its place in the file") {
  const std::string bytes = compiled_bytes(test::small_conf(30));
  const BinaryPolicy policy = test::read_policy(bytes);
  const auto word = [&](std::size_t at) {
    return static_cast<unsigned>(static_cast<unsigned char>(bytes[at])) |
           static_cast<unsigned>(static_cast<unsigned char>(bytes[at + 1])) << 8U;
  };
  std::set<std::uint32_t> places;
  for (const BinaryRule& rule : policy.rules) {
    CHECK(word(rule.offset) == rule.source);
    CHECK(word(rule.offset + 2) == rule.target);
    CHECK(word(rule.offset + 4) == rule.target_class);
    places.insert(rule.offset);
  }
  CHECK(places.size() == policy.rules.size());
  CHECK(*places.rbegin() - *places.begin() == 12 * (policy.rules.size() - 1));
}

TEST_CASE("rules are kept sorted by source, target, class and kind") {
  const BinaryPolicy policy = compiled_policy(test::stock_like_conf(4));
  const auto key = [](const BinaryRule& rule) {
    return std::tuple(rule.source, rule.target, rule.target_class, rule.kind);
  };
  CHECK(policy.rules.size() > 50);
  CHECK(std::is_sorted(policy.rules.begin(), policy.rules.end(),
                       [&](const BinaryRule& left, const BinaryRule& right) { return key(left) < key(right); }));
}

TEST_CASE("conditionals keep their expression and both branches") {
  const BinaryPolicy policy = compiled_policy(test::small_conf(30));
  std::map<std::string, std::pair<Lines, Lines>> conditionals;
  for (const Conditional& node : policy.conditionals) {
    conditionals[condition_text(policy, node)] = {rule_texts(policy, node.when_true),
                                                  rule_texts(policy, node.when_false)};
  }
  const std::map<std::string, std::pair<Lines, Lines>> expected{
      {"late", {{"auditallow web_t nic_t:resource { use };", "dontaudit web_t disk_t:resource { use add };"}, {}}},
      {"(maintenance and not late)",
       {{"allow control_t guest_type:domain { transition };", "type_transition control_t nic_t:event web_t;"},
        {"allow control_t disk_t:resource { plug };", "type_transition control_t nic_t:event mail_t;"}}},
  };
  CHECK(conditionals == expected);
  std::map<std::string, bool> booleans;
  for (const BinaryBoolean& boolean : policy.booleans) booleans[boolean.name] = boolean.default_state;
  CHECK(booleans == std::map<std::string, bool>{{"late", true}, {"maintenance", false}});
}

TEST_CASE("every operator of a condition is read") {
  const std::map<std::string, std::string> expected{{"a || b", "(a or b)"},
                                                    {"a && b", "(a and b)"},
                                                    {"a ^ b", "(a xor b)"},
                                                    {"a == b", "(a == b)"},
                                                    {"a != b", "(a != b)"},
                                                    {"!a || b", "(not a or b)"},
                                                    {"a", "a"}};
  for (const auto& [written, read] : expected) {
    std::string conf = test::compartment_conf(3);
    conf.insert(conf.find("type control_t;"), "bool a true;\nbool b false;\n");
    conf.insert(conf.find("role system_r;"), "if (" + written + ") { auditallow control_t self:domain create; }\n");
    const BinaryPolicy policy = compiled_policy(conf);
    REQUIRE(policy.conditionals.size() == 1);
    CHECK(condition_text(policy, policy.conditionals[0]) == read);
  }
}

TEST_CASE("constraints are visible with their classes, permissions and expression") {
  const BinaryPolicy policy = compiled_policy(test::small_conf(30));
  Lines lines;
  for (const BinaryClass& entry : policy.classes) {
    for (const Constraint& constraint : entry.constraints) lines.push_back(constraint_text(policy, entry, constraint));
  }
  CHECK(policy.has_constraints());
  CHECK(lines == Lines{"constrain domain { create transition } ((u1 == u2) or (t1 == { control_t }));",
                       "constrain event { bind } (not (r1 != r2) and (t2 != { mail_t web_t }));"});
  CHECK(policy.classes[0].constrained() == 5);
  CHECK(policy.classes[3].constrained() == 0);
  CHECK(policy.classes[2].validatetrans.size() == 1);
  CHECK_FALSE(compiled_policy(test::stock_like_conf(1)).has_constraints());
}

TEST_CASE("type bounds are visible") {
  std::string conf = test::small_conf(30);
  conf.insert(conf.find("permissive mail_t"), "type small_t;\ntypebounds web_t small_t;\n");
  const BinaryPolicy policy = compiled_policy(conf);
  CHECK(policy.has_type_bounds());
  CHECK(policy.type(*policy.find_type("small_t")).bounds == *policy.find_type("web_t"));
  CHECK_FALSE(compiled_policy(test::small_conf(30)).has_type_bounds());
}

TEST_CASE("roles, users, role transitions and role allows are read") {
  const BinaryPolicy policy = compiled_policy(test::small_conf(30));
  const RoleValue system = policy.find_role("system_r").value_or(0);
  const RoleValue guest = policy.find_role("guest_r").value_or(0);
  REQUIRE(policy.roles.size() == 3);
  CHECK(policy.find_role("object_r") == RoleValue{1});
  Lines types;
  policy.roles[guest - 1].types.for_each([&](std::uint32_t bit) { types.push_back(policy.types[bit].name); });
  CHECK(sorted(types) == Lines{"mail_t", "web_t"});
  const BinaryUser& user = policy.users[policy.find_user("guest_u").value_or(0) - 1];
  CHECK(user.roles.contains(guest - 1));
  CHECK_FALSE(user.roles.contains(system - 1));
  REQUIRE(policy.role_transitions.size() == 1);
  CHECK(policy.role_transitions[0].role == system);
  CHECK(policy.role_transitions[0].type == policy.find_type("web_t"));
  CHECK(policy.role_transitions[0].target_class == policy.find_class("domain"));
  CHECK(policy.role_transitions[0].new_role == guest);
  REQUIRE(policy.role_allows.size() == 1);
  CHECK(policy.role_allows[0].role == system);
  CHECK(policy.role_allows[0].new_role == guest);
}

TEST_CASE("initial SIDs keep their numbers, in the order of declaration") {
  const BinaryPolicy policy = compiled_policy(test::small_conf(30));
  Lines lines;
  for (const InitialSid& sid : policy.initial_sids)
    lines.push_back(fmt::format("{} {}", sid.number, context_text(policy, sid.context)));
  CHECK(lines == Lines{"1 system_u:system_r:control_t", "2 guest_u:guest_r:web_t", "3 system_u:object_r:nic_t"});
  CHECK(policy.find_initial_sid(2)->context.type == policy.find_type("web_t"));
  CHECK(policy.find_initial_sid(4) == nullptr);
}

TEST_CASE("device contexts of all kinds are read from version 30") {
  CHECK(device_lines(compiled_policy(test::small_conf(30))) ==
        Lines{
            "pirqcon 0x21-0x21 system_u:object_r:nic_t",
            "pirqcon 0x22-0x22 system_u:object_r:disk_t",
            "ioportcon 0xd000-0xd01f system_u:object_r:nic_t",
            "ioportcon 0x80-0x80 system_u:object_r:disk_t",
            "iomemcon 0xfe000-0xfe01f system_u:object_r:nic_t",
            "iomemcon 0x100000000-0x1000000ff system_u:object_r:disk_t",
            "pcidevicecon 0x18-0x18 system_u:object_r:nic_t",
            "pcidevicecon 0xfa-0xfa system_u:object_r:disk_t",
            "devicetreecon /soc/serial@0 system_u:object_r:disk_t",
        });
}

TEST_CASE("device contexts of version 24 have frames of 32 bits and no device tree") {
  CHECK(device_lines(compiled_policy(test::small_conf(24), {.version = 24})) ==
        Lines{
            "pirqcon 0x21-0x21 system_u:object_r:nic_t",
            "pirqcon 0x22-0x22 system_u:object_r:disk_t",
            "ioportcon 0xd000-0xd01f system_u:object_r:nic_t",
            "ioportcon 0x80-0x80 system_u:object_r:disk_t",
            "iomemcon 0xfe000-0xfe01f system_u:object_r:nic_t",
            "pcidevicecon 0x18-0x18 system_u:object_r:nic_t",
            "pcidevicecon 0xfa-0xfa system_u:object_r:disk_t",
        });
}

TEST_CASE("a policy with levels keeps them in users, contexts, constraints and range transitions") {
  for (const int version : {24, 30}) {
    const BinaryPolicy policy = compiled_policy(test::mls_conf(), {.version = version, .mls = true});
    CHECK(policy.mls);
    REQUIRE(policy.levels.size() == 2);
    CHECK(policy.levels[0].aliases == Lines{"ground"});
    REQUIRE(policy.categories.size() == 4);
    CHECK(policy.categories[2].aliases == Lines{"last"});
    CHECK(context_text(policy, policy.initial_sids[0].context) == "system_u:system_r:control_t:s0-s1:c0.c2");
    CHECK(context_text(policy, policy.device_contexts[0].context) == "system_u:object_r:web_t:s0:c0,c2");
    CHECK(constraint_text(policy, policy.classes[0], policy.classes[0].constraints[0]) ==
          "constrain domain { read } ((l1 dom l2) or (t1 == { control_t }));");
    REQUIRE(policy.range_transitions.size() == 1);
    CHECK(policy.range_transitions[0].source == policy.find_type("control_t"));
    CHECK(policy.range_transitions[0].range.low.categories.contains(1));
    CHECK(policy.range_transitions[0].range.high.sensitivity == 2);
    CHECK(policy.users[0].range.high.categories.count() == 4);
  }
}

}  // namespace
}  // namespace bulkhead::flask
