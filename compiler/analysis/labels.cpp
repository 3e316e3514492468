#include "labels.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "bulkhead/base/text.h"

namespace bulkhead::analysis {
namespace {

using privilege::PrivilegeSet;
using privilege::Type;
using privilege::TypeId;
using privilege::TypeKind;

std::optional<TypeId> type_of(const PrivilegeSet& set, catalogue::InitialLabel label) {
  const std::vector<std::string>& names = set.abi->initial_sids;
  const auto found = std::find(names.begin(), names.end(), catalogue::sid_name(label));
  if (found == names.end()) return std::nullopt;
  return set.initial_sids[static_cast<std::size_t>(found - names.begin())];
}

std::string device_in_words(const SpecView& host, model::DeviceId id) {
  const model::Device& device = host.model.at(id);
  return device.owner ? fmt::format("the device `{}` of `{}`", device.name, host.model.at(*device.owner).name)
                      : fmt::format("the device `{}`", device.name);
}

}  // namespace

Label find_label(const PrivilegeSet& set, std::string_view context) {
  const std::vector<std::string_view> parts = split(context, ':');
  if (parts.size() < 3 || parts[0] != "system_u") return {};
  Label label;
  label.type = set.find(parts[2]);
  if (!label.type) return label;
  const bool is_object = parts[1] == "object_r";
  if (!is_object && parts[1] != "system_r") return {};
  const Type& type = set.at(*label.type);
  // The hypervisor's labels of devices are written with either role.
  if (type.is_subject() && is_object) label.is_undeclared_channel = type.domain.has_value();
  return label;
}

std::string in_words(const SpecView& host, const Label& label) {
  const PrivilegeSet& set = host.derived.set;
  const Type& type = set.at(*label.type);
  const std::string name = type.domain ? quoted(host.model.at(*type.domain).name) : std::string();
  if (label.is_undeclared_channel) return fmt::format("a channel to {} that no connection declares", name);
  const bool is_control = type.domain && host.model.at(*type.domain).is_control;
  switch (type.kind) {
    case TypeKind::kRunning:
      return is_control ? name + " (sealed)" : name;
    case TypeKind::kBooting:
      return name + " (before it was sealed)";
    case TypeKind::kBuilding:
      return name + " (while it is built)";
    case TypeKind::kSelf: {
      const auto& booting = host.derived.of_domain[model::index(*type.domain)].booting_self;
      return name + (booting == label.type ? " itself (before it was sealed)" : " itself");
    }
    case TypeKind::kTarget:
      return name + " (as its device model sees it)";
    case TypeKind::kChannel:
      return fmt::format("the channel between {} and {}", name, quoted(host.model.at(*type.peer).name));
    case TypeKind::kDevice:
      return device_in_words(host, *type.device);
    case TypeKind::kInitial: {
      const std::string_view word = target_word(set, *label.type);
      return quoted(word.empty() ? std::string_view(type.name) : word);
    }
  }
  return {};
}

std::string_view target_word(const PrivilegeSet& set, TypeId id) {
  static constexpr std::array<std::string_view, 9> kWords{
      "xen",          "security",      "domio",           "domxen", "unlabeled", "default-devices",
      "default-irqs", "default-iomem", "default-ioports",
  };
  const std::string no_ends[2];
  for (std::size_t i = 0; i < catalogue::kInitialLabelCount; ++i) {
    const auto label = static_cast<catalogue::InitialLabel>(i);
    if (type_of(set, label) != id) continue;
    const std::string word = catalogue::describe({catalogue::TargetKind::kInitial, 0, label}, no_ends);
    const auto* const found = std::find(kWords.begin(), kWords.end(), word);
    if (found != kWords.end()) return *found;
  }
  return {};
}

bool is_target(const PrivilegeSet& set, const catalogue::Target& target, TypeId source, TypeId id) {
  const Type& type = set.at(id);
  const bool is_own = type.domain && type.domain == set.at(source).domain;
  switch (target.kind) {
    case catalogue::TargetKind::kSelf:
    case catalogue::TargetKind::kBootingSelf:
      return type.kind == TypeKind::kSelf && is_own;
    case catalogue::TargetKind::kEnd:
    case catalogue::TargetKind::kEndRunning:
      return !is_own &&
             (type.kind == TypeKind::kRunning || type.kind == TypeKind::kBooting || type.kind == TypeKind::kTarget);
    case catalogue::TargetKind::kEndBuilding:
      return type.kind == TypeKind::kBuilding;
    case catalogue::TargetKind::kChannel:
      return type.kind == TypeKind::kChannel;
    case catalogue::TargetKind::kDevice:
      return type.kind == TypeKind::kDevice;
    case catalogue::TargetKind::kInitial:
      return type_of(set, target.initial) == id;
    case catalogue::TargetKind::kBuilder:
    case catalogue::TargetKind::kSealed:
      return false;
  }
  return false;
}

}  // namespace bulkhead::analysis
