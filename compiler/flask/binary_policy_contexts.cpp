#include <algorithm>

#include <fmt/format.h>

#include "binary_policy_parts.h"

namespace bulkhead::flask {
namespace {

constexpr std::uint32_t kAnyNumber = 0x1'0000;

std::uint32_t value_limit(const BinaryPolicy& policy) {
  return static_cast<std::uint32_t>(policy.types.size());
}

// What the hypervisor asks of a context: the user may have the role, the role the type.
bool context_allowed(const BinaryPolicy& policy, const SecurityContext& context) {
  if (context.role == kObjectRole) return true;
  return policy.roles[context.role - 1].types.contains(context.type - 1U) &&
         policy.users[context.user - 1].roles.contains(context.role - 1);
}

SecurityContext read_context(PolicyCursor& in, const BinaryPolicy& policy) {
  const std::uint32_t at = in.offset();
  SecurityContext context;
  context.user = in.u32("the user of a context");
  context.role = in.u32("the role of a context");
  const std::uint32_t type = in.u32("the type of a context");
  context.range = read_range(in);
  if (!in.ok()) return context;
  context.type = static_cast<TypeValue>(type);
  if (context.user < 1 || context.user > policy.users.size() || context.role < 1 ||
      context.role > policy.roles.size() || !is_real_type(policy, type)) {
    in.fail_at(at, fmt::format("expected the user, role and type of a context, found {}, {} and {}", context.user,
                               context.role, type));
  } else if (!context_allowed(policy, context)) {
    in.fail_at(at, fmt::format("`{}` is not a context that its user and role allow", context_text(policy, context)));
  } else if (!range_exists(policy, context.range)) {
    in.fail_at(at, "expected a context whose levels exist, the high one dominating the low one");
  }
  return context;
}

void read_interrupts(PolicyCursor& in, BinaryPolicy& policy) {
  const std::uint32_t count = in.count(32, "the number of interrupt contexts");
  for (std::uint32_t i = 0; i < count && in.ok(); ++i) {
    DeviceContext entry;
    entry.kind = DeviceContextKind::kPirq;
    entry.offset = in.offset();
    entry.low = entry.high = in.u32("an interrupt");
    entry.context = read_context(in, policy);
    policy.device_contexts.push_back(std::move(entry));
  }
}

void read_ranges(PolicyCursor& in, DeviceContextKind kind, bool wide, BinaryPolicy& policy) {
  const std::uint32_t count = in.count(36, "the number of range contexts");
  for (std::uint32_t i = 0; i < count && in.ok(); ++i) {
    DeviceContext entry;
    entry.kind = kind;
    entry.offset = in.offset();
    entry.low = wide ? in.u64("the start of a range") : in.u32("the start of a range");
    entry.high = wide ? in.u64("the end of a range") : in.u32("the end of a range");
    if (in.ok() && entry.low > entry.high) {
      in.fail_at(entry.offset, fmt::format("expected a range whose start is not above its end, found 0x{:x} to 0x{:x}",
                                           entry.low, entry.high));
    }
    entry.context = read_context(in, policy);
    policy.device_contexts.push_back(std::move(entry));
  }
}

void read_pci_devices(PolicyCursor& in, BinaryPolicy& policy) {
  const std::uint32_t count = in.count(32, "the number of PCI device contexts");
  for (std::uint32_t i = 0; i < count && in.ok(); ++i) {
    DeviceContext entry;
    entry.kind = DeviceContextKind::kPciDevice;
    entry.offset = in.offset();
    entry.low = entry.high = in.u32("a PCI device");
    entry.context = read_context(in, policy);
    policy.device_contexts.push_back(std::move(entry));
  }
}

void read_device_tree(PolicyCursor& in, BinaryPolicy& policy) {
  const std::uint32_t count = in.count(33, "the number of device tree contexts");
  for (std::uint32_t i = 0; i < count && in.ok(); ++i) {
    DeviceContext entry;
    entry.kind = DeviceContextKind::kDeviceTree;
    entry.offset = in.offset();
    entry.path = in.path(in.u32("the length of a device tree path"), "a device tree path");
    entry.context = read_context(in, policy);
    policy.device_contexts.push_back(std::move(entry));
  }
}

// What stands for a type, beside the attributes: nothing or the type itself.
void read_attributes_of(PolicyCursor& in, BinaryPolicy& policy, std::uint32_t index,
                        std::vector<Bitmap>& of_attributes) {
  const std::uint32_t at = in.offset();
  const Bitmap entry = in.bitmap(value_limit(policy), "the attributes of a type");
  if (!in.ok() || policy.types[index].kind != TypeKind::kType) return;
  Bitmap& attributes = policy.members[index];
  entry.for_each([&](std::uint32_t bit) {
    if (bit == index) return;
    if (policy.types[bit].kind != TypeKind::kAttribute) {
      in.fail_at(at,
                 fmt::format("`{}` has the attribute with value {}, which is none", policy.types[index].name, bit + 1));
      return;
    }
    attributes.append(bit);
    of_attributes[bit].append(index);
  });
}

}  // namespace

bool is_type_or_attribute(const BinaryPolicy& policy, std::uint32_t value) {
  return value >= 1 && value <= policy.types.size() && policy.types[value - 1].kind != TypeKind::kUnused;
}

bool is_real_type(const BinaryPolicy& policy, std::uint32_t value) {
  return value >= 1 && value <= policy.types.size() && policy.types[value - 1].kind == TypeKind::kType;
}

MlsLevel read_level(PolicyCursor& in) {
  MlsLevel level;
  level.sensitivity = in.u32("a sensitivity");
  level.categories = in.bitmap(kAnyNumber, "the categories of a level");
  return level;
}

MlsRange read_range(PolicyCursor& in) {
  MlsRange range;
  const std::uint32_t at = in.offset();
  const std::uint32_t levels = in.u32("the number of levels of a range");
  if (in.ok() && (levels < 1 || levels > 2))
    in.fail_at(at, fmt::format("expected the number of levels of a range (1 or 2), found {}", levels));
  range.low.sensitivity = in.u32("a sensitivity");
  if (levels == 2) range.high.sensitivity = in.u32("a sensitivity");
  range.low.categories = in.bitmap(kAnyNumber, "the categories of a level");
  if (levels == 2) {
    range.high.categories = in.bitmap(kAnyNumber, "the categories of a level");
  } else {
    range.high = range.low;
  }
  return range;
}

bool level_exists(const BinaryPolicy& policy, const MlsLevel& level) {
  if (!policy.mls) return true;
  if (level.sensitivity < 1 || level.sensitivity > policy.levels.size()) return false;
  const Bitmap& allowed = policy.levels[level.sensitivity - 1].level.categories;
  bool all = true;
  level.categories.for_each([&](std::uint32_t bit) { all = all && allowed.contains(bit); });
  return all;
}

bool range_exists(const BinaryPolicy& policy, const MlsRange& range) {
  if (!policy.mls) return true;
  bool dominates = range.high.sensitivity >= range.low.sensitivity;
  range.low.categories.for_each(
      [&](std::uint32_t bit) { dominates = dominates && range.high.categories.contains(bit); });
  return dominates && level_exists(policy, range.low) && level_exists(policy, range.high);
}

void read_initial_sids(PolicyCursor& in, BinaryPolicy& policy) {
  const std::uint32_t count = in.count(32, "the number of initial SIDs");
  for (std::uint32_t i = 0; i < count && in.ok(); ++i) {
    InitialSid sid;
    sid.offset = in.offset();
    sid.number = in.u32("the number of an initial SID");
    sid.context = read_context(in, policy);
    if (in.ok() && sid.number == 0) in.fail_at(sid.offset, "expected the number of an initial SID (from 1), found 0");
    policy.initial_sids.push_back(std::move(sid));
  }
  std::stable_sort(policy.initial_sids.begin(), policy.initial_sids.end(),
                   [](const InitialSid& left, const InitialSid& right) { return left.number < right.number; });
  const auto same =
      std::adjacent_find(policy.initial_sids.begin(), policy.initial_sids.end(),
                         [](const InitialSid& left, const InitialSid& right) { return left.number == right.number; });
  if (same != policy.initial_sids.end()) {
    in.fail_at(std::next(same)->offset, fmt::format("initial SID {} has a context already", same->number));
  }
}

void read_device_contexts(PolicyCursor& in, BinaryPolicy& policy) {
  const bool version_30 = policy.version >= kVersionWithDeviceTree;
  read_interrupts(in, policy);
  read_ranges(in, DeviceContextKind::kIoPort, false, policy);
  read_ranges(in, DeviceContextKind::kIoMemory, version_30, policy);
  read_pci_devices(in, policy);
  if (version_30) read_device_tree(in, policy);
  const std::uint32_t at = in.offset();
  const std::uint32_t file_systems = in.u32("the number of labelled file systems");
  if (file_systems != 0)
    in.fail_at(at, fmt::format("expected no labelled file systems (Xen refuses them), found {}", file_systems));
}

void read_range_transitions(PolicyCursor& in, BinaryPolicy& policy) {
  const std::uint32_t count = in.count(32, "the number of range transitions");
  for (std::uint32_t i = 0; i < count && in.ok(); ++i) {
    RangeTransition rule;
    rule.offset = in.offset();
    const std::uint32_t source = in.u32("the source of a range transition");
    const std::uint32_t target = in.u32("the target of a range transition");
    const std::uint32_t target_class = in.u32("the class of a range transition");
    rule.range = read_range(in);
    if (in.ok() && (!is_type_or_attribute(policy, source) || !is_type_or_attribute(policy, target) ||
                    target_class < 1 || target_class > policy.classes.size() || !range_exists(policy, rule.range))) {
      in.fail_at(rule.offset,
                 fmt::format("expected the source, target, class and range of a range transition, found {}, {} and {}",
                             source, target, target_class));
    }
    rule.source = static_cast<TypeValue>(source);
    rule.target = static_cast<TypeValue>(target);
    rule.target_class = static_cast<ClassValue>(target_class);
    policy.range_transitions.push_back(std::move(rule));
  }
}

void read_members(PolicyCursor& in, BinaryPolicy& policy) {
  if (!in.ok()) return;
  policy.members.resize(policy.types.size());
  for (std::uint32_t i = 0; i < policy.types.size() && in.ok(); ++i) read_attributes_of(in, policy, i, policy.members);
}

}  // namespace bulkhead::flask
