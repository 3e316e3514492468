#include "named_privileges.h"

#include <vector>

namespace bulkhead::test {
namespace {

NamedCells named_cells(const privilege::PrivilegeSet& set, const std::vector<privilege::Grant>& grants) {
  NamedCells cells;
  for (const privilege::Grant& grant : grants) {
    const abi::AccessClass& access_class = set.abi->at(grant.access_class);
    auto& permissions = cells[{set.at(grant.source).name, set.at(grant.target).name, access_class.name}];
    for (std::size_t bit = 0; bit < access_class.permissions.size(); ++bit) {
      if ((grant.permissions >> bit & 1U) != 0) permissions.insert(access_class.permissions[bit]);
    }
  }
  return cells;
}

using Lines = std::set<std::string>;

Lines lines_of(const NamedPrivileges& privileges) {
  Lines lines;
  const auto add = [&](const std::string& keyword, const CellName& cell, const std::string& last) {
    const auto& [source, target, access_class] = cell;
    lines.insert(keyword + " " + source + " " + target + ":" + access_class + " " + last);
  };
  for (const auto& [cell, permissions] : privileges.allow) {
    for (const std::string& permission : permissions) add("allow", cell, permission);
  }
  for (const auto& [cell, permissions] : privileges.dontaudit) {
    for (const std::string& permission : permissions) add("dontaudit", cell, permission);
  }
  for (const auto& [cell, label] : privileges.transitions) add("type_transition", cell, label);
  return lines;
}

}  // namespace

NamedPrivileges named(const privilege::PrivilegeSet& set) {
  NamedPrivileges result{named_cells(set, set.allow), named_cells(set, set.dontaudit), {}};
  for (const privilege::Transition& transition : set.transitions) {
    result.transitions[{set.at(transition.source).name, set.at(transition.target).name,
                        set.abi->at(transition.access_class).name}] = set.at(transition.result).name;
  }
  return result;
}

std::string differences(const NamedPrivileges& expected, const NamedPrivileges& found) {
  const Lines left = lines_of(expected);
  const Lines right = lines_of(found);
  std::string text;
  for (const std::string& line : left) {
    if (right.count(line) == 0) text += "- " + line + "\n";
  }
  for (const std::string& line : right) {
    if (left.count(line) == 0) text += "+ " + line + "\n";
  }
  return text;
}

}  // namespace bulkhead::test
