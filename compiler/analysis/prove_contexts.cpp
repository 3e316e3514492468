#include <algorithm>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "facts.h"
#include "proof_parts.h"

namespace bulkhead::analysis {
namespace {

constexpr std::string_view kObjectRole = "object_r";
constexpr std::string_view kSubjectRole = "system_r";
constexpr std::string_view kUser = "system_u";

void prove_initial_sids(ProofContext& context) {
  const privilege::PrivilegeSet& set = context.derived.set;
  for (std::size_t i = 0; i < set.initial_sids.size(); ++i) {
    const auto number = static_cast<std::uint32_t>(i + 1);
    const std::string what = initial_sid_key(number, set.abi->initial_sids);
    const std::string expected = privilege::context(set.at(set.initial_sids[i]));
    const flask::InitialSid* found = context.binary.find_initial_sid(number);
    if (found == nullptr) {
      context.missing(what, expected, {});
      continue;
    }
    const std::string is = flask::context_text(context.binary, found->context);
    if (is != expected) context.other(what, expected, is, {}, found->offset);
  }
  for (const flask::InitialSid& sid : context.binary.initial_sids) {
    if (sid.number == 0 || sid.number > set.initial_sids.size()) {
      context.excess(initial_sid_key(sid.number, set.abi->initial_sids),
                     flask::context_text(context.binary, sid.context), sid.offset);
    }
  }
}

struct Labelled {
  flask::DeviceContextKind kind{};
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  std::string path;
  std::string context;
  std::uint32_t offset = 0;
  Span origin;

  [[nodiscard]] auto key() const { return std::tie(kind, low, high, path, context); }
};

std::vector<Labelled> expected_devices(const ProofContext& context) {
  using flask::DeviceContextKind;
  std::vector<Labelled> result;
  for (std::size_t i = 0; i < context.model.devices.size(); ++i) {
    const model::Device& device = context.model.devices[i];
    const std::string label = privilege::context(context.derived.set.at(context.derived.of_device[i]));
    const auto add = [&](DeviceContextKind kind, std::uint64_t low, std::uint64_t high) {
      result.push_back({kind, low, high, {}, label, 0, device.span});
    };
    for (const auto& irq : device.irqs) add(DeviceContextKind::kPirq, irq.value, irq.value);
    for (const auto& range : device.iomem) add(DeviceContextKind::kIoMemory, range.value.first, range.value.last);
    for (const auto& range : device.ioports) add(DeviceContextKind::kIoPort, range.value.first, range.value.last);
    if (device.pci) add(DeviceContextKind::kPciDevice, device.pci->sbdf(), device.pci->sbdf());
  }
  return result;
}

void prove_devices(ProofContext& context) {
  std::vector<Labelled> expected = expected_devices(context);
  std::vector<Labelled> found;
  for (const flask::DeviceContext& device : context.binary.device_contexts) {
    found.push_back({device.kind,
                     device.low,
                     device.high,
                     device.path,
                     flask::context_text(context.binary, device.context),
                     device.offset,
                     {}});
  }
  const auto less = [](const Labelled& a, const Labelled& b) { return a.key() < b.key(); };
  std::sort(expected.begin(), expected.end(), less);
  std::sort(found.begin(), found.end(), less);
  const auto what = [](const Labelled& item) {
    flask::DeviceContext device;
    device.kind = item.kind;
    device.low = item.low;
    device.high = item.high;
    device.path = item.path;
    return device_key(device);
  };
  std::vector<Labelled> only;
  std::set_difference(expected.begin(), expected.end(), found.begin(), found.end(), std::back_inserter(only), less);
  for (const Labelled& item : only) context.missing(what(item), item.context, item.origin);
  only.clear();
  std::set_difference(found.begin(), found.end(), expected.begin(), expected.end(), std::back_inserter(only), less);
  for (const Labelled& item : only) context.excess(what(item), item.context, item.offset);
}

void prove_subject_role(ProofContext& context, const flask::BinaryRole& role) {
  const auto& types = context.derived.set.types;
  for (std::size_t i = 0; i < types.size(); ++i) {
    const flask::TypeValue value = context.value_of[i];
    const bool has = value != 0 && role.types.contains(value - 1U);
    const std::string what = role_type_key(role.name, types[i].name);
    if (types[i].is_subject() && !has) context.missing(what, "authorised", types[i].origin);
    if (!types[i].is_subject() && has) context.excess(what, "authorised", role.offset);
  }
  role.types.for_each([&](std::uint32_t bit) {
    if (!context.has_id[bit])
      context.excess(role_type_key(role.name, context.binary.types[bit].name), "authorised", role.offset);
  });
}

// object_r belongs to every policy and is valid with every type, whatever it lists.
void prove_roles(ProofContext& context) {
  bool has_subject_role = false;
  for (const flask::BinaryRole& role : context.binary.roles) {
    if (role.name == kSubjectRole) {
      has_subject_role = true;
      prove_subject_role(context, role);
    } else if (role.name != kObjectRole) {
      context.excess(fmt::format("role {}", role.name), "a role", role.offset);
    }
    if (role.bounds != 0) context.excess(fmt::format("role {}", role.name), "bounded", role.offset);
  }
  if (!has_subject_role) context.missing("role system_r", "a role", {});
  for (const flask::RoleTransition& item : context.binary.role_transitions) {
    context.excess("role_transition", context.binary.roles[item.role - 1U].name, item.offset);
  }
  for (const flask::RoleAllow& item : context.binary.role_allows) {
    context.excess("allow of roles", context.binary.roles[item.role - 1U].name, item.offset);
  }
  for (const flask::RangeTransition& item : context.binary.range_transitions) {
    context.excess("range_transition", context.binary.type(item.source).name, item.offset);
  }
}

void prove_users(ProofContext& context) {
  bool has_user = false;
  for (const flask::BinaryUser& user : context.binary.users) {
    if (user.name != kUser) {
      context.excess(fmt::format("user {}", user.name), "a user", user.offset);
      continue;
    }
    has_user = true;
    bool has_role = false;
    user.roles.for_each([&](std::uint32_t bit) {
      const std::string& role = context.binary.roles[bit].name;
      if (role == kSubjectRole) has_role = true;
      if (role != kSubjectRole && role != kObjectRole)
        context.excess(user_role_key(kUser, role), "authorised", user.offset);
    });
    if (!has_role) context.missing(user_role_key(kUser, kSubjectRole), "authorised", {});
  }
  if (!has_user) context.missing("user system_u", "a user", {});
}

}  // namespace

void prove_contexts(ProofContext& context) {
  prove_initial_sids(context);
  prove_devices(context);
  prove_roles(context);
  prove_users(context);
}

}  // namespace bulkhead::analysis
