// Cells of a matrix as few rules: targets that one source reaches alike, and sources that reach one target alike,
// become attributes where that makes the policy smaller. Nothing else here knows about attributes.
#pragma once

#include <cstdint>
#include <span>
#include <variant>
#include <vector>

#include "bulkhead/privilege/privileges.h"

namespace bulkhead::flask {

enum class GroupId : std::uint32_t {};  // index into Rules::groups

// A type, or a group of at least two that is declared as an attribute.
using Symbol = std::variant<privilege::TypeId, GroupId>;

struct ConfRule {
  Symbol source;
  Symbol target;
  abi::ClassId access_class{};
  abi::AccessVector permissions = 0;
};

class Groups {
 public:
  // Members sorted, without doubles.
  GroupId intern(std::vector<privilege::TypeId> members);
  [[nodiscard]] std::span<const std::vector<privilege::TypeId>> all() const { return groups_; }
  [[nodiscard]] const std::vector<privilege::TypeId>& members(GroupId id) const {
    return groups_[static_cast<std::size_t>(id)];
  }

 private:
  std::vector<std::vector<privilege::TypeId>> groups_;
  std::vector<std::vector<GroupId>> by_hash_;
};

// In canonical order; new groups are added to `groups`.
[[nodiscard]] std::vector<ConfRule> factor(const std::vector<privilege::Cell>& cells, Groups& groups);

}  // namespace bulkhead::flask
