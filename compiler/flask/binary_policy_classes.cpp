#include <fmt/format.h>

#include "binary_policy_parts.h"

namespace bulkhead::flask {
namespace {

constexpr std::uint32_t kMaxPermissions = 32;   // an access vector has 32 bits
constexpr int kMaxConstraintDepth = 5;          // operands on the hypervisor's stack
constexpr std::uint32_t kThirdContext = 16;     // only a validatetrans knows the process that relabels
constexpr std::uint32_t kAnyNumber = 0x1'0000;  // until the table that a bitmap refers to is read

struct PermissionTable {
  std::uint32_t values = 0;
  std::uint32_t entries = 0;
  std::uint32_t offset = 0;
};

PermissionTable read_permission_header(PolicyCursor& in) {
  PermissionTable table;
  table.offset = in.offset();
  table.values = in.u32("the number of permission values");
  table.entries = in.count(9, "the number of permissions");
  if (in.ok() && table.values > kMaxPermissions) {
    in.fail_at(table.offset, fmt::format("expected at most {} permissions, found {}", kMaxPermissions, table.values));
  }
  return table;
}

// Fills `permissions`, which may hold those of a common already.
void read_permissions(PolicyCursor& in, const PermissionTable& table, std::vector<std::string>& permissions) {
  if (!in.ok()) return;
  if (permissions.size() + table.entries != table.values) {
    in.fail_at(table.offset, fmt::format("{} permissions, of which {} are inherited, have {} values", table.entries,
                                         permissions.size(), table.values));
    return;
  }
  std::vector<bool> taken(table.values, false);
  for (std::size_t bit = 0; bit < permissions.size(); ++bit) taken[bit] = true;
  permissions.resize(table.values);
  for (std::uint32_t i = 0; i < table.entries && in.ok(); ++i) {
    const std::uint32_t at = in.offset();
    const std::uint32_t length = in.u32("the length of a permission's name");
    const std::uint32_t value = in.u32("a permission's value");
    const std::string_view name = in.name(length, "a permission's name");
    claim_value(in, at, value, taken, "permissions");
    if (!in.ok()) return;
    for (const std::string& other : permissions) {
      if (other == name)
        in.fail_at(at, fmt::format("`{}` is already the name of another permission of the class", name));
    }
    permissions[value - 1] = name;
  }
}

bool constraint_term_kind(std::uint32_t code, ConstraintTermKind& kind) {
  constexpr ConstraintTermKind kKinds[] = {ConstraintTermKind::kNot, ConstraintTermKind::kAnd, ConstraintTermKind::kOr,
                                           ConstraintTermKind::kCompare, ConstraintTermKind::kNames};
  if (code < 1 || code > 5) return false;
  kind = kKinds[code - 1];
  return true;
}

// How many operands a term takes from the stack; each leaves one.
int operands(ConstraintTermKind kind) {
  switch (kind) {
    case ConstraintTermKind::kNot:
      return 1;
    case ConstraintTermKind::kAnd:
    case ConstraintTermKind::kOr:
      return 2;
    case ConstraintTermKind::kCompare:
    case ConstraintTermKind::kNames:
      return 0;
  }
  return 0;
}

bool operand_codes_known(const ConstraintTerm& term) {
  if (term.operation < 1 || term.operation > 5) return false;
  if (term.kind == ConstraintTermKind::kCompare) {  // one kind of a context's part, or one pair of levels
    return term.attribute == 1 || term.attribute == 2 || term.attribute == 4 ||
           (term.attribute >= 32 && term.attribute <= 1024 && (term.attribute & (term.attribute - 1)) == 0);
  }
  const std::uint32_t part = term.attribute & 7U;
  const std::uint32_t where = term.attribute & ~7U;
  return (part == 1 || part == 2 || part == 4) && (where == 0 || where == 8 || where == kThirdContext) &&
         term.operation <= 2;
}

ConstraintTerm read_term(PolicyCursor& in, std::uint32_t version, bool third_context) {
  const std::uint32_t at = in.offset();
  ConstraintTerm term;
  const std::uint32_t code = in.u32("the kind of a constraint's term");
  term.attribute = in.u32("what a constraint's term compares");
  term.operation = in.u32("the operator of a constraint's term");
  if (!in.ok()) return term;
  if (!constraint_term_kind(code, term.kind)) {
    in.fail_at(at, fmt::format("expected the kind of a constraint's term (1 to 5), found {}", code));
    return term;
  }
  if (operands(term.kind) == 0 &&
      (!operand_codes_known(term) || (!third_context && (term.attribute & kThirdContext) != 0))) {
    in.fail_at(at, fmt::format("expected what a constraint's term compares and how, found {} and {}", term.attribute,
                               term.operation));
  }
  if (term.kind != ConstraintTermKind::kNames) return term;
  term.names = in.bitmap(kAnyNumber, "the names of a constraint's term");
  if (version >= kVersionWithDeviceTree) {  // the set as it was written; the names above are what is evaluated
    static_cast<void>(in.bitmap(kAnyNumber, "the type set of a constraint's term"));
    static_cast<void>(in.bitmap(kAnyNumber, "the negated type set of a constraint's term"));
    static_cast<void>(in.u32("the flags of a constraint's type set"));
  }
  return term;
}

Constraint read_constraint(PolicyCursor& in, std::uint32_t version, bool third_context) {
  Constraint constraint;
  constraint.offset = in.offset();
  constraint.permissions = in.u32("a constraint's permissions");
  const std::uint32_t terms = in.count(12, "the number of a constraint's terms");
  int depth = 0;
  for (std::uint32_t i = 0; i < terms && in.ok(); ++i) {
    const std::uint32_t at = in.offset();
    constraint.expression.push_back(read_term(in, version, third_context));
    const int taken = operands(constraint.expression.back().kind);
    if (depth < taken || depth - taken + 1 > kMaxConstraintDepth) {
      in.fail_at(at, fmt::format("a constraint's term needs {} operands and room for one among {}, found {} operands",
                                 taken, kMaxConstraintDepth, depth));
    }
    depth += 1 - taken;
  }
  if (depth != 1) in.fail_at(constraint.offset, fmt::format("a constraint leaves {} values instead of one", depth));
  return constraint;
}

void read_constraints(PolicyCursor& in, std::uint32_t count, std::uint32_t version, bool third_context,
                      std::vector<Constraint>& constraints) {
  for (std::uint32_t i = 0; i < count && in.ok(); ++i) {
    constraints.push_back(read_constraint(in, version, third_context));
  }
}

const Common* find_common(const std::vector<Common>& commons, std::string_view name) {
  for (const Common& common : commons) {
    if (common.name == name) return &common;
  }
  return nullptr;
}

BinaryClass read_class(PolicyCursor& in, const std::vector<Common>& commons, std::uint32_t version,
                       std::uint32_t& value) {
  BinaryClass result;
  result.offset = in.offset();
  const std::uint32_t length = in.u32("the length of a class's name");
  const std::uint32_t common_length = in.u32("the length of a class's common's name");
  value = in.u32("a class's value");
  const PermissionTable table = read_permission_header(in);
  const std::uint32_t constraints = in.count(8, "the number of a class's constraints");
  result.name = in.name(length, "a class's name");
  if (common_length != 0) {
    const std::uint32_t at = in.offset();
    result.common = in.name(common_length, "the name of a class's common");
    const Common* common = find_common(commons, result.common);
    if (in.ok() && common == nullptr) in.fail_at(at, fmt::format("`{}` is not the name of a common", result.common));
    if (common != nullptr) result.permissions = common->permissions;
  }
  read_permissions(in, table, result.permissions);
  read_constraints(in, constraints, version, false, result.constraints);
  read_constraints(in, in.count(8, "the number of a class's validatetrans"), version, true, result.validatetrans);
  if (version >= kVersionWithDeviceTree) {
    for (std::uint32_t& part : result.defaults) part = in.u32("a default of a class's new objects");
  }
  return result;
}

}  // namespace

void read_commons(PolicyCursor& in, std::vector<Common>& commons) {
  const TableSize size = read_table_size(in, 17, "commons");
  std::vector<bool> taken(size.values, false);
  NameList names;
  for (std::uint32_t i = 0; i < size.entries && in.ok(); ++i) {
    const std::uint32_t at = in.offset();
    Common common;
    const std::uint32_t length = in.u32("the length of a common's name");
    const std::uint32_t value = in.u32("a common's value");
    const PermissionTable table = read_permission_header(in);
    const std::string_view name = in.name(length, "a common's name");
    read_permissions(in, table, common.permissions);
    claim_value(in, at, value, taken, "commons");
    names.add(name, at);
    common.name = name;
    commons.push_back(std::move(common));
  }
  check_all_taken(in, size, taken, "commons");
  names.check_unique(in, "commons");
}

void read_classes(PolicyCursor& in, const std::vector<Common>& commons, BinaryPolicy& policy) {
  const TableSize size = read_table_size(in, 29, "classes");
  if (size.values > kMaxClasses) {
    in.fail_at(size.offset, fmt::format("expected at most {} classes, found {}", kMaxClasses, size.values));
  }
  if (!in.ok()) return;
  std::vector<bool> taken(size.values, false);
  NameList names;
  policy.classes.resize(size.values);
  for (std::uint32_t i = 0; i < size.entries && in.ok(); ++i) {
    const std::uint32_t at = in.offset();
    std::uint32_t value = 0;
    BinaryClass entry = read_class(in, commons, policy.version, value);
    claim_value(in, at, value, taken, "classes");
    if (!in.ok()) return;
    entry.value = static_cast<ClassValue>(value);
    policy.classes[value - 1] = std::move(entry);
  }
  check_all_taken(in, size, taken, "classes");
  for (const BinaryClass& entry : policy.classes) names.add(entry.name, entry.offset);
  names.check_unique(in, "classes");
}

}  // namespace bulkhead::flask
