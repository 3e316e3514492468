// Names that stand for something else: domains, devices, classes. Each name that means nothing is reported where it
// stands.
#include <algorithm>

#include <fmt/core.h>

#include "bulkhead/base/text.h"
#include "resolution.h"

namespace bulkhead::model {
namespace {

void report_unknown_domain(Resolution& resolution, const spec::Text& name) {
  const std::size_t dash = name.value.rfind('-');
  const DomainRange family =
      dash == std::string::npos ? DomainRange{} : resolution.model.find_range(name.value.substr(0, dash));
  if (!family.empty() && resolution.model.at(family.first).instance &&
      name.value.find_first_not_of("0123456789", dash + 1) == std::string::npos) {
    const std::string& of = resolution.model.at(family.first).family;
    resolution.diagnostics.error(DiagnosticId::kUnknownDomain, name.span,
                                 fmt::format("there is no domain `{}`; the instances of `{}` are `{}-1` to `{}-{}`",
                                             name.value, of, of, of, family.count));
    return;
  }
  const std::string near = suggestion(resolution.diagnostics, name.value, [&] {
    std::vector<std::string_view> names;
    names.reserve(resolution.families.size());
    for (const Family& candidate : resolution.families) names.emplace_back(candidate.entry->name.value);
    return names;
  });
  resolution.diagnostics.error(DiagnosticId::kUnknownDomain, name.span,
                               fmt::format("there is no domain `{}`{}", name.value, near));
}

// A device model for each instance of a guest is a family of as many: number n serves number n.
void resolve_target(Resolution& resolution, const Family& family) {
  if (!family.entry->target) return;
  const spec::Text& name = *family.entry->target;
  const DomainRange targets = refer(resolution, name);
  if (targets.empty()) return;
  if (targets.count != family.domains.count) {
    resolution.diagnostics.error(
        DiagnosticId::kAmbiguousReference, name.span,
        fmt::format("a device model serves one guest, but `{}` is {} and `{}` is {}", family.entry->name.value,
                    family.domains.count, name.value, targets.count));
    return;
  }
  Model& model = resolution.model;
  for (std::uint32_t i = 0; i < targets.count; ++i) {
    const DomainId server = family.domains[i];
    Domain& guest = model.domains[index(targets[i])];
    model.domains[index(server)].target = targets[i];
    if (!guest.device_model) {
      guest.device_model = server;
      continue;
    }
    resolution.diagnostics
        .error(DiagnosticId::kTwoDeviceModels, name.span,
               fmt::format("`{}` has a device model already, `{}`", guest.name, model.at(*guest.device_model).name))
        .notes.push_back({model.at(*guest.device_model).span, "the other is here"});
    return;
  }
}

void resolve_after(Resolution& resolution, const Family& family) {
  std::vector<DomainId> after;
  for (const spec::Text& name : family.entry->after) {
    const DomainRange range = refer(resolution, name);
    for (std::uint32_t i = 0; i < range.count; ++i) after.push_back(range[i]);
  }
  std::sort(after.begin(), after.end());
  after.erase(std::unique(after.begin(), after.end()), after.end());
  for (std::uint32_t i = 0; i < family.domains.count; ++i) {
    resolution.model.domains[index(family.domains[i])].after = after;
  }
}

void resolve_place(Resolution& resolution, const Family& family) {
  if (!family.entry->place) return;
  const spec::Place& written = *family.entry->place;
  Place place;
  if (written.near) {
    place.near = refer_to_device(resolution, *written.near);
    if (place.near) place.node = resolution.model.at(*place.near).node;
  }
  if (written.node) place.node = written.node->value;
  if (written.cpus) place.cpus = written.cpus->value;
  for (std::uint32_t i = 0; i < family.domains.count; ++i) {
    resolution.model.domains[index(family.domains[i])].place = place;
  }
}

void refer_to_all(Resolution& resolution, const std::vector<spec::Text>& names) {
  for (const spec::Text& name : names) static_cast<void>(refer(resolution, name));
}

// The hypervisor's own labels, where an assertion may name a domain. `self` would be everybody's own, and the labels of
// devices that nobody owns stand for no one device.
bool is_fixed_target(const spec::Text& name) {
  if (name.value == "self" || name.value.starts_with("default-")) return false;
  const std::vector<std::string> fixed = catalogue::role_target_names();
  return std::find(fixed.begin(), fixed.end(), name.value) != fixed.end();
}

void resolve_pattern(Resolution& resolution, const spec::AccessPattern& pattern) {
  if (pattern.on && !is_fixed_target(*pattern.on)) static_cast<void>(refer(resolution, *pattern.on));
  const abi::Abi* const abi = resolution.model.abi;
  if (abi == nullptr || pattern.access_class.value.empty()) return;
  const auto class_id = abi->find_class(pattern.access_class.value);
  if (!class_id) {
    std::vector<std::string_view> names;
    for (const abi::AccessClass& access_class : abi->classes) names.emplace_back(access_class.name);
    resolution.diagnostics.error(
        DiagnosticId::kUnknownClass, pattern.access_class.span,
        fmt::format("Xen {} has no class `{}`{}", abi->version.text(), pattern.access_class.value,
                    did_you_mean(pattern.access_class.value, names)));
    return;
  }
  const abi::AccessClass& access_class = abi->at(*class_id);
  if (pattern.permission.value.empty() || access_class.bit(pattern.permission.value)) return;
  resolution.diagnostics.error(
      DiagnosticId::kUnknownPermission, pattern.permission.span,
      fmt::format("class `{}` of Xen {} has no permission `{}`{}", access_class.name, abi->version.text(),
                  pattern.permission.value, did_you_mean(pattern.permission.value, access_class.permissions)));
}

struct ResolveClaim {
  Resolution& resolution;

