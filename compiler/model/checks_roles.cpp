#include <algorithm>

#include <fmt/core.h>

#include "bulkhead/base/text.h"
#include "checks.h"
#include "words.h"

namespace bulkhead::model {
namespace {

// A device model whose target is misspelt may be the one that is missing here.
bool has_lost_target(const Checked& checked) {
  return std::any_of(checked.families.begin(), checked.families.end(), [&](const Family& family) {
    return family.entry->target && !family.domains.empty() && !checked.model.at(family.domains.first).target;
  });
}

}  // namespace

void check_restarts(const Checked& checked, Diagnostics& diagnostics) {
  for (const Family& family : checked.families) {
    if (family.role == nullptr || family.role->restartable) continue;
    const spec::Domain& entry = *family.entry;
    if (entry.restart && entry.restart->value != spec::Restart::kNever) {
      diagnostics.error(
          DiagnosticId::kNotRestartable, entry.restart->span,
          fmt::format("a domain of role `{}` cannot be built again while the host runs", family.role->name));
    }
    if (entry.start && entry.start->value == spec::Start::kOnDemand) {
      diagnostics.error(DiagnosticId::kNotRestartable, entry.start->span,
                        fmt::format("a domain of role `{}` must run from boot on", family.role->name));
    }
  }
}

void check_control_keys(const Checked& checked, Diagnostics& diagnostics) {
  for (const Family& family : checked.families) {
    if (!is_a(checked.inputs.catalogue, family, "control")) continue;
    const spec::Domain& entry = *family.entry;
    const auto refuse = [&](std::string_view key, const Span& span, std::string_view why) {
      diagnostics.error(DiagnosticId::kControlKeys, span, fmt::format("`{}` of the control domain: {}", key, why));
    };
    if (entry.kernel) refuse("kernel", entry.kernel->span, "the boot loader starts it");
    if (entry.ramdisk) refuse("ramdisk", entry.ramdisk->span, "the boot loader starts it");
    if (entry.instances) refuse("instances", entry.instances->span, "there is one domain 0");
    if (!entry.after.empty()) refuse("after", entry.after.front().span, "nothing starts before it");
    if (entry.place) refuse("place", entry.place->span, "Xen places it by its own boot options");
  }
}

void check_kernels(const Checked& checked, Diagnostics& diagnostics) {
  for (const Family& family : checked.families) {
    if (family.role == nullptr || family.entry->kernel || is_a(checked.inputs.catalogue, family, "control")) continue;
    const bool is_hvm = family.entry->type && family.entry->type->value == spec::DomainType::kHvm;
    diagnostics.error(DiagnosticId::kKernelMissing, family.entry->name.span,
                      fmt::format("`{}` has no `kernel`{}", family.entry->name.value,
                                  is_hvm ? "; that of an HVM guest is its firmware, hvmloader" : ""));
  }
}

void check_device_models(const Checked& checked, Diagnostics& diagnostics) {
  for (const Family& family : checked.families) {
    if (family.role == nullptr) continue;
    const spec::Domain& entry = *family.entry;
    const bool is_model = is_a(checked.inputs.catalogue, family, "device-model");
    if (is_model && !entry.target) {
      diagnostics.error(DiagnosticId::kDeviceModelTarget, entry.name.span,
                        fmt::format("device model `{}` has no `target`", entry.name.value));
    }
    if (!is_model && entry.target) {
      diagnostics.error(
          DiagnosticId::kTargetOfOtherRole, entry.target->span,
          fmt::format("`{}` has role `{}`; only a device model has a `target`", entry.name.value, entry.role.value));
    }
    const auto target = family.domains.empty() ? std::nullopt : checked.model.at(family.domains.first).target;
    if (!is_model || !target) continue;
    const Domain& guest = checked.model.at(*target);
    const bool is_known = checked.inputs.catalogue.find_role(guest.role) != nullptr;
    if (!is_known || (guest.is_guest && guest.type == spec::DomainType::kHvm)) continue;
    diagnostics
        .error(DiagnosticId::kDeviceModelTargetType, entry.target->span,
               fmt::format("a device model serves an HVM guest; `{}` is of type `{}` and role `{}`", guest.family,
                           word(guest.type), guest.role))
        .notes.push_back({guest.span, "the target is here"});
  }
}

void check_hvm_guests(const Checked& checked, Diagnostics& diagnostics) {
  if (has_lost_target(checked) || has_unknown_role(checked.families)) return;
  for (const Family& family : checked.families) {
    for (std::uint32_t i = 0; i < family.domains.count; ++i) {
      const Domain& domain = checked.model.at(family.domains[i]);
      if (domain.type != spec::DomainType::kHvm || !domain.is_guest || domain.device_model) continue;
      diagnostics.error(DiagnosticId::kNoDeviceModel, domain.span,
                        fmt::format("HVM guest `{}` has no device model", domain.name));
      break;
    }
  }
}

}  // namespace bulkhead::model
