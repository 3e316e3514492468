#include "bulkhead/flask/access_diff.h"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>

namespace bulkhead::flask {
namespace {

// The names of both policies with common numbers: ranks of types and classes in alphabetical order, and for each class
// the permissions of both (at most 32 + 32, so that a set of them fits 64 bits).
struct Names {
  std::vector<std::string_view> types;
  std::vector<std::string_view> classes;
  std::vector<std::vector<std::string_view>> permissions;  // by class's rank
};

Names common_names(const BinaryPolicy& left, const BinaryPolicy& right) {
  std::set<std::string_view> types;
  std::map<std::string_view, std::vector<std::string_view>> classes;
  for (const BinaryPolicy* policy : {&left, &right}) {
    for (const BinaryType& type : policy->types) {
      if (type.kind == TypeKind::kType) types.insert(type.name);
    }
    for (const BinaryClass& entry : policy->classes) {
      std::vector<std::string_view>& permissions = classes[entry.name];
      for (const std::string& permission : entry.permissions) {
        if (std::find(permissions.begin(), permissions.end(), permission) == permissions.end())
          permissions.push_back(permission);
      }
    }
  }
  Names names;
  names.types.assign(types.begin(), types.end());
  for (auto& [name, permissions] : classes) {
    names.classes.push_back(name);
    names.permissions.push_back(std::move(permissions));
  }
  return names;
}

std::uint32_t rank_of(const std::vector<std::string_view>& names, std::string_view name) {
  return static_cast<std::uint32_t>(std::lower_bound(names.begin(), names.end(), name) - names.begin());
}

struct RankedCell {
  std::uint64_t place = 0;  // target's rank, then class's rank
  std::uint64_t permissions = 0;
};

// One policy's rows in the common numbers.
class RankedRows {
 public:
  RankedRows(const AccessTable& table, const Names& names)
      : policy_(&table.policy()), reader_(table), values_(names.types.size(), 0) {
    for (const BinaryType& type : policy_->types) {
      ranks_.push_back(type.kind == TypeKind::kType ? rank_of(names.types, type.name) : 0);
      if (type.kind == TypeKind::kType) values_[ranks_.back()] = type.value;
    }
    for (const BinaryClass& entry : policy_->classes) {
      class_ranks_.push_back(rank_of(names.classes, entry.name));
      const std::vector<std::string_view>& common = names.permissions[class_ranks_.back()];
      std::vector<std::uint64_t>& bits = bits_.emplace_back();
      for (const std::string& permission : entry.permissions) {
        bits.push_back(std::uint64_t{1} << (std::find(common.begin(), common.end(), permission) - common.begin()));
      }
    }
  }

  [[nodiscard]] const std::vector<RankedCell>& row(std::size_t source_rank) {
    cells_.clear();
    if (values_[source_rank] == 0) return cells_;  // the other policy's type
    for (const AccessCell& cell : reader_.row(values_[source_rank])) {
      const std::uint64_t place = std::uint64_t{ranks_[cell.target - 1U]} << 32U | class_ranks_[cell.target_class - 1U];
      cells_.push_back({place, common_permissions(cell)});
    }
    std::sort(cells_.begin(), cells_.end(),
              [](const RankedCell& one, const RankedCell& other) { return one.place < other.place; });
    return cells_;
  }

 private:
  [[nodiscard]] std::uint64_t common_permissions(const AccessCell& cell) const {
    std::uint64_t sum = 0;
    const std::vector<std::uint64_t>& bits = bits_[cell.target_class - 1U];
    for (std::size_t bit = 0; bit < bits.size(); ++bit) {
      if (((cell.permissions >> bit) & 1U) != 0) sum |= bits[bit];
    }
    return sum;
  }

  const BinaryPolicy* policy_;
  RowReader reader_;
  std::vector<TypeValue> values_;           // by rank; 0 when this policy has no such type
  std::vector<std::uint32_t> ranks_;        // by value - 1
  std::vector<std::uint32_t> class_ranks_;  // by value - 1
  std::vector<std::vector<std::uint64_t>> bits_;
  std::vector<RankedCell> cells_;
};

std::vector<std::string> permission_names(const std::vector<std::string_view>& names, std::uint64_t permissions) {
  std::vector<std::string> result;
  for (std::size_t bit = 0; bit < names.size(); ++bit) {
    if (((permissions >> bit) & 1U) != 0) result.emplace_back(names[bit]);
  }
  return result;
}

NamedDifference named(const Names& names, std::size_t source, std::uint64_t place, std::uint64_t left,
                      std::uint64_t right) {
  const std::size_t class_rank = place & 0xffffffffU;
  return {.source = std::string(names.types[source]),
          .target = std::string(names.types[place >> 32U]),
          .target_class = std::string(names.classes[class_rank]),
          .only_left = permission_names(names.permissions[class_rank], left & ~right),
          .only_right = permission_names(names.permissions[class_rank], right & ~left)};
}

}  // namespace

std::vector<NamedDifference> compare_by_name(const AccessTable& left, const AccessTable& right, std::size_t limit) {
  const Names names = common_names(left.policy(), right.policy());
  RankedRows left_rows(left, names);
  RankedRows right_rows(right, names);
  std::vector<NamedDifference> found;
  for (std::size_t source = 0; source < names.types.size(); ++source) {
    const std::vector<RankedCell>& ours = left_rows.row(source);
    const std::vector<RankedCell>& theirs = right_rows.row(source);
    std::size_t i = 0;
    std::size_t j = 0;
    while ((i < ours.size() || j < theirs.size()) && found.size() < limit) {
      const std::uint64_t our_place = i < ours.size() ? ours[i].place : ~std::uint64_t{0};
      const std::uint64_t their_place = j < theirs.size() ? theirs[j].place : ~std::uint64_t{0};
      const std::uint64_t our_permissions = our_place <= their_place ? ours[i++].permissions : 0;
      const std::uint64_t their_permissions = their_place <= our_place ? theirs[j++].permissions : 0;
      if (our_permissions != their_permissions) {
        found.push_back(named(names, source, std::min(our_place, their_place), our_permissions, their_permissions));
      }
    }
  }
  return found;
}

}  // namespace bulkhead::flask
