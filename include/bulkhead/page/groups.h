// Rows of a matrix and boxes of a picture: domains one by one as long as they fit, else those that are alike together,
// else families, else roles. In: the domains and what joins them. Out: groups in the order of a picture. Two domains
// are alike when they have the same role and family (or none but their own) and the same relations with the same
// others: putting them together loses nothing. Families and roles lose detail; `of` says so.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bulkhead::page {

struct Member {
  std::string name;
  std::string family;
  std::string role;
  std::size_t column = 0;   // control, hardware, services, guests: 0 to 3
  bool stands_out = false;  // never put together with others that are alike
  std::string mark = {};    // "2 findings": it stands out by that; empty: none
};

struct Relation {
  std::size_t from = 0;  // places in the list of members
  std::size_t to = 0;
  std::uint64_t value = 0;  // equal values are equal relations
  auto operator<=>(const Relation&) const = default;
};

struct Groups {
  struct Group {
    std::string name;  // "net", "web × 40", "web-2 and 38 like it"
    std::size_t column = 0;
    std::vector<std::size_t> members;
  };
  std::string_view of;  // what a group is: "domain", "domain, and those that are alike together", "family", "role"
  std::vector<Group> all;
  std::vector<std::size_t> of_member;
};

struct Limits {
  std::size_t one_by_one = 0;  // up to so many members are never put together
  std::size_t groups = 0;      // more groups than this, and families are next, then roles
};

// By column, then as the members stand.
[[nodiscard]] Groups group(const std::vector<Member>& members, const std::vector<Relation>& relations,
                           const Limits& limits);

}  // namespace bulkhead::page
