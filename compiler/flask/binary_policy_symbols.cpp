#include <algorithm>

#include <fmt/format.h>

#include "binary_policy_parts.h"

namespace bulkhead::flask {
namespace {

constexpr std::uint32_t kMaxNumber = 0x1'0000;  // rules have 16 bits for a type; more of anything else makes no sense
constexpr std::uint32_t kPrimaryName = 1;       // properties of a type's entry
constexpr std::uint32_t kAttribute = 2;

// An entry that most tables begin with. Version 24 and 30 both have the bounds.
struct BoundedName {
  std::uint32_t offset = 0;
  std::uint32_t value = 0;
  std::uint32_t bounds = 0;
  std::string_view name;
};

BoundedName read_bounded_name(PolicyCursor& in, const char* what) {
  BoundedName entry;
  entry.offset = in.offset();
  const std::uint32_t length = in.u32("the length of a name");
  entry.value = in.u32("a value");
  entry.bounds = in.u32("the value of what it is bounded by");
  entry.name = in.name(length, what);
  return entry;
}

struct TypeEntry {
  std::uint32_t offset = 0;
  std::uint32_t value = 0;
  std::uint32_t properties = 0;
  std::uint32_t bounds = 0;
  std::string_view name;
};

TypeEntry read_type_entry(PolicyCursor& in) {
  TypeEntry entry;
  entry.offset = in.offset();
  const std::uint32_t length = in.u32("the length of a type's name");
  entry.value = in.u32("a type's value");
  entry.properties = in.u32("a type's properties");
  entry.bounds = in.u32("the value of a type's bounds");
  entry.name = in.name(length, "a type's name");
  if (in.ok() && (entry.properties & ~(kPrimaryName | kAttribute)) != 0) {
    in.fail_at(entry.offset + 8, fmt::format("expected a type's properties (at most {}), found 0x{:x}",
                                             kPrimaryName | kAttribute, entry.properties));
  }
  return entry;
}

bool is_alias(const TypeEntry& entry) {
  return (entry.properties & (kPrimaryName | kAttribute)) == 0;
}

// A value's own entry fills its place; an alias is put aside, because its type may come later.
void place_type(PolicyCursor& in, const TypeEntry& entry, std::vector<TypeEntry>& aliases, BinaryPolicy& policy) {
  if (!in.ok()) return;
  if (entry.value < 1 || entry.value > policy.types.size()) {
    in.fail_at(entry.offset + 4,
               fmt::format("expected a value of the types (1 to {}), found {}", policy.types.size(), entry.value));
    return;
  }
  const bool attribute = (entry.properties & kAttribute) != 0;
  if (is_alias(entry)) {
    aliases.push_back(entry);
    return;
  }
  BinaryType& type = policy.types[entry.value - 1];
  if (type.kind != TypeKind::kUnused) {
    in.fail_at(entry.offset + 4, fmt::format("value {} is already `{}`", entry.value, type.name));
    return;
  }
  type.name = entry.name;
  type.value = static_cast<TypeValue>(entry.value);
  type.kind = attribute ? TypeKind::kAttribute : TypeKind::kType;
  type.bounds = static_cast<TypeValue>(std::min(entry.bounds, kMaxNumber - 1));
  type.offset = entry.offset;
  if (entry.bounds > policy.types.size()) {
    in.fail_at(entry.offset + 12,
               fmt::format("expected the bounds of a type (0 to {}), found {}", policy.types.size(), entry.bounds));
  }
}

void place_aliases(PolicyCursor& in, const std::vector<TypeEntry>& aliases, BinaryPolicy& policy) {
  for (const TypeEntry& alias : aliases) {
    BinaryType& type = policy.types[alias.value - 1];
    if (type.kind == TypeKind::kUnused) {
      in.fail_at(alias.offset + 4, fmt::format("alias `{}` has value {}, which no type has", alias.name, alias.value));
      return;
    }
    type.aliases.emplace_back(alias.name);
  }
}

void mark_permissive(PolicyCursor& in, const Pending& permissive, BinaryPolicy& policy) {
  permissive.values.for_each([&](std::uint32_t value) {  // this bitmap alone counts from 1
    if (!is_real_type(policy, value)) {
      in.fail_at(permissive.offset, fmt::format("the permissive types have the value {}, which is no type", value));
    } else {
      policy.types[value - 1].permissive = true;
    }
  });
}

struct AliasedName {
  std::string_view name;
  std::uint32_t value = 0;
  std::uint32_t offset = 0;
};

// checkpolicy counts the aliases of levels among the values: after the last entry's value there may be some without
// one.
template <typename Entry>
void drop_values_of_aliases(PolicyCursor& in, const TableSize& size, const char* table, std::vector<bool>& taken,
                            std::vector<Entry>& entries) {
  while (!taken.empty() && !taken.back()) taken.pop_back();
  check_all_taken(in, size, taken, table);
  entries.resize(taken.size());
}

template <typename Entry>
void place_aliases(PolicyCursor& in, const std::vector<AliasedName>& aliases, std::vector<Entry>& entries) {
  for (const AliasedName& alias : aliases) {
    if (alias.value > entries.size()) {
      in.fail_at(alias.offset, fmt::format("alias `{}` has value {}, which has no entry", alias.name, alias.value));
      return;
    }
    entries[alias.value - 1].aliases.emplace_back(alias.name);
  }
}

std::uint32_t read_flag(PolicyCursor& in, const char* what) {
  const std::uint32_t at = in.offset();
  const std::uint32_t flag = in.u32(what);
  if (flag > 1) in.fail_at(at, fmt::format("expected {} (0 or 1), found {}", what, flag));
  return flag;
}

}  // namespace

TableSize read_table_size(PolicyCursor& in, std::size_t entry_bytes, const char* table) {
  TableSize size;
  size.offset = in.offset();
  size.values = in.u32("the number of values of a table");
  size.entries = in.count(entry_bytes, "the number of entries of a table");
  if (in.ok() && size.values >= kMaxNumber) {
    in.fail_at(size.offset, fmt::format("expected fewer than {} {}, found {}", kMaxNumber, table, size.values));
  }
  if (!in.ok()) return TableSize{.offset = size.offset};
  return size;
}

void claim_value(PolicyCursor& in, std::uint32_t at, std::uint32_t value, std::vector<bool>& taken, const char* table) {
  if (!in.ok()) return;
  if (value < 1 || value > taken.size()) {
    in.fail_at(at, fmt::format("expected a value of the {} (1 to {}), found {}", table, taken.size(), value));
  } else if (taken[value - 1]) {
    in.fail_at(at, fmt::format("value {} of the {} is already taken", value, table));
  } else {
    taken[value - 1] = true;
  }
}

void check_all_taken(PolicyCursor& in, const TableSize& size, const std::vector<bool>& taken, const char* table) {
  const auto gap = std::find(taken.begin(), taken.end(), false);
  if (gap != taken.end()) {
    in.fail_at(size.offset, fmt::format("value {} of the {} has no entry", gap - taken.begin() + 1, table));
  }
}

void read_roles(PolicyCursor& in, BinaryPolicy& policy) {
  const TableSize size = read_table_size(in, 37, "roles");
  std::vector<bool> taken(size.values, false);
  NameList names;
  policy.roles.resize(size.values);
  for (std::uint32_t i = 0; i < size.entries && in.ok(); ++i) {
    const BoundedName entry = read_bounded_name(in, "a role's name");
    BinaryRole role{.name = std::string(entry.name),
                    .value = entry.value,
                    .bounds = entry.bounds,
                    .dominates = {},
                    .types = {},
                    .offset = entry.offset};
    role.dominates = in.bitmap(size.values, "the roles that a role dominates");
    role.types = in.bitmap(kMaxNumber, "the types of a role");
    claim_value(in, entry.offset, entry.value, taken, "roles");
    names.add(entry.name, entry.offset);
    if (in.ok()) policy.roles[entry.value - 1] = std::move(role);
  }
  check_all_taken(in, size, taken, "roles");
  names.check_unique(in, "roles");
}

void read_types(PolicyCursor& in, const Pending& permissive, BinaryPolicy& policy) {
  const TableSize size = read_table_size(in, 17, "types");
  std::vector<TypeEntry> aliases;
  NameList names;
  policy.types.resize(size.values);
  for (std::uint32_t i = 0; i < size.entries && in.ok(); ++i) {
    const TypeEntry entry = read_type_entry(in);
    names.add(entry.name, entry.offset, is_alias(entry) ? 0 : entry.value);
    place_type(in, entry, aliases, policy);
  }
  if (!in.ok()) return;
  place_aliases(in, aliases, policy);
  names.check_unique(in, "types");
  mark_permissive(in, permissive, policy);
  for (const NameList::Entry& entry : names.entries()) {
    if (entry.value != 0) policy.types_by_name.push_back(static_cast<TypeValue>(entry.value));
  }
}

void read_users(PolicyCursor& in, BinaryPolicy& policy) {
  const TableSize size = read_table_size(in, 57, "users");
  std::vector<bool> taken(size.values, false);
  NameList names;
  policy.users.resize(size.values);
  for (std::uint32_t i = 0; i < size.entries && in.ok(); ++i) {
    const BoundedName entry = read_bounded_name(in, "a user's name");
    BinaryUser user;
    user.name = entry.name;
    user.value = entry.value;
    user.bounds = entry.bounds;
    user.offset = entry.offset;
    user.roles = in.bitmap(static_cast<std::uint32_t>(policy.roles.size()), "the roles of a user");
    user.range = read_range(in);
    user.default_level = read_level(in);
    claim_value(in, entry.offset, entry.value, taken, "users");
    names.add(entry.name, entry.offset);
    if (in.ok()) policy.users[entry.value - 1] = std::move(user);
  }
  check_all_taken(in, size, taken, "users");
  names.check_unique(in, "users");
}

void read_booleans(PolicyCursor& in, BinaryPolicy& policy) {
  const TableSize size = read_table_size(in, 13, "booleans");
  std::vector<bool> taken(size.values, false);
  NameList names;
  policy.booleans.resize(size.values);
  for (std::uint32_t i = 0; i < size.entries && in.ok(); ++i) {
    const std::uint32_t at = in.offset();
    const std::uint32_t value = in.u32("a boolean's value");
    const bool state = read_flag(in, "a boolean's state") != 0;
    const std::uint32_t length = in.u32("the length of a boolean's name");
    const std::string_view name = in.name(length, "a boolean's name");
    claim_value(in, at, value, taken, "booleans");
    names.add(name, at);
    if (in.ok()) policy.booleans[value - 1] = {.name = std::string(name), .value = value, .default_state = state};
  }
  check_all_taken(in, size, taken, "booleans");
  names.check_unique(in, "booleans");
}

void read_levels(PolicyCursor& in, BinaryPolicy& policy) {
  const TableSize size = read_table_size(in, 25, "levels");
  std::vector<bool> taken(size.values, false);
  std::vector<AliasedName> aliases;
  NameList names;
  policy.levels.resize(size.values);
  for (std::uint32_t i = 0; i < size.entries && in.ok(); ++i) {
    const std::uint32_t at = in.offset();
    const std::uint32_t length = in.u32("the length of a level's name");
    const bool alias = read_flag(in, "the alias flag of a level") != 0;
    const std::string_view name = in.name(length, "a level's name");
    MlsLevel level = read_level(in);
    const std::uint32_t value = level.sensitivity;
    names.add(name, at);
    if (alias && in.ok() && value >= 1 && value <= size.values) {
      aliases.push_back({name, value, at});
      continue;
    }
    claim_value(in, at, value, taken, "levels");
    if (in.ok()) policy.levels[value - 1] = {.name = std::string(name), .level = std::move(level), .aliases = {}};
  }
  if (!in.ok()) return;
  drop_values_of_aliases(in, size, "levels", taken, policy.levels);
  names.check_unique(in, "levels");
  place_aliases(in, aliases, policy.levels);
}

void read_categories(PolicyCursor& in, BinaryPolicy& policy) {
  const TableSize size = read_table_size(in, 13, "categories");
  std::vector<bool> taken(size.values, false);
  std::vector<AliasedName> aliases;
  NameList names;
  policy.categories.resize(size.values);
  for (std::uint32_t i = 0; i < size.entries && in.ok(); ++i) {
    const std::uint32_t at = in.offset();
    const std::uint32_t length = in.u32("the length of a category's name");
    const std::uint32_t value = in.u32("a category's value");
    const bool alias = read_flag(in, "the alias flag of a category") != 0;
    const std::string_view name = in.name(length, "a category's name");
    names.add(name, at);
    if (alias && in.ok() && value >= 1 && value <= size.values) {
      aliases.push_back({name, value, at});
      continue;
    }
    claim_value(in, at, value, taken, "categories");
    if (in.ok()) policy.categories[value - 1] = {.name = std::string(name), .value = value, .aliases = {}};
  }
  if (!in.ok()) return;
  drop_values_of_aliases(in, size, "categories", taken, policy.categories);
  names.check_unique(in, "categories");
  place_aliases(in, aliases, policy.categories);
}

}  // namespace bulkhead::flask
