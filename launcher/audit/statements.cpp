#include <algorithm>
#include <map>
#include <tuple>

#include <fmt/format.h>

#include "parts.h"

namespace bulkhead::audit {

namespace {

unsigned rank(std::string_view phase) {
  return phase == "running" ? 0 : phase == "booting" ? 1 : 2;
}

// Equal keys are one statement.
using Key = std::tuple<unsigned, bool, std::string_view, std::vector<std::string>, std::string_view>;

template <typename T>
void sort_unique(std::vector<T>& values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

// Domains by what is said of them, "{}", "{} while it is built"; then everything else as it stands.
std::string on_text(const Index& index, const std::vector<const Privilege*>& entries, std::size_t holder) {
  bool is_self = false;
  std::map<std::string_view, std::vector<std::size_t>> domains;
  std::vector<std::string> others;
  for (const Privilege* entry : entries) {
    const Meaning of = index.target(*entry);
    const std::string text = index.target_text(*entry, holder);
    if (text == "itself") {
      is_self = true;
    } else if (of.kind == LabelKind::kRunning || of.kind == LabelKind::kView) {
      domains["{}"].push_back(of.domain);
    } else if (of.kind == LabelKind::kBuilding && of.domain != holder) {
      domains["{} while it is built"].push_back(of.domain);
    } else if (of.kind == LabelKind::kChannel && (of.domain == holder || of.peer == holder)) {
      domains["the event channel with {}"].push_back(of.domain == holder ? of.peer : of.domain);
    } else {
      others.push_back(text);
    }
  }
  std::vector<std::string> parts;
  if (is_self) {
    parts.emplace_back("itself");
  }
  for (auto& [form, list] : domains) {
    sort_unique(list);
    parts.push_back(fmt::format(fmt::runtime(form), index.names_text(list)));
  }
  sort_unique(others);
  if (!others.empty()) {
    parts.push_back(page::join_some(others));
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

}  // namespace

std::vector<Statement> statements_of(const Index& index, std::size_t domain) {
  std::map<Key, std::vector<const Privilege*>> sorted;
  for (const Privilege& entry : index.privileges(domain)) {
    const bool of_channel = index.source(entry, domain).kind == LabelKind::kChannel;
    sorted[{rank(entry.phase), of_channel, entry.access_class, entry.permissions, entry.reason}].push_back(&entry);
  }
  std::vector<Statement> statements;
  statements.reserve(sorted.size());
  for (const auto& [key, entries] : sorted) {
    const Privilege& first = *entries.front();
    Statement statement{.phase = first.phase,
                        .of_channel = std::get<1>(key),
                        .targets = {},
                        .on = on_text(index, entries, domain),
                        .access_class = first.access_class,
                        .permissions = first.permissions,
                        .reason = first.reason,
                        .origins = {}};
    for (const Privilege* entry : entries) {
      statement.targets.push_back(index.target_text(*entry, domain));
      statement.origins.push_back(entry->origin);
    }
    sort_unique(statement.targets);
    sort_unique(statement.origins);
    statements.push_back(std::move(statement));
  }
  // What is said of the same things stands together.
  std::stable_sort(statements.begin(), statements.end(), [](const Statement& a, const Statement& b) {
    const unsigned ranks[] = {rank(a.phase), rank(b.phase)};
    return std::tie(a.of_channel, ranks[0], a.on, a.origins) < std::tie(b.of_channel, ranks[1], b.on, b.origins);
  });
  return statements;
}

}  // namespace bulkhead::audit
