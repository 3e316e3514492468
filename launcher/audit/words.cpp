#include "words.h"

#include <fmt/format.h>

namespace bulkhead::audit {

std::string_view statement_title(const Statement& statement, bool is_control) {
  if (statement.of_channel) {
    return "Its event channels";
  }
  if (statement.phase == "running") {
    return is_control ? "Can, sealed" : "Can";
  }
  return statement.phase == "booting" ? "Can, until it is sealed" : "While it is built";
}

std::string_view comparison_word(const Compared& compared) {
  if (!compared.equal) {
    return "not compared";
  }
  return *compared.equal ? "as compiled" : "DIFFERS";
}

std::string origins_text(const std::vector<std::string>& origins) {
  constexpr std::size_t kPlaces = 3;
  if (origins.size() <= kPlaces) {
    return fmt::format("{}", fmt::join(origins, ", "));
  }
  return fmt::format("{} and {} more", fmt::join(origins.begin(), origins.begin() + kPlaces, ", "),
                     origins.size() - kPlaces);
}

bool same_head(const Statement& a, const Statement& b) {
  return a.of_channel == b.of_channel && a.phase == b.phase && a.on == b.on && a.origins == b.origins;
}

std::string targets_text(const std::vector<std::string>& types) {
  constexpr std::size_t kShown = 4;
  if (types.size() <= kShown) {
    return fmt::format("{}", fmt::join(types, ", "));
  }
  return fmt::format("{} and {} more labels", fmt::join(types.begin(), types.begin() + kShown, ", "),
                     types.size() - kShown);
}

std::string usage_text(const UsageFigures& usage) {
  return fmt::format("{} granted, {} seen in use, {} stay for a reason that the policy's data gives, {} leave no trace",
                     usage.granted, usage.used, usage.kept, usage.not_traced);
}

}  // namespace bulkhead::audit
