#include "bulkhead/page/groups.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include <fmt/format.h>

namespace bulkhead::page {

namespace {

// Group number of each member, in any numbering.
using Numbers = std::vector<std::size_t>;

struct End {
  std::size_t peer = 0;
  std::uint64_t value = 0;
  bool is_target = false;
  auto operator<=>(const End&) const = default;
};

std::size_t count_of(const Numbers& numbers) {
  return std::set<std::size_t>(numbers.begin(), numbers.end()).size();
}

Numbers one_by_one(std::size_t count) {
  Numbers numbers(count);
  for (std::size_t i = 0; i < count; ++i) {
    numbers[i] = i;
  }
  return numbers;
}

std::map<std::string_view, std::size_t> family_sizes(const std::vector<Member>& members) {
  std::map<std::string_view, std::size_t> sizes;
  for (const Member& member : members) {
    ++sizes[member.family];
  }
  return sizes;
}

Numbers by_likeness(const std::vector<Member>& members, const std::vector<Relation>& relations) {
  constexpr std::size_t kItself = static_cast<std::size_t>(-1);
  std::vector<std::vector<End>> ends(members.size());
  for (const Relation& relation : relations) {
    const bool own = relation.from == relation.to;
    ends[relation.from].push_back({own ? kItself : relation.to, relation.value, false});
    if (!own && relation.to < members.size()) {
      ends[relation.to].push_back({relation.from, relation.value, true});
    }
  }
  // Instances of two families stay apart, whose names a reader knows; a domain that is its own family has no such name.
  const std::map<std::string_view, std::size_t> sizes = family_sizes(members);
  std::map<std::tuple<std::size_t, std::string_view, std::string_view, std::vector<End>>, std::size_t> known;
  Numbers numbers = one_by_one(members.size());
  for (std::size_t i = 0; i < members.size(); ++i) {
    std::sort(ends[i].begin(), ends[i].end());
    if (!members[i].stands_out && members[i].mark.empty()) {
      const std::string_view family = sizes.at(members[i].family) > 1 ? members[i].family : std::string_view();
      numbers[i] = known.try_emplace({members[i].column, members[i].role, family, std::move(ends[i])}, i).first->second;
    }
  }
  return numbers;
}

Numbers by_name(const std::vector<Member>& members, const std::string Member::*name) {
  std::map<std::pair<std::size_t, std::string_view>, std::size_t> known;
  Numbers numbers;
  for (std::size_t i = 0; i < members.size(); ++i) {
    numbers.push_back(known.try_emplace({members[i].column, members[i].*name}, i).first->second);
  }
  return numbers;
}

// A whole family is named by it.
std::string name_of(const std::vector<Member>& members, const std::vector<std::size_t>& group,
                    const std::map<std::string_view, std::size_t>& sizes) {
  const Member& first = members[group.front()];
  if (group.size() == 1) {
    return first.name;
  }
  const bool one_family = std::all_of(group.begin(), group.end(),
                                      [&](std::size_t member) { return members[member].family == first.family; });
  if (one_family && sizes.at(first.family) == group.size()) {
    return fmt::format("{} × {}", first.family, group.size());
  }
  return fmt::format("{} and {} like it", first.name, group.size() - 1);
}

Groups make(const std::vector<Member>& members, const Numbers& numbers, std::string_view of) {
  Groups groups;
  groups.of = of;
  groups.of_member.resize(members.size());
  std::map<std::size_t, std::size_t> known;
  for (std::size_t i = 0; i < members.size(); ++i) {
    const auto [place, is_new] = known.try_emplace(numbers[i], groups.all.size());
    if (is_new) {
      groups.all.push_back({{}, members[i].column, {}});
    }
    groups.all[place->second].members.push_back(i);
  }
  const std::map<std::string_view, std::size_t> sizes = family_sizes(members);
  std::stable_sort(groups.all.begin(), groups.all.end(),
                   [](const auto& a, const auto& b) { return a.column < b.column; });
  for (std::size_t i = 0; i < groups.all.size(); ++i) {
    groups.all[i].name =
        of == "role" ? fmt::format("{} × {}", members[groups.all[i].members.front()].role, groups.all[i].members.size())
                     : name_of(members, groups.all[i].members, sizes);
    for (const std::size_t member : groups.all[i].members) {
      groups.of_member[member] = i;
    }
  }
  return groups;
}

}  // namespace

Groups group(const std::vector<Member>& members, const std::vector<Relation>& relations, const Limits& limits) {
  if (members.size() <= limits.one_by_one) {
    return make(members, one_by_one(members.size()), "domain");
  }
  if (const Numbers alike = by_likeness(members, relations); count_of(alike) <= limits.groups) {
    return make(members, alike, "domain, and those that are alike together");
  }
  if (const Numbers families = by_name(members, &Member::family); count_of(families) <= limits.groups) {
    return make(members, families, "family");
  }
  return make(members, by_name(members, &Member::role), "role");
}

}  // namespace bulkhead::page
