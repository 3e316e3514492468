#include "bulkhead/catalogue/catalogue.h"

#include <algorithm>
#include <tuple>

#include "bulkhead/base/check.h"
#include "bulkhead/base/embedded.h"
#include "load.h"

namespace bulkhead::catalogue {

Catalogue Catalogue::shipped(SourceSet& sources) {
  Catalogue catalogue;
  for (const EmbeddedFile& file : embedded_files()) {
    if (file.path.starts_with("policy/abi/")) continue;
    const Document document(sources.add(std::string(file.path), ""), file.nodes);
    const DataNode root(sources, document.root());
    if (root.has("role")) {
      Role role = load_role(root);
      catalogue.roles_.emplace(role.name, std::move(role));
    } else if (root.has("connection")) {
      Connection connection = load_connection(root);
      catalogue.connections_.emplace(connection.name, std::move(connection));
    } else if (root.has("class")) {
      for (Permission& permission : load_permissions(root)) catalogue.permissions_.push_back(std::move(permission));
    } else if (root.has("invariants")) {
      catalogue.invariants_ = load_invariants(root);
    } else if (root.has("powers")) {
      catalogue.powers_ = load_powers(root);
    } else if (root.has("harmless")) {
      catalogue.harmless_denials_ = load_harmless_denials(root);
    } else {
      root.fault("neither role, connection, class, invariants, powers nor harmless denials");
    }
  }
  const auto key = [](const Permission& p) { return std::tie(p.access_class, p.name); };
  std::sort(catalogue.permissions_.begin(), catalogue.permissions_.end(),
            [&](const Permission& a, const Permission& b) { return key(a) < key(b); });
  return catalogue;
}

const Role* Catalogue::find_role(std::string_view name) const {
  const auto found = roles_.find(name);
  return found == roles_.end() ? nullptr : &found->second;
}

const Connection* Catalogue::find_connection(std::string_view name) const {
  const auto found = connections_.find(name);
  return found == connections_.end() ? nullptr : &found->second;
}

const Permission* Catalogue::find_permission(std::string_view access_class, std::string_view name) const {
  const auto found = std::lower_bound(
      permissions_.begin(), permissions_.end(), std::pair(access_class, name),
      [](const Permission& permission, const std::pair<std::string_view, std::string_view>& sought) {
        return std::pair<std::string_view, std::string_view>(permission.access_class, permission.name) < sought;
      });
  if (found == permissions_.end() || found->access_class != access_class || found->name != name) return nullptr;
  return &*found;
}

std::vector<std::string> Catalogue::role_names() const {
  std::vector<std::string> names;
  for (const auto& [name, role] : roles_) {
    if (!role.is_abstract) names.push_back(name);
  }
  return names;
}

std::vector<std::string> Catalogue::connection_names() const {
  std::vector<std::string> names;
  for (const auto& [name, connection] : connections_) {
    if (connection.declared) names.push_back(name);
  }
  return names;
}

std::vector<const Role*> Catalogue::lineage(std::string_view role) const {
  std::vector<const Role*> result;
  for (const Role* step = find_role(role); step != nullptr; step = find_role(step->extends)) {
    BULKHEAD_CHECK(result.size() <= roles_.size(), "a role does not extend itself: add_roles refuses cycles");
    result.push_back(step);
  }
  return result;
}

bool Catalogue::is_a(std::string_view role, std::string_view ancestor) const {
  const std::vector<const Role*> roles = lineage(role);
  return std::any_of(roles.begin(), roles.end(), [&](const Role* step) { return step->name == ancestor; });
}

}  // namespace bulkhead::catalogue
