#include <array>
#include <utility>

#include <fmt/core.h>

#include "load.h"

namespace bulkhead::catalogue {
namespace {

Flow load_flow(const DataNode& node) {
  constexpr std::array<std::pair<std::string_view, Flow>, 4> kFlows = {{{"none", Flow::kNone},
                                                                        {"to-target", Flow::kToTarget},
                                                                        {"from-target", Flow::kFromTarget},
                                                                        {"both", Flow::kBoth}}};
  const std::string text = node.text();
  for (const auto& [name, flow] : kFlows) {
    if (name == text) return flow;
  }
  node.fault(fmt::format("`{}` is not a direction", text));
}

Permission load_permission(const std::string& access_class, const std::string& name, Span place, const DataNode& node) {
  node.only_keys({"guards", "operations", "flow", "control", "unreviewed", "since", "until", "note"});
  Permission permission;
  permission.access_class = access_class;
  permission.name = name;
  permission.place = place;
  permission.guards = node.at("guards").text();
  permission.operations = node.at("operations").texts();
  permission.flow = load_flow(node.at("flow"));
  permission.control = node.at("control").truth();
  permission.unreviewed = node.at("unreviewed").texts();
  if (node.has("note")) permission.note = node.at("note").text();
  return permission;
}

}  // namespace

std::vector<Permission> load_permissions(const DataNode& file) {
  file.only_keys({"class", "about", "permissions"});
  const std::string access_class = file.at("class").text();
  std::vector<Permission> result;
  for (const auto& [name, place, node] : file.at("permissions").fields()) {
    result.push_back(load_permission(access_class, name, place, node));
  }
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
