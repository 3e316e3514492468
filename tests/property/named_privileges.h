// Privileges by name, so that those of two hosts, or of two derivations, can be compared.
#pragma once

#include <map>
#include <set>
#include <string>
#include <tuple>

#include "bulkhead/privilege/privileges.h"

namespace bulkhead::test {

using CellName = std::tuple<std::string, std::string, std::string>;  // source, target, class
using NamedCells = std::map<CellName, std::set<std::string>>;        // permissions

struct NamedPrivileges {
  NamedCells allow;
  NamedCells dontaudit;
  std::map<CellName, std::string> transitions;  // the new label

  bool operator==(const NamedPrivileges&) const = default;
};

// What the compiler derived.
[[nodiscard]] NamedPrivileges named(const privilege::PrivilegeSet& set);

// One line for each permission or transition: "+ allow a_t b_t:grant copy" where only `found` has it, "- …" where only
// `expected` has.
[[nodiscard]] std::string differences(const NamedPrivileges& expected, const NamedPrivileges& found);

}  // namespace bulkhead::test
