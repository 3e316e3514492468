#include "conf_rules.h"

#include <algorithm>
#include <tuple>

namespace bulkhead::flask {
namespace {

using privilege::Cell;
using privilege::TypeId;

// Sizes in the binary (version 30), in bytes: a rule; an attribute's own entry and name; its bit in a member's map,
// which costs nothing when the map has a node for attributes already.
constexpr std::size_t kRuleBytes = 12;
constexpr std::size_t kAttributeBytes = 70;
constexpr std::size_t kMemberBytes = 2;

bool pays(std::size_t members, std::size_t uses) {
  return members > 1 && uses * (members - 1) * kRuleBytes > kAttributeBytes + members * kMemberBytes;
}

// One half-grouped rule: what `side` members share the rest of the key.
struct Row {
  Symbol fixed;  // the side that is not grouped in this pass
  abi::ClassId access_class{};
  abi::AccessVector permissions = 0;
  std::vector<TypeId> members;
};

// Which member lists, counted over all rows that have them, are worth an attribute.
class Census {
 public:
  explicit Census(const std::vector<Row>& rows) {
    std::vector<const std::vector<TypeId>*> lists;
    lists.reserve(rows.size());
    for (const Row& row : rows) {
      if (row.members.size() > 1) lists.push_back(&row.members);
    }
    std::sort(lists.begin(), lists.end(), [](const auto* a, const auto* b) { return *a < *b; });
    for (std::size_t first = 0; first < lists.size();) {
      std::size_t last = first;
      while (last < lists.size() && *lists[last] == *lists[first]) ++last;
      if (pays(lists[first]->size(), last - first)) worth_.push_back(*lists[first]);
      first = last;
    }
  }
  [[nodiscard]] bool is_worth(const std::vector<TypeId>& members) const {
    return members.size() > 1 && std::binary_search(worth_.begin(), worth_.end(), members);
  }

 private:
  std::vector<std::vector<TypeId>> worth_;  // sorted
};

auto row_key(const Cell& cell) {
  return std::tuple(cell.source, cell.access_class, cell.permissions);
}

std::vector<Row> rows_by_source(std::vector<Cell> cells) {
  std::sort(cells.begin(), cells.end(), [](const Cell& a, const Cell& b) {
    return std::tuple(row_key(a), a.target) < std::tuple(row_key(b), b.target);
  });
  std::vector<Row> rows;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i == 0 || row_key(cells[i]) != row_key(cells[i - 1])) {
      rows.push_back({cells[i].source, cells[i].access_class, cells[i].permissions, {}});
    }
    rows.back().members.push_back(cells[i].target);
  }
  return rows;
}

auto rule_key(const ConfRule& rule) {
  return std::tuple(rule.target, rule.access_class, rule.permissions);
}

// Rules with the same target, class and permissions: their sources are a row.
std::vector<Row> rows_by_target(std::vector<ConfRule> rules) {
  std::sort(rules.begin(), rules.end(), [](const ConfRule& a, const ConfRule& b) {
    return std::tuple(rule_key(a), a.source) < std::tuple(rule_key(b), b.source);
  });
  std::vector<Row> rows;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    if (i == 0 || rule_key(rules[i]) != rule_key(rules[i - 1])) {
      rows.push_back({rules[i].target, rules[i].access_class, rules[i].permissions, {}});
    }
    rows.back().members.push_back(std::get<TypeId>(rules[i].source));
  }
  return rows;
}

std::size_t hash_of(const std::vector<TypeId>& members) {
  std::size_t hash = members.size();
  for (const TypeId id : members) hash = hash * 0x9E3779B97F4A7C15ULL + static_cast<std::size_t>(id);
  return hash;
}

}  // namespace

GroupId Groups::intern(std::vector<TypeId> members) {
  constexpr std::size_t kBuckets = 4096;
  by_hash_.resize(kBuckets);
  std::vector<GroupId>& bucket = by_hash_[hash_of(members) % kBuckets];
  for (const GroupId id : bucket) {
    if (groups_[static_cast<std::size_t>(id)] == members) return id;
  }
  const auto id = static_cast<GroupId>(groups_.size());
  groups_.push_back(std::move(members));
  bucket.push_back(id);
  return id;
}

std::vector<ConfRule> factor(const std::vector<Cell>& cells, Groups& groups) {
  std::vector<ConfRule> half;
  {
    const std::vector<Row> rows = rows_by_source(cells);
    const Census census(rows);
    for (const Row& row : rows) {
      if (census.is_worth(row.members)) {
        half.push_back({row.fixed, groups.intern(row.members), row.access_class, row.permissions});
        continue;
      }
      for (const TypeId target : row.members) half.push_back({row.fixed, target, row.access_class, row.permissions});
    }
  }
  std::vector<ConfRule> rules;
  const std::vector<Row> rows = rows_by_target(std::move(half));
  const Census census(rows);
  for (const Row& row : rows) {
    if (census.is_worth(row.members)) {
      rules.push_back({groups.intern(row.members), row.fixed, row.access_class, row.permissions});
      continue;
    }
    for (const TypeId source : row.members) rules.push_back({source, row.fixed, row.access_class, row.permissions});
  }
  std::sort(rules.begin(), rules.end(), [](const ConfRule& a, const ConfRule& b) {
    return std::tuple(a.source, a.target, a.access_class, a.permissions) <
           std::tuple(b.source, b.target, b.access_class, b.permissions);
  });
  return rules;
}

}  // namespace bulkhead::flask
