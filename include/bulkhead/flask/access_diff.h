// What two policies that number their types and classes differently grant: compared by name. In: two tables. Out: the
// cells in which they differ, sorted by the names of source, target and class. For two tables of one numbering,
// compare_tables (access.h) is faster.
#pragma once

#include <cstddef>
#include <limits>
#include <string>
#include <vector>

#include "bulkhead/flask/access.h"

namespace bulkhead::flask {

struct NamedDifference {
  std::string source;
  std::string target;
  std::string target_class;
  std::vector<std::string> only_left;   // permissions, in the order of the left policy's class
  std::vector<std::string> only_right;  // likewise of the right one's

  bool operator==(const NamedDifference&) const = default;
};

// The first `limit` differences; empty when both grant the same by name. A type or class that only one side has grants
// nothing on the other.
[[nodiscard]] std::vector<NamedDifference> compare_by_name(const AccessTable& left, const AccessTable& right,
                                                           std::size_t limit = std::numeric_limits<std::size_t>::max());

}  // namespace bulkhead::flask
