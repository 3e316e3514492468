// A compiled policy for target Xen ("XenFlask", versions 24 and 30), as plain data. In: the bytes of the file. Out:
// every table of it, each rule with the place in the file where it stands. Guaranteed: numbers that refer to a symbol
// refer to one that exists, no rule stands twice, no byte is left over; what the hypervisor would refuse to load is
// refused here too, by an Error that names the offset and what was expected there. Never crashes, and never allocates
// more than a small multiple of the file's size. Names of initial SIDs are not in the file (they belong to the Xen
// release, see abi/abi.h), so only their numbers are here.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/base/result.h"
#include "bulkhead/flask/bitmap.h"

namespace bulkhead::flask {

inline constexpr std::uint32_t kMaxClasses = 512;  // our limit; Xen has 13 classes, Linux about 130

// Numbers as the file has them, from 1. Types and attributes share one numbering.
using TypeValue = std::uint16_t;
using ClassValue = std::uint16_t;
using RoleValue = std::uint32_t;
using UserValue = std::uint32_t;
using AccessVector = std::uint32_t;

// What the hypervisor does about operations that the policy has no permission for.
enum class HandleUnknown { kDeny, kReject, kAllow };

enum class ConstraintTermKind { kNot, kAnd, kOr, kCompare, kNames };

// One step of a constraint in postfix order. `attribute` and `operation` keep the file's codes: the bits of CEXPR_USER
// (1), ROLE (2), TYPE (4), TARGET (8), XTARGET (16), and the level pairs from 32 on; 1 ==, 2 !=, 3 dom, 4 domby, 5
// incomp.
struct ConstraintTerm {
  ConstraintTermKind kind = ConstraintTermKind::kNot;
  std::uint32_t attribute = 0;
  std::uint32_t operation = 0;
  Bitmap names;  // kNames: values - 1 of users, roles or types, attributes expanded
};

struct Constraint {
  AccessVector permissions = 0;  // of a validatetrans: without meaning
  std::vector<ConstraintTerm> expression;
  std::uint32_t offset = 0;
};

struct BinaryClass {
  std::string name;
  ClassValue value = 0;
  std::string common;  // the common whose permissions come first; the hypervisor refuses a class that has one
  std::vector<std::string> permissions;  // index = bit, the common's included
  std::vector<Constraint> constraints;
  std::vector<Constraint> validatetrans;
  std::array<std::uint32_t, 4> defaults{};  // default_user, default_role, default_range, default_type; Xen ignores them
  std::uint32_t offset = 0;

  [[nodiscard]] AccessVector all() const;
  [[nodiscard]] std::optional<unsigned> bit(std::string_view permission) const;
  [[nodiscard]] AccessVector constrained() const;  // permissions that some constraint may take away
};

enum class TypeKind { kType, kAttribute, kUnused };

struct BinaryType {
  std::string name;
  TypeValue value = 0;
  TypeKind kind = TypeKind::kUnused;  // kUnused: a number that the compiler dropped; nothing refers to it
  TypeValue bounds = 0;               // the type that this one is bounded by, 0 for none
  bool permissive = false;
  std::vector<std::string> aliases;
  std::uint32_t offset = 0;
};

struct MlsLevel {
  std::uint32_t sensitivity = 0;
  Bitmap categories;  // values - 1
  bool operator==(const MlsLevel&) const = default;
};

struct MlsRange {
  MlsLevel low;
  MlsLevel high;
  bool operator==(const MlsRange&) const = default;
};

struct BinaryRole {
  std::string name;
  RoleValue value = 0;
  RoleValue bounds = 0;
  Bitmap dominates;  // values - 1
  Bitmap types;      // values - 1, attributes expanded
  std::uint32_t offset = 0;
};

struct BinaryUser {
  std::string name;
  UserValue value = 0;
  UserValue bounds = 0;
  Bitmap roles;  // values - 1
  MlsRange range;
  MlsLevel default_level;
  std::uint32_t offset = 0;
};

struct BinaryBoolean {
  std::string name;
  std::uint32_t value = 0;
  bool default_state = false;
};

struct BinaryLevel {
  std::string name;
  MlsLevel level;
  std::vector<std::string> aliases;
};

struct BinaryCategory {
  std::string name;
  std::uint32_t value = 0;
  std::vector<std::string> aliases;
};

enum class RuleKind : std::uint8_t { kAllow, kAuditAllow, kDontAudit, kTypeTransition, kTypeMember, kTypeChange };

struct BinaryRule {
  TypeValue source = 0;  // a type or an attribute
  TypeValue target = 0;
  ClassValue target_class = 0;
  RuleKind kind = RuleKind::kAllow;
  std::uint32_t data = 0;    // permissions (kDontAudit: those not audited), or the resulting type
  std::uint32_t offset = 0;  // where the rule stands in the file