  void operator()(const spec::NoFlow& claim) const {
    static_cast<void>(refer(resolution, claim.from));
    static_cast<void>(refer(resolution, claim.to));
    refer_to_all(resolution, claim.except_through);
  }
  void operator()(const spec::OnlyMay& claim) const {
    refer_to_all(resolution, claim.only);
    resolve_pattern(resolution, claim.may);
  }
  void operator()(const spec::MayOnly& claim) const {
    static_cast<void>(refer(resolution, claim.domain));
    for (const spec::Text& name : claim.on) {
      if (!is_fixed_target(name)) static_cast<void>(refer(resolution, name));
    }
    resolve_pattern(resolution, claim.may);
  }
  void operator()(const spec::NobodyMay& claim) const { resolve_pattern(resolution, claim.may); }
  void operator()(const spec::AtMost& claim) const {
    static_cast<void>(refer(resolution, claim.domain));
    refer_to_all(resolution, claim.not_through);
  }
};

}  // namespace

DomainRange refer(Resolution& resolution, const spec::Text& name) {
  if (name.value.empty()) return {};  // refused by the reader
  const DomainRange range = resolution.model.find_range(name.value);
  if (range.empty()) report_unknown_domain(resolution, name);
  return range;
}

std::optional<DomainId> refer_to_one(Resolution& resolution, const spec::Text& name) {
  const DomainRange range = refer(resolution, name);
  if (range.empty()) return std::nullopt;
  if (range.count > 1) {
    resolution.diagnostics.error(DiagnosticId::kAmbiguousReference, name.span,
                                 fmt::format("`{}` is {} domains and one is meant here; write `{}-1`, for instance",
                                             name.value, range.count, name.value));
    return std::nullopt;
  }
  return range.first;
}

std::optional<DeviceId> refer_to_device(Resolution& resolution, const spec::Text& name) {
  const auto device = resolution.model.find_device(name.value);
  if (device || name.value.empty()) return device;
  const std::string near = suggestion(resolution.diagnostics, name.value, [&] {
    std::vector<std::string_view> names;
    for (const Device& candidate : resolution.model.devices) names.emplace_back(candidate.name);
    return names;
  });
  resolution.diagnostics.error(DiagnosticId::kUnknownDevice, name.span,
                               fmt::format("there is no device `{}`{}", name.value, near));
  return std::nullopt;
}

void resolve_references(Resolution& resolution) {
  if (const std::optional<spec::Text>& verify = resolution.inputs.spec.host.verify) {
    resolution.model.verifier = refer_to_one(resolution, *verify).value_or(kNoDomain);
  }
  for (const Family& family : resolution.families) {
    resolve_target(resolution, family);
    resolve_after(resolution, family);
    resolve_place(resolution, family);
  }
  for (const spec::Assertion& assertion : resolution.inputs.spec.assertions) {
    std::visit(ResolveClaim{resolution}, assertion.claim);
  }
  for (const spec::Accept& accept : resolution.inputs.spec.accepts) {
    refer_to_all(resolution, accept.domains);
    for (const spec::Text& name : accept.devices) static_cast<void>(refer_to_device(resolution, name));
  }
}

}  // namespace bulkhead::model
