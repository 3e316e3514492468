// The roles that a spec defines for itself: they extend a shipped one and add permissions with reasons.
#include <algorithm>
#include <set>

#include <fmt/core.h>

#include "bulkhead/catalogue/catalogue.h"
#include "load.h"

namespace bulkhead::catalogue {
namespace {

std::optional<Target> user_target(const spec::Text& on, Diagnostics& diagnostics) {
  const std::string ends[2] = {"domain", ""};
  const std::vector<std::string> names = role_target_names();
  const auto target = parse_target(on.value, ends);
  const bool is_offered = std::find(names.begin(), names.end(), on.value) != names.end();
  if (target && is_offered) return target;
  diagnostics
      .error(DiagnosticId::kUnknownTarget, on.span,
             fmt::format("a role has no target `{}`{}", on.value, did_you_mean(on.value, names)))
      .notes.push_back({{}, "other domains are reached through `connections:`, not through a role"});
  return std::nullopt;
}

std::vector<std::string> class_names(const abi::Abi& abi) {
  std::vector<std::string> names;
  for (const abi::AccessClass& access_class : abi.classes) names.push_back(access_class.name);
  return names;
}

void add_rule(Role& role, const spec::RoleAllow& allow, const abi::Abi& abi, Diagnostics& diagnostics) {
  const auto target = user_target(allow.on, diagnostics);
  const auto class_id = abi.find_class(allow.access_class.value);
  if (!class_id) {
    diagnostics.error(DiagnosticId::kUnknownClass, allow.access_class.span,
                      fmt::format("Xen {} has no class `{}`{}", abi.version.text(), allow.access_class.value,
                                  did_you_mean(allow.access_class.value, class_names(abi))));
    return;
  }
  Rule rule;
  rule.from = {TargetKind::kEnd, 0, {}};
  rule.to = target.value_or(Target{});
  rule.access_class = allow.access_class.value;
  rule.place = allow.span;
  const abi::AccessClass& access_class = abi.at(*class_id);
  for (const spec::Text& permission : allow.permissions) {
    if (!access_class.bit(permission.value)) {
      diagnostics.error(
          DiagnosticId::kUnknownPermission, permission.span,
          fmt::format("class `{}` of Xen {} has no permission `{}`{}", access_class.name, abi.version.text(),
                      permission.value, did_you_mean(permission.value, access_class.permissions)));
      continue;
    }
    rule.permissions.push_back({permission.value, allow.reason.value, permission.span, {}});
  }
  if (target) role.rules.push_back(std::move(rule));
}

}  // namespace

void Catalogue::add_roles(const std::vector<spec::Role>& roles, const abi::Abi& abi, Diagnostics& diagnostics) {
  std::vector<const spec::Role*> added;
  for (const spec::Role& written : roles) {
    if (const Role* taken = find_role(written.name.value)) {
      diagnostics
          .error(DiagnosticId::kRoleNameTaken, written.name.span,
                 fmt::format("there is a role `{}` already", written.name.value))
          .notes.push_back({taken->place, "here"});
      continue;
    }
    Role role;
    role.name = written.name.value;
    role.about = "a role of this spec";
    role.extends = written.extends.value;
    role.place = written.name.span;
    role.shipped = false;
    for (const spec::RoleAllow& allow : written.allow) add_rule(role, allow, abi, diagnostics);
    roles_.emplace(role.name, std::move(role));
    added.push_back(&written);
  }
  for (const spec::Role* written : added) {
    Role& role = roles_.find(written->name.value)->second;
    std::set<std::string> seen = {role.name};
    const Role* ancestor = find_role(role.extends);
    if (ancestor == nullptr || ancestor->is_abstract) {
      diagnostics.error(
          DiagnosticId::kRoleExtends, written->extends.span,
          fmt::format("there is no role `{}` to extend{}", role.extends, did_you_mean(role.extends, role_names())));
      ancestor = find_role("guest");
      role.extends = "guest";
    }
    while (ancestor != nullptr && !ancestor->shipped && seen.insert(ancestor->name).second) {
      ancestor = find_role(ancestor->extends);
    }
    if (ancestor == nullptr || !ancestor->shipped) {
      diagnostics.error(DiagnosticId::kRoleExtends, written->extends.span,
                        fmt::format("role `{}` extends itself", role.name));
      ancestor = find_role("guest");
      role.extends = "guest";
    }
    role.types = ancestor->types;
    role.is_guest = ancestor->is_guest;
    role.restartable = ancestor->restartable;
    role.at_most = ancestor->at_most;
  }
}

}  // namespace bulkhead::catalogue
