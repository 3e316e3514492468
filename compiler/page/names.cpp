#include "bulkhead/page/names.h"

#include <fmt/format.h>

namespace bulkhead::page {

std::string join_some(const std::vector<std::string>& parts) {
  if (parts.size() <= kNamesShown) {
    return fmt::format("{}", fmt::join(parts, ", "));
  }
  return fmt::format("{} and {} more", fmt::join(parts.begin(), parts.begin() + kNamesShown, ", "),
                     parts.size() - kNamesShown);
}

std::string names_text(const std::vector<Named>& names, const std::map<std::string_view, std::size_t>& family_sizes) {
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < names.size();) {
    std::size_t end = i + 1;
    while (end < names.size() && names[end].family == names[i].family) {
      ++end;
    }
    const std::size_t count = end - i;
    const auto size = family_sizes.find(names[i].family);
    const std::size_t all = size == family_sizes.end() ? count : size->second;
    if (count > 1 && count == all) {
      parts.push_back(fmt::format("{} (all {})", names[i].family, count));
    } else if (count > kNamesShown) {
      parts.push_back(fmt::format("{} … {} ({} of {})", names[i].name, names[end - 1].name, count, all));
    } else {
      for (std::size_t j = i; j < end; ++j) {
        parts.emplace_back(names[j].name);
      }
    }
    i = end;
  }
  return join_some(parts);
}

}  // namespace bulkhead::page
