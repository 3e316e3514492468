// The parts of Catalogue::shipped, a file kind each.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/catalogue/catalogue.h"
#include "data_node.h"

namespace bulkhead::catalogue {

[[nodiscard]] Role load_role(const DataNode& file);
[[nodiscard]] Connection load_connection(const DataNode& file);
[[nodiscard]] std::vector<Permission> load_permissions(const DataNode& file);  // one class a file
[[nodiscard]] std::vector<Invariant> load_invariants(const DataNode& file);
[[nodiscard]] std::vector<PowerOf> load_powers(const DataNode& file);
[[nodiscard]] std::vector<HarmlessDenial> load_harmless_denials(const DataNode& file);

// "self", "frontend", "domain.building", "xen", …; nothing when it is none of them. `ends` of a role: {"domain", ""}.
[[nodiscard]] std::optional<Target> parse_target(std::string_view text, const std::string (&ends)[2]);

}  // namespace bulkhead::catalogue
