#include "load.h"

#include <array>
#include <utility>

#include <fmt/core.h>

namespace bulkhead::catalogue {
namespace {

template <typename Value, std::size_t kCount>
Value choice(const DataNode& node, const std::array<std::pair<std::string_view, Value>, kCount>& choices) {
  const std::string text = node.text();
  for (const auto& [name, value] : choices) {
    if (name == text) return value;
  }
  node.fault(fmt::format("`{}` is not a choice here", text));
}

constexpr std::array<std::pair<std::string_view, spec::DomainType>, 3> kTypes = {
    {{"pv", spec::DomainType::kPv}, {"pvh", spec::DomainType::kPvh}, {"hvm", spec::DomainType::kHvm}}};
constexpr std::array<std::pair<std::string_view, spec::IommuStrength>, 3> kStrengths = {
    {{"required", spec::IommuStrength::kRequired},
     {"no-remapping", spec::IommuStrength::kNoRemapping},
     {"none", spec::IommuStrength::kNone}}};
constexpr std::array<std::pair<std::string_view, ControlPhase>, 3> kPhases = {
    {{"booting", ControlPhase::kBooting},
     {"sealed", ControlPhase::kSealed},
     {"sealed-if-rebuilt", ControlPhase::kSealedIfRebuilt}}};
constexpr std::array<std::pair<std::string_view, bool>, 2> kShapes = {{{"split", true}, {"classic", false}}};

template <typename Value, std::size_t kCount>
std::vector<Value> choices(const DataNode& list, const std::array<std::pair<std::string_view, Value>, kCount>& table) {
  std::vector<Value> result;
  for (const DataNode& item : list.items()) result.push_back(choice(item, table));
  return result;
}

// "4.21+"
abi::XenVersion since(const DataNode& node) {
  const std::string text = node.text();
  const auto version =
      text.ends_with('+') ? abi::XenVersion::parse(std::string_view(text).substr(0, text.size() - 1)) : std::nullopt;
  if (!version) node.fault("expected a release and a plus sign, such as 4.21+");
  return *version;
}

Condition load_condition(const DataNode& node, const std::string (&ends)[2]) {
  Condition condition;
  for (const auto& [key, place, value] : node.fields()) {
    if (key == "xen") {
      condition.since = since(value);
    } else if (key == "shape") {
      condition.split = choice(value, kShapes);
    } else if (key == "iommu") {
      condition.iommu = choices(value, kStrengths);
    } else if (key == "device-has") {
      condition.device_has = value.texts();
    } else if (key == "placed") {
      condition.placed = value.truth();
    } else if (key == "verifies") {
      condition.verifies = value.truth();
    } else if (key == ends[0] + "-type") {
      condition.types[0] = choices(value, kTypes);
    } else if (key == ends[1] + "-type") {
      condition.types[1] = choices(value, kTypes);
    } else if (key == ends[0] + "-role") {
      condition.roles[0] = value.texts();
    } else if (key == ends[1] + "-role") {
      condition.roles[1] = value.texts();
    } else {
      value.fault(fmt::format("`{}` is not a condition", key));
    }
  }
  return condition;
}

Target load_target(const DataNode& node, const std::string (&ends)[2]) {
  const auto target = parse_target(node.text(), ends);
  if (!target) node.fault("not a target");
  return *target;
}

// `name: "reason"`, or `name: { reason: "…", needed-for: "…" }`.
RulePermission load_permission(const DataNode::Field& field) {
  if (!field.value.is_mapping()) return {field.key, field.value.text(), field.place, {}};
  field.value.only_keys({"reason", "needed-for"});
  return {field.key, field.value.at("reason").text(), field.place, field.value.at("needed-for").text()};
}

Rule load_rule(const DataNode& node, Effect effect, bool of_role, const std::string (&ends)[2]) {
  node.only_keys({"from", "to", "on", "class", "when", "phase", "permissions"});
  Rule rule;
  rule.effect = effect;
  rule.place = node.span();
  rule.from = node.has("from") ? load_target(node.at("from"), ends) : Target{TargetKind::kEnd, 0, {}};
  rule.to = load_target(node.at(of_role ? "on" : "to"), ends);
  rule.access_class = node.at("class").text();
  if (node.has("when")) rule.when = load_condition(node.at("when"), ends);
  if (node.has("phase")) {
    rule.phases = 0;
    for (const ControlPhase phase : choices(node.at("phase"), kPhases)) {
      rule.phases = static_cast<std::uint8_t>(rule.phases | static_cast<std::uint8_t>(phase));
    }
  }
  for (const DataNode::Field& field : node.at("permissions").fields()) {
    rule.permissions.push_back(load_permission(field));
  }
  return rule;
}

std::vector<Rule> load_rules(const DataNode& file, bool of_role, const std::string (&ends)[2]) {
  std::vector<Rule> rules;
  for (const auto& [key, effect] : {std::pair{"allow", Effect::kAllow}, std::pair{"dontaudit", Effect::kDontAudit}}) {
    if (!file.has(key)) continue;
    for (const DataNode& item : file.at(key).items()) rules.push_back(load_rule(item, effect, of_role, ends));
  }
  return rules;
}

std::optional<unsigned> end_named(const DataNode& file, std::string_view key, const std::string (&ends)[2]) {
  if (!file.has(key)) return std::nullopt;
  const std::string name = file.at(key).text();
  if (name == ends[0]) return 0U;
  if (name == ends[1]) return 1U;
  file.at(key).fault("not an end of this connection");
}

}  // namespace

std::vector<HarmlessDenial> load_harmless_denials(const DataNode& file) {
  const std::string ends[2] = {"domain", ""};
  std::vector<HarmlessDenial> result;
  for (const DataNode& node : file.at("harmless").items()) {
    node.only_keys({"role", "on", "class", "permissions"});
    HarmlessDenial denial;
    denial.role = node.at("role").text();
    denial.on = load_target(node.at("on"), ends);
    denial.access_class = node.at("class").text();
    denial.place = node.span();
    for (const DataNode::Field& field : node.at("permissions").fields()) {
      denial.permissions.push_back({field.key, field.value.text(), field.place, {}});
    }
    result.push_back(std::move(denial));
  }
  return result;
}

Role load_role(const DataNode& file) {
  file.only_keys(
      {"role", "about", "extends", "types", "abstract", "guest", "restartable", "at-most", "allow", "dontaudit"});
  Role role;
  role.name = file.at("role").text();
  role.about = file.at("about").text();
  role.place = file.at("role").span();
  if (file.has("extends")) role.extends = file.at("extends").text();
  role.types = choices(file.at("types"), kTypes);
  if (file.has("abstract")) role.is_abstract = file.at("abstract").truth();
  if (file.has("guest")) role.is_guest = file.at("guest").truth();
  if (file.has("restartable")) role.restartable = file.at("restartable").truth();
  if (file.has("at-most")) role.at_most = file.at("at-most").number();
  const std::string ends[2] = {"domain", ""};
  role.rules = load_rules(file, true, ends);
  return role;
}

Connection load_connection(const DataNode& file) {
  file.only_keys(
      {"connection", "about", "ends", "declared", "servers", "built-channel", "target-label", "allow", "dontaudit"});
  Connection connection;
  connection.name = file.at("connection").text();
  connection.about = file.at("about").text();
  connection.place = file.at("connection").span();
  const std::vector<std::string> ends = file.at("ends").texts();
  if (ends.size() != 2) file.at("ends").fault("a connection has two ends");
  connection.ends[0] = ends[0];
  connection.ends[1] = ends[1];
  connection.declared = file.at("declared").truth();
  if (file.has("servers")) connection.servers = file.at("servers").texts();
  connection.built_channel = end_named(file, "built-channel", connection.ends);
  connection.target_label = end_named(file, "target-label", connection.ends);
  connection.rules = load_rules(file, false, connection.ends);
  return connection;
}

}  // namespace bulkhead::catalogue
