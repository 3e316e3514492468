#include <array>

#include <fmt/core.h>

#include "load.h"

namespace bulkhead::catalogue {
namespace {

// In the order of their enumerations.
constexpr std::array<std::string_view, 4> kFlows{"none", "to-target", "from-target", "both"};
constexpr std::array<std::string_view, 10> kMedia{"grant",  "event",          "argo",  "memory",     "device-model",
                                                  "device", "domain-control", "label", "hypervisor", "policy"};
constexpr std::array<std::string_view, 3> kWeights{"signal", "state", "content"};
constexpr std::array<std::string_view, kPowerCount> kPowers{
    "owns",          "reads",         "stops",      "creates",    "relabels-from", "relabels-to",
    "relabels-self", "passes-label",  "everything", "stops-host", "booleans",      "labels-devices",
    "uses-device",   "hands-devices", "unconfined", "receives"};

template <typename Word, std::size_t N>
Word word_of(const DataNode& node, const std::array<std::string_view, N>& names, std::string_view what) {
  const std::string text = node.text();
  for (std::size_t i = 0; i < N; ++i) {
    if (names[i] == text) return static_cast<Word>(i);
  }
  node.fault(fmt::format("`{}` is not {}", text, what));
}

Flow load_flow(const DataNode& node) {
  return word_of<Flow>(node, kFlows, "a direction");
}

bool is_channel(const DataNode& node) {
  if (node.text() != "channel") node.fault("only `channel` has to be said");
  return true;
}

// `preset` has what the class says of all its permissions.
Permission load_permission(const std::string& name, Span place, const DataNode& node, Permission preset) {
  node.only_keys({"guards", "operations", "flow", "flow-on-xen", "medium", "weight", "part", "source-is", "target-is",
                  "control", "unreviewed", "since", "until", "note"});
  Permission permission = std::move(preset);
  permission.name = name;
  permission.place = place;
  permission.guards = node.at("guards").text();
  permission.operations = node.at("operations").texts();
  permission.flow = load_flow(node.at("flow"));
  if (node.has("flow-on-xen")) permission.flow_on_xen = load_flow(node.at("flow-on-xen"));
  if (node.has("medium")) permission.medium = word_of<Medium>(node.at("medium"), kMedia, "a medium");
  if (node.has("weight")) permission.weight = word_of<Weight>(node.at("weight"), kWeights, "a weight");
  if (node.has("part")) permission.part = node.at("part").text();
  if (node.has("source-is")) permission.source_is_channel = is_channel(node.at("source-is"));
  if (node.has("target-is")) permission.target_is_channel = is_channel(node.at("target-is"));
  permission.control = node.at("control").truth();
  permission.unreviewed = node.at("unreviewed").texts();
  if (node.has("note")) permission.note = node.at("note").text();
  return permission;
}

}  // namespace

std::string_view medium_name(Medium medium) {
  return kMedia.at(static_cast<std::size_t>(medium));
}

std::string_view weight_name(Weight weight) {
  return kWeights.at(static_cast<std::size_t>(weight));
}

std::string_view power_name(Power power) {
  return kPowers.at(static_cast<std::size_t>(power));
}

std::vector<Permission> load_permissions(const DataNode& file) {
  file.only_keys({"class", "about", "medium", "weight", "permissions"});
  Permission preset;
  preset.access_class = file.at("class").text();
  preset.medium = word_of<Medium>(file.at("medium"), kMedia, "a medium");
  preset.weight = word_of<Weight>(file.at("weight"), kWeights, "a weight");
  std::vector<Permission> result;
  for (const auto& [name, place, node] : file.at("permissions").fields()) {
    result.push_back(load_permission(name, place, node, preset));
  }
  return result;
}

std::vector<PowerOf> load_powers(const DataNode& file) {
  file.only_keys({"powers"});
  std::vector<PowerOf> result;
  const DataNode powers = file.at("powers");
  for (std::size_t i = 0; i < kPowerCount; ++i) {
    for (const auto& [access_class, unused, permissions] : powers.at(kPowers[i]).fields()) {
      for (const auto& [permission, place, reason] : permissions.fields()) {
        result.push_back({static_cast<Power>(i), access_class, permission, reason.text(), place});
      }
    }
  }
  if (powers.fields().size() != kPowerCount) powers.fault("a power that there is not");
  return result;
}

std::vector<Invariant> load_invariants(const DataNode& file) {
  std::vector<Invariant> result;
  for (const DataNode& node : file.at("invariants").items()) {
    node.only_keys({"id", "about", "roles", "never", "except-on", "phase", "reason"});
    Invariant invariant;
    invariant.id = node.at("id").text();
    invariant.about = node.at("about").text();
    invariant.reason = node.at("reason").text();
    invariant.roles = node.at("roles").texts();
    invariant.place = node.span();
    if (node.has("except-on")) invariant.except_on = node.at("except-on").texts();
    if (node.has("phase")) {
      invariant.only_sealed = node.at("phase").texts() == std::vector<std::string>{"sealed"};
      if (!invariant.only_sealed) node.at("phase").fault("only `sealed` makes sense");
    }
    for (const auto& [access_class, place, permissions] : node.at("never").fields()) {
      invariant.never[access_class] = permissions.is_list() ? permissions.texts() : std::vector<std::string>{};
      if (!permissions.is_list() && permissions.text() != "all") permissions.fault("expected a list or `all`");
    }
    result.push_back(std::move(invariant));
  }
  return result;
}

}  // namespace bulkhead::catalogue