  bool operator==(const BinaryRule&) const = default;
};

enum class ConditionOperator { kBoolean, kNot, kOr, kAnd, kXor, kEqual, kNotEqual };

struct ConditionTerm {
  ConditionOperator operation = ConditionOperator::kBoolean;
  std::uint32_t boolean = 0;  // kBoolean: its value
};

struct Conditional {
  std::vector<ConditionTerm> expression;  // postfix
  std::vector<BinaryRule> when_true;      // sorted like BinaryPolicy::rules
  std::vector<BinaryRule> when_false;
  std::uint32_t offset = 0;
};

struct RoleTransition {
  RoleValue role = 0;
  TypeValue type = 0;
  ClassValue target_class = 0;  // 0 in version 24; Xen does not look at it and takes the rule for class `domain`
  RoleValue new_role = 0;
  std::uint32_t offset = 0;
};

struct RoleAllow {
  RoleValue role = 0;
  RoleValue new_role = 0;
  std::uint32_t offset = 0;
};

struct RangeTransition {
  TypeValue source = 0;
  TypeValue target = 0;
  ClassValue target_class = 0;
  MlsRange range;
  std::uint32_t offset = 0;
};

struct SecurityContext {
  UserValue user = 0;
  RoleValue role = 0;
  TypeValue type = 0;
  MlsRange range;
  bool operator==(const SecurityContext&) const = default;
};

struct InitialSid {
  std::uint32_t number = 0;
  SecurityContext context;
  std::uint32_t offset = 0;
};

enum class DeviceContextKind { kPirq, kIoPort, kIoMemory, kPciDevice, kDeviceTree };

struct DeviceContext {
  DeviceContextKind kind = DeviceContextKind::kPirq;
  std::uint64_t low = 0;   // interrupt, first port, first page frame, or segment:bus:device.function as one number
  std::uint64_t high = 0;  // last port or frame; else equal to `low`
  std::string path;        // kDeviceTree
  SecurityContext context;
  std::uint32_t offset = 0;
};

struct BinaryPolicy {
  std::uint32_t version = 0;
  bool mls = false;
  HandleUnknown handle_unknown = HandleUnknown::kDeny;
  Bitmap policy_capabilities;

  // Symbols: index = value - 1.
  std::vector<BinaryClass> classes;
  std::vector<BinaryRole> roles;
  std::vector<BinaryType> types;
  std::vector<BinaryUser> users;
  std::vector<BinaryBoolean> booleans;
  std::vector<BinaryLevel> levels;
  std::vector<BinaryCategory> categories;

  // By type's value - 1: of a type, its attributes; of an attribute, its types (as values - 1). Real types only, both
  // ways.
  std::vector<Bitmap> members;

  std::vector<BinaryRule> rules;  // the unconditional ones, sorted by source, target, class, kind
  std::vector<Conditional> conditionals;
  std::vector<RoleTransition> role_transitions;
  std::vector<RoleAllow> role_allows;
  std::vector<RangeTransition> range_transitions;
  std::vector<InitialSid> initial_sids;        // sorted by number
  std::vector<DeviceContext> device_contexts;  // in the file's order: the hypervisor takes the first that matches

  std::vector<TypeValue> types_by_name;  // types and attributes, for find_type

  // The caller answers for `value` being one of this policy's.
  [[nodiscard]] const BinaryType& type(TypeValue value) const { return types[value - 1U]; }
  [[nodiscard]] const BinaryClass& class_at(ClassValue value) const { return classes[value - 1U]; }
  [[nodiscard]] std::optional<TypeValue> find_type(std::string_view name) const;  // a type, an attribute or an alias
  [[nodiscard]] std::optional<ClassValue> find_class(std::string_view name) const;
  [[nodiscard]] std::optional<RoleValue> find_role(std::string_view name) const;
  [[nodiscard]] std::optional<UserValue> find_user(std::string_view name) const;
  [[nodiscard]] const InitialSid* find_initial_sid(std::uint32_t number) const;
  // Constraints and type bounds only take access away; where one of these is true, the rules are an upper limit. So is
  // `domain transition` between contexts of different roles that no role allow joins.
  [[nodiscard]] bool has_constraints() const;
  [[nodiscard]] bool has_type_bounds() const;
};

// At most kMaxPolicyBytes (checkpolicy.h): what the hypervisor takes.
[[nodiscard]] Result<BinaryPolicy> read_binary_policy(std::string_view bytes);

// For reports: "system_u:system_r:dom0_t", with ":s0:c0.c3-s1" behind it when the policy has levels.
[[nodiscard]] std::string context_text(const BinaryPolicy& policy, const SecurityContext& context);
// "allow a_t b_t:domain { create destroy };": as it would stand in policy.conf.
[[nodiscard]] std::string rule_text(const BinaryPolicy& policy, const BinaryRule& rule);
// "constrain domain { create } ((u1 == u2) or (t1 == { a_t b_t }));"
[[nodiscard]] std::string constraint_text(const BinaryPolicy& policy, const BinaryClass& of,
                                          const Constraint& constraint);
// "(a and not b)": the expression of a conditional.
[[nodiscard]] std::string condition_text(const BinaryPolicy& policy, const Conditional& conditional);

}  // namespace bulkhead::flask
