#include <algorithm>
#include <tuple>

#include "bulkhead/flow/parties.h"

namespace bulkhead::flow {
namespace {

using flask::TypeValue;

TypeValue value_of(privilege::TypeId id) {
  return static_cast<TypeValue>(privilege::index(id) + 1);
}

flask::ClassValue value_of(abi::ClassId id) {
  return static_cast<flask::ClassValue>(static_cast<unsigned>(id) + 1);
}

void add_symbols(const privilege::PrivilegeSet& set, flask::BinaryPolicy& policy) {
  for (const abi::AccessClass& each : set.abi->classes) {
    flask::BinaryClass access_class;
    access_class.name = each.name;
    access_class.value = static_cast<flask::ClassValue>(policy.classes.size() + 1);
    access_class.permissions = each.permissions;
    policy.classes.push_back(std::move(access_class));
  }
  for (const privilege::Type& each : set.types) {
    flask::BinaryType type;
    type.name = each.name;
    type.value = static_cast<TypeValue>(policy.types.size() + 1);
    type.kind = flask::TypeKind::kType;
    policy.types.push_back(std::move(type));
    policy.types_by_name.push_back(policy.types.back().value);  // types are sorted by name
  }
  policy.members.resize(policy.types.size());
}

void add_rules(const privilege::PrivilegeSet& set, flask::BinaryPolicy& policy) {
  for (const privilege::Cell& cell : set.cells()) {
    policy.rules.push_back({.source = value_of(cell.source),
                            .target = value_of(cell.target),
                            .target_class = value_of(cell.access_class),
                            .kind = flask::RuleKind::kAllow,
                            .data = cell.permissions,
                            .offset = 0});
  }
  for (const privilege::Transition& transition : set.transitions) {
    policy.rules.push_back({.source = value_of(transition.source),
                            .target = value_of(transition.target),
                            .target_class = value_of(transition.access_class),
                            .kind = flask::RuleKind::kTypeTransition,
                            .data = value_of(transition.result),
                            .offset = 0});
  }
  const auto key = [](const flask::BinaryRule& rule) {
    return std::tuple(rule.source, rule.target, rule.target_class, rule.kind);
  };
  std::sort(policy.rules.begin(), policy.rules.end(),
            [&](const flask::BinaryRule& a, const flask::BinaryRule& b) { return key(a) < key(b); });
}

flask::SecurityContext context_of(TypeValue type) {
  return {.user = 1, .role = 1, .type = type, .range = {}};
}

void add_device_contexts(const model::Model& model, const privilege::Derived& derived, flask::BinaryPolicy& policy) {
  for (std::size_t i = 0; i < model.devices.size(); ++i) {
    const model::Device& device = model.devices[i];
    const auto add = [&](flask::DeviceContextKind kind, std::uint64_t low, std::uint64_t high) {
      policy.device_contexts.push_back({.kind = kind,
                                        .low = low,
                                        .high = high,
                                        .path = {},
                                        .context = context_of(value_of(derived.of_device[i])),
                                        .offset = 0});
    };
    if (device.pci) add(flask::DeviceContextKind::kPciDevice, device.pci->sbdf(), device.pci->sbdf());
    for (const auto& range : device.iomem) {
      add(flask::DeviceContextKind::kIoMemory, range.value.first, range.value.last);
    }
    for (const auto& range : device.ioports) {
      add(flask::DeviceContextKind::kIoPort, range.value.first, range.value.last);
    }
    for (const auto& irq : device.irqs) add(flask::DeviceContextKind::kPirq, irq.value, irq.value);
  }
}

}  // namespace

flask::BinaryPolicy policy_of(const model::Model& model, const privilege::Derived& derived) {
  flask::BinaryPolicy policy;
  add_symbols(derived.set, policy);
  add_rules(derived.set, policy);
  for (std::size_t i = 0; i < derived.set.initial_sids.size(); ++i) {
    policy.initial_sids.push_back({.number = static_cast<std::uint32_t>(i + 1),
                                   .context = context_of(value_of(derived.set.initial_sids[i])),
                                   .offset = 0});
  }
  add_device_contexts(model, derived, policy);
  return policy;
}

}  // namespace bulkhead::flow
