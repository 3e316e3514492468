// Where a policy grants something: the line of policy.conf and the rule of the binary. In: either form, as compile
// wrote it. Out: its rules in the order of the file, each with its place, groups (attributes) as their members. What is
// no rule about access or labels is left out.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/flask/binary_policy.h"

namespace bulkhead::analysis {

struct PlacedRule {
  std::size_t number = 0;            // of policy.conf the line; of the binary the rule, from 1
  std::uint64_t offset = 0;          // of the binary
  std::string keyword;               // "allow", "auditallow", "dontaudit", "type_transition"
  std::vector<std::string> sources;  // types, sorted
  std::vector<std::string> targets;
  std::string access_class;
  std::vector<std::string> permissions;  // of a type_transition: the new label

  // Has part of the cell, whose permissions are `wanted`.
  [[nodiscard]] bool gives(const std::string& source, const std::string& target, const std::string& wanted_class,
                           const std::vector<std::string>& wanted) const;
};

[[nodiscard]] std::vector<PlacedRule> rules_of_conf(std::string_view text);
[[nodiscard]] std::vector<PlacedRule> rules_of_binary(const flask::BinaryPolicy& policy);

}  // namespace bulkhead::analysis
