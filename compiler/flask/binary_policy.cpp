#include "bulkhead/flask/binary_policy.h"

#include <algorithm>

#include <fmt/format.h>

#include "binary_policy_parts.h"
#include "bulkhead/flask/checkpolicy.h"

namespace bulkhead::flask {
namespace {

constexpr std::uint32_t kMagic = 0xf97cff8c;
constexpr std::string_view kTarget = "XenFlask";
constexpr std::uint32_t kConfigMls = 1;
constexpr std::uint32_t kConfigReject = 2;
constexpr std::uint32_t kConfigAllow = 4;
constexpr std::uint32_t kSymbolTables = 8;
constexpr std::uint32_t kMaxNumber = 0x1'0000;
constexpr int kMaxBoundsDepth = 4;  // the hypervisor refuses chains as long as this

void read_target(PolicyCursor& in) {
  const std::uint32_t magic = in.u32("a policy's magic number");
  if (in.ok() && magic != kMagic)
    in.fail_at(0, fmt::format("expected the magic number 0x{:08x} of a policy, found 0x{:08x}", kMagic, magic));
  const std::uint32_t at = in.offset();
  const std::uint32_t length = in.u32("the length of the target's name");
  if (in.ok() && length != kTarget.size()) {
    in.fail_at(at, fmt::format("expected the length {} of the target's name, found {}", kTarget.size(), length));
  }
  const std::uint32_t name_at = in.offset();
  const std::string_view target = in.path(in.ok() ? length : 0, "the target's name");
  if (in.ok() && target != kTarget)
    in.fail_at(name_at, fmt::format("expected a policy for target `{}`, found `{}`", kTarget, target));
}

void read_config(PolicyCursor& in, BinaryPolicy& policy) {
  const std::uint32_t at = in.offset();
  const std::uint32_t config = in.u32("a policy's configuration");
  policy.mls = (config & kConfigMls) != 0;
  if ((config & kConfigReject) != 0) policy.handle_unknown = HandleUnknown::kReject;
  if ((config & kConfigAllow) != 0) policy.handle_unknown = HandleUnknown::kAllow;
  const bool both = (config & kConfigReject) != 0 && (config & kConfigAllow) != 0;
  if (both || (config & ~(kConfigMls | kConfigReject | kConfigAllow)) != 0) {
    in.fail_at(
        at,
        fmt::format("expected a policy's configuration (levels 1, reject unknown 2 or allow unknown 4), found 0x{:x}",
                    config));
  }
}

void expect(PolicyCursor& in, std::uint32_t expected, const char* what) {
  const std::uint32_t at = in.offset();
  const std::uint32_t found = in.u32(what);
  if (in.ok() && found != expected)
    in.fail_at(at, fmt::format("expected {} to be {}, found {}", what, expected, found));
}

Pending read_header(PolicyCursor& in, BinaryPolicy& policy) {
  read_target(in);
  const std::uint32_t version_at = in.offset();
  policy.version = in.u32("a policy's version");
  if (in.ok() && policy.version != kVersionWithDeviceTree && policy.version != kVersionWithoutDeviceTree) {
    in.fail_at(version_at, fmt::format("expected version {} or {} of the format, found {}", kVersionWithDeviceTree,
                                       kVersionWithoutDeviceTree, policy.version));
  }
  read_config(in, policy);
  expect(in, kSymbolTables, "the number of symbol tables");
  expect(in, policy.version == kVersionWithDeviceTree ? 6 : 5, "the number of context tables");
  policy.policy_capabilities = in.bitmap(kMaxNumber, "the policy capabilities");
  Pending permissive;
  permissive.offset = in.offset();
  permissive.values = in.bitmap(kMaxNumber, "the permissive types");
  return permissive;
}

void read_all(PolicyCursor& in, BinaryPolicy& policy) {
  const Pending permissive = read_header(in, policy);
  std::vector<Common> commons;
  read_commons(in, commons);
  read_classes(in, commons, policy);
  read_roles(in, policy);
  read_types(in, permissive, policy);
  read_users(in, policy);
  read_booleans(in, policy);
  read_levels(in, policy);
  read_categories(in, policy);
  if (in.ok()) check_symbols(in, policy);
  read_rules(in, policy);
  read_conditionals(in, policy);
  read_role_rules(in, policy);
  read_initial_sids(in, policy);
  read_device_contexts(in, policy);
  read_range_transitions(in, policy);
  read_members(in, policy);
  if (in.ok() && in.left() != 0) in.fail(fmt::format("expected the end of the file, found {} more bytes", in.left()));
}

// Follows the bounds of `value` upwards. `bounds_of` gives a value's bounds.
template <typename BoundsOf>
void check_bounds(PolicyCursor& in, std::uint32_t at, std::string_view name, std::uint32_t value, std::size_t values,
                  BoundsOf&& bounds_of) {
  int depth = 0;
  for (std::uint32_t next = bounds_of(value); next != 0; next = bounds_of(next)) {
    if (next > values || ++depth >= kMaxBoundsDepth) {
      in.fail_at(at, fmt::format("the bounds of `{}` are no value, form a circle or are deeper than {}", name,
                                 kMaxBoundsDepth - 1));
      return;
    }
  }
}

void check_type_bounds(PolicyCursor& in, const BinaryPolicy& policy) {
  for (const BinaryType& type : policy.types) {
    check_bounds(in, type.offset, type.name, type.value, policy.types.size(),
                 [&](std::uint32_t value) { return value == 0 ? 0U : policy.types[value - 1].bounds; });
    if (in.ok() && type.bounds != 0 && !is_real_type(policy, type.bounds)) {
      in.fail_at(type.offset, fmt::format("`{}` is bounded by value {}, which is no type", type.name, type.bounds));
    }
  }
}

void check_roles(PolicyCursor& in, const BinaryPolicy& policy) {
  for (const BinaryRole& role : policy.roles) {
    check_bounds(in, role.offset, role.name, role.value, policy.roles.size(),
                 [&](std::uint32_t value) { return policy.roles[value - 1].bounds; });
    if (in.ok() && !role.types.empty() && role.types.last() >= policy.types.size()) {
      in.fail_at(role.offset, fmt::format("role `{}` has the type with value {}, the largest that exists is {}",
                                          role.name, role.types.last() + 1, policy.types.size()));
    }
  }
}

void check_users(PolicyCursor& in, const BinaryPolicy& policy) {
  for (const BinaryUser& user : policy.users) {
    check_bounds(in, user.offset, user.name, user.value, policy.users.size(),
                 [&](std::uint32_t value) { return policy.users[value - 1].bounds; });
    if (in.ok() && (!range_exists(policy, user.range) || !level_exists(policy, user.default_level))) {
      in.fail_at(user.offset, fmt::format("user `{}` has a level that does not exist", user.name));
    }
  }
}

void check_constraint(PolicyCursor& in, const BinaryPolicy& policy, const Constraint& constraint) {
  for (const ConstraintTerm& term : constraint.expression) {
    const std::size_t limit = (term.attribute & 1U) != 0   ? policy.users.size()
                              : (term.attribute & 2U) != 0 ? policy.roles.size()
                                                           : policy.types.size();
    if (!term.names.empty() && term.names.last() >= limit) {
      in.fail_at(constraint.offset, fmt::format("a constraint names the value {}, the largest that exists is {}",
                                                term.names.last() + 1, limit));
    }
  }
}

void check_levels(PolicyCursor& in, const BinaryPolicy& policy, std::uint32_t at) {
  for (const BinaryLevel& level : policy.levels) {
    if (!level.level.categories.empty() && level.level.categories.last() >= policy.categories.size()) {
      in.fail_at(at, fmt::format("level `{}` has the category with value {}, the largest that exists is {}", level.name,
                                 level.level.categories.last() + 1, policy.categories.size()));
    }
  }
}

template <typename Entry>
std::optional<std::uint32_t> value_of(const std::vector<Entry>& entries, std::string_view name) {
  const auto found =
      std::find_if(entries.begin(), entries.end(), [name](const Entry& entry) { return entry.name == name; });
  if (found == entries.end()) return std::nullopt;
  return found->value;
}

}  // namespace

void check_symbols(PolicyCursor& in, const BinaryPolicy& policy) {
  for (const BinaryClass& entry : policy.classes) {
    for (const Constraint& constraint : entry.constraints) check_constraint(in, policy, constraint);
    for (const Constraint& constraint : entry.validatetrans) check_constraint(in, policy, constraint);
  }
  check_type_bounds(in, policy);
  check_roles(in, policy);
  check_levels(in, policy, in.offset());
  check_users(in, policy);
}

AccessVector BinaryClass::all() const {
  return permissions.size() >= 32 ? ~AccessVector{0} : (AccessVector{1} << permissions.size()) - 1;
}

std::optional<unsigned> BinaryClass::bit(std::string_view permission) const {
  const auto found = std::find(permissions.begin(), permissions.end(), permission);
  if (found == permissions.end()) return std::nullopt;
  return static_cast<unsigned>(found - permissions.begin());
}

AccessVector BinaryClass::constrained() const {
  AccessVector sum = 0;
  for (const Constraint& constraint : constraints) sum |= constraint.permissions;
  return sum & all();
}

std::optional<TypeValue> BinaryPolicy::find_type(std::string_view name) const {
  const auto found =
      std::lower_bound(types_by_name.begin(), types_by_name.end(), name,
                       [this](TypeValue value, std::string_view wanted) { return type(value).name < wanted; });
  if (found != types_by_name.end() && type(*found).name == name) return *found;
  for (const BinaryType& entry : types) {
    if (std::find(entry.aliases.begin(), entry.aliases.end(), name) != entry.aliases.end()) return entry.value;
  }
  return std::nullopt;
}

std::optional<ClassValue> BinaryPolicy::find_class(std::string_view name) const {
  const std::optional<std::uint32_t> value = value_of(classes, name);
  return value.has_value() ? std::optional(static_cast<ClassValue>(*value)) : std::nullopt;
}

std::optional<RoleValue> BinaryPolicy::find_role(std::string_view name) const {
  return value_of(roles, name);
}

std::optional<UserValue> BinaryPolicy::find_user(std::string_view name) const {
  return value_of(users, name);
}

const InitialSid* BinaryPolicy::find_initial_sid(std::uint32_t number) const {
  const auto found = std::find_if(initial_sids.begin(), initial_sids.end(),
                                  [number](const InitialSid& sid) { return sid.number == number; });
  return found == initial_sids.end() ? nullptr : &*found;
}

bool BinaryPolicy::has_constraints() const {
  return std::any_of(classes.begin(), classes.end(),
                     [](const BinaryClass& entry) { return !entry.constraints.empty(); });
}

bool BinaryPolicy::has_type_bounds() const {
  return std::any_of(types.begin(), types.end(), [](const BinaryType& entry) { return entry.bounds != 0; });
}

Result<BinaryPolicy> read_binary_policy(std::string_view bytes) {
  if (bytes.size() > kMaxPolicyBytes) {
    return Error(fmt::format("offset {}: expected the end of the file: a policy has at most {} bytes, this one has {}",
                             kMaxPolicyBytes, kMaxPolicyBytes, bytes.size()));
  }
  PolicyCursor in(bytes);
  BinaryPolicy policy;
  read_all(in, policy);
  if (!in.ok()) return in.error();
  return policy;
}

}  // namespace bulkhead::flask
