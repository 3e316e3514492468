// The parts of read_binary_policy, in the order of the file. Each reads its table at the cursor into the policy, checks
// it against the tables read before, and does nothing once the cursor has failed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bulkhead/flask/binary_policy.h"
#include "policy_cursor.h"

namespace bulkhead::flask {

inline constexpr std::uint32_t kVersionWithoutDeviceTree = 24;
inline constexpr std::uint32_t kVersionWithDeviceTree = 30;
inline constexpr RoleValue kObjectRole = 1;  // `object_r`: goes with every user and every type

// A permission bitmap or a set of values before the table that it refers to is read.
struct Pending {
  Bitmap values;
  std::uint32_t offset = 0;
};

// A table's header: its largest value, and its entries (more than values when there are aliases).
struct TableSize {
  std::uint32_t values = 0;
  std::uint32_t entries = 0;
  std::uint32_t offset = 0;
};
[[nodiscard]] TableSize read_table_size(PolicyCursor& in, std::size_t entry_bytes, const char* table);

// Checks that `value` is one of the table's and not taken; with `taken` one flag a value.
void claim_value(PolicyCursor& in, std::uint32_t at, std::uint32_t value, std::vector<bool>& taken, const char* table);
void check_all_taken(PolicyCursor& in, const TableSize& size, const std::vector<bool>& taken, const char* table);

struct Common {
  std::string name;
  std::vector<std::string> permissions;
};
void read_commons(PolicyCursor& in, std::vector<Common>& commons);
void read_classes(PolicyCursor& in, const std::vector<Common>& commons, BinaryPolicy& policy);
void read_roles(PolicyCursor& in, BinaryPolicy& policy);
void read_types(PolicyCursor& in, const Pending& permissive, BinaryPolicy& policy);
void read_users(PolicyCursor& in, BinaryPolicy& policy);
void read_booleans(PolicyCursor& in, BinaryPolicy& policy);
void read_levels(PolicyCursor& in, BinaryPolicy& policy);
void read_categories(PolicyCursor& in, BinaryPolicy& policy);

void read_rules(PolicyCursor& in, BinaryPolicy& policy);
void read_conditionals(PolicyCursor& in, BinaryPolicy& policy);
void read_role_rules(PolicyCursor& in, BinaryPolicy& policy);  // transitions, allows, and no filename transitions
void read_initial_sids(PolicyCursor& in, BinaryPolicy& policy);
void read_device_contexts(PolicyCursor& in, BinaryPolicy& policy);
void read_range_transitions(PolicyCursor& in, BinaryPolicy& policy);
void read_members(PolicyCursor& in, BinaryPolicy& policy);

// What could not be checked where it stood, because it refers to later tables: bounds, the types of roles and
// constraints, the levels of users.
void check_symbols(PolicyCursor& in, const BinaryPolicy& policy);

[[nodiscard]] MlsLevel read_level(PolicyCursor& in);
[[nodiscard]] MlsRange read_range(PolicyCursor& in);
// True when a policy without levels is read, or when the level names a sensitivity and categories that exist.
[[nodiscard]] bool level_exists(const BinaryPolicy& policy, const MlsLevel& level);
[[nodiscard]] bool range_exists(const BinaryPolicy& policy, const MlsRange& range);
[[nodiscard]] bool is_real_type(const BinaryPolicy& policy, std::uint32_t value);
[[nodiscard]] bool is_type_or_attribute(const BinaryPolicy& policy, std::uint32_t value);

}  // namespace bulkhead::flask
