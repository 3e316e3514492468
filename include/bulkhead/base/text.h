// Small text helpers that need no place of their own.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace bulkhead {

[[nodiscard]] std::vector<std::string_view> split(std::string_view text, char separator);
[[nodiscard]] std::string join(const std::vector<std::string>& parts, std::string_view separator);
[[nodiscard]] std::string quoted(std::string_view name);  // `name`, as diagnostics write names
// So that argument-dependent lookup does not prefer std::quoted, which <filesystem> brings in.
[[nodiscard]] inline std::string quoted(const std::string& name) {
  return quoted(std::string_view(name));
}
[[nodiscard]] inline std::string quoted(std::string& name) {
  return quoted(std::string_view(name));
}
// Levenshtein; compares bytes.
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);

}  // namespace bulkhead
