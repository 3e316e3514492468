// Many domains in few words: a family that is complete is named once. In: names with their families, as they stand in
// the host. Out: "net, web (all 40), db-1", long lists cut with a count.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace bulkhead::page {

struct Named {
  std::string_view name;
  std::string_view family;
};

// Longer lists are cut: so many, "and 7 more".
inline constexpr std::size_t kNamesShown = 24;

// `family_sizes`: how many domains of each family there are on the host.
[[nodiscard]] std::string names_text(const std::vector<Named>& names,
                                     const std::map<std::string_view, std::size_t>& family_sizes);

[[nodiscard]] std::string join_some(const std::vector<std::string>& parts);

}  // namespace bulkhead::page
