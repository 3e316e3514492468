// Domains: instances, roles, types and the defaults of their own settings; which of them is the control, the hardware
// and the xenstore domain; numbers.
#include <algorithm>
#include <map>
#include <set>

#include <fmt/core.h>

#include "bulkhead/base/text.h"
#include "limits.h"
#include "resolution.h"
#include "words.h"

namespace bulkhead::model {
namespace {

template <typename T>
Setting<T> setting(const std::optional<spec::Located<T>>& written, T standard) {
  return written ? Setting<T>{written->value, false} : Setting<T>{standard, true};
}

std::string text_of(const std::optional<spec::Text>& written) {
  return written ? written->value : std::string();
}

// The role of an entry, or nothing with a report. A role of the spec's own that could not be added was reported there.
const catalogue::Role* find_role(Resolution& resolution, const spec::Domain& entry) {
  if (entry.role.value.empty()) return nullptr;
  const catalogue::Catalogue& catalogue = resolution.inputs.catalogue;
  const catalogue::Role* const role = catalogue.find_role(entry.role.value);
  if (role == nullptr) {
    const std::string near =
        suggestion(resolution.diagnostics, entry.role.value, [&] { return catalogue.role_names(); });
    resolution.diagnostics.error(DiagnosticId::kUnknownRole, entry.role.span,
                                 fmt::format("there is no role `{}`{}", entry.role.value, near));
    return nullptr;
  }
  if (role->is_abstract) {
    resolution.diagnostics.error(
        DiagnosticId::kAbstractRole, entry.role.span,
        fmt::format("role `{}` is only what other roles extend; no domain has it", role->name));
    return nullptr;
  }
  return role;
}

std::string type_list(const std::vector<spec::DomainType>& types) {
  std::vector<std::string> names;
  names.reserve(types.size());
  for (const spec::DomainType type : types) names.push_back(quoted(word(type)));
  return join(names, ", ");
}

spec::DomainType find_type(Resolution& resolution, const spec::Domain& entry, const catalogue::Role* role) {
  const spec::DomainType standard =
      role == nullptr || role->types.empty() ? spec::DomainType::kPv : role->types.front();
  if (!entry.type) return standard;
  if (role != nullptr && std::find(role->types.begin(), role->types.end(), entry.type->value) == role->types.end()) {
    resolution.diagnostics.error(DiagnosticId::kTypeOfRole, entry.type->span,
                                 fmt::format("a domain of role `{}` is {}, not `{}`", role->name,
                                             type_list(role->types), word(entry.type->value)));
  }
  return entry.type->value;
}

Domain make_domain(Resolution& resolution, const spec::Domain& entry, const catalogue::Role* role) {
  Domain domain;
  domain.name = entry.name.value;
  domain.family = entry.name.value;
  domain.role = entry.role.value;
  domain.is_guest = role != nullptr && role->is_guest;
  domain.type = find_type(resolution, entry, role);
  domain.type_is_default = !entry.type.has_value();
  domain.kernel = text_of(entry.kernel);
  domain.ramdisk = text_of(entry.ramdisk);
  domain.command_line = text_of(entry.command_line);
  domain.memory_bytes = setting(entry.memory_bytes, kDefaultMemory);
  domain.vcpus = setting(entry.vcpus, kDefaultVcpus);
  domain.max_grant_frames = setting(entry.max_grant_frames, kDefaultGrantFrames);
  domain.max_maptrack_frames = setting(entry.max_maptrack_frames, kDefaultMaptrackFrames);
  domain.max_event_channels = setting(entry.max_event_channels, kDefaultEventChannels);
  domain.restart = setting(entry.restart, spec::Restart::kNever);
  domain.start = setting(entry.start, spec::Start::kBoot);
  domain.span = entry.name.span;
  return domain;
}

// At most as many as Xen has numbers for: what is beyond is reported, and not made, so that a large number costs
// nothing.
std::uint32_t count_instances(Resolution& resolution, const spec::Domain& entry) {
  if (!entry.instances) return 1;
  const std::uint64_t free = kMaxDomains - std::min<std::uint64_t>(kMaxDomains, resolution.model.domains.size());
  const std::uint64_t count = std::max<std::uint64_t>(1, entry.instances->value);
  if (count > free) {
    resolution.diagnostics.error(
        DiagnosticId::kTooManyDomains, entry.instances->span,
        fmt::format("with these there would be more than {} domains, for which Xen has no numbers", kMaxDomains));
  }
  return static_cast<std::uint32_t>(std::clamp<std::uint64_t>(count, 1, std::max<std::uint64_t>(free, 1)));
}

void add_family(Resolution& resolution, const spec::Domain& entry) {
  std::vector<Domain>& domains = resolution.model.domains;
  const catalogue::Role* const role = find_role(resolution, entry);
  const std::uint32_t count = count_instances(resolution, entry);
  resolution.families.push_back({&entry, role, {DomainId{static_cast<std::uint32_t>(domains.size())}, count}});
  Domain domain = make_domain(resolution, entry, role);
  if (!entry.instances) {
    domains.push_back(std::move(domain));
    return;
  }
  for (std::uint64_t number = 1; number <= count; ++number) {
    domains.push_back(domain);
    domains.back().name = fmt::format("{}-{}", domain.family, number);
    domains.back().instance = number;
  }
}

// In the order of the text, so that of two that disagree the later one is reported.
std::vector<Family> by_place(std::vector<Family> families) {
  std::sort(families.begin(), families.end(),
            [](const Family& a, const Family& b) { return a.entry->name.span < b.entry->name.span; });
  return families;
}

DiagnosticId id_of_many(std::string_view role) {
  if (role == "control") return DiagnosticId::kTwoControl;
  if (role == "hardware") return DiagnosticId::kTwoHardware;
  if (role == "xenstore") return DiagnosticId::kTwoXenstore;
  return DiagnosticId::kRoleAtMost;
}

// A limit binds a role together with those that extend it.
void check_role_counts(Resolution& resolution) {
  const std::vector<Family> families = by_place(resolution.families);
  for (const auto& [name, role] : resolution.inputs.catalogue.roles()) {
    if (!role.at_most || !role.shipped) continue;
    std::uint64_t seen = 0;
    const Family* first = nullptr;
    for (const Family& family : families) {
      if (!is_a(resolution.inputs.catalogue, family, name)) continue;
      seen += family.domains.count;
      if (first == nullptr) first = &family;
      if (seen <= *role.at_most) continue;
      Diagnostic& diagnostic =
          resolution.diagnostics.error(id_of_many(name), family.entry->role.span,
                                       fmt::format("a host has at most {} of role `{}`, and `{}` is number {}",
                                                   *role.at_most, name, family.entry->name.value, seen));
      if (first != &family) diagnostic.notes.push_back({first->entry->role.span, "the first is here"});
    }
  }
}

const Family* first_of(const Resolution& resolution, std::string_view role) {
  for (const Family& family : resolution.families) {
    if (is_a(resolution.inputs.catalogue, family, role)) return &family;
  }
  return nullptr;
}

void choose_classic_hardware(Resolution& resolution) {
  resolution.model.hardware = resolution.model.control;
  if (!resolution.inputs.spec.host.hardware_span.is_known()) return;  // `hardware` was refused: it says nothing
  for (const Family& family : resolution.families) {
    if (!is_a(resolution.inputs.catalogue, family, "hardware")) continue;
    resolution.diagnostics
        .error(DiagnosticId::kHardwareOnClassicHost, family.entry->role.span,
               fmt::format("`{}` is a hardware domain, but the control domain keeps the hardware",
                           family.entry->name.value))
        .notes.push_back({resolution.inputs.spec.host.hardware_span,
                          fmt::format("to give it away: `hardware: {{ domain: {} }}`", family.entry->name.value)});
  }
}

void choose_split_hardware(Resolution& resolution) {
  const spec::Text& name = *resolution.inputs.spec.host.hardware_domain;
  Model& model = resolution.model;
  const DomainRange range = model.find_range(name.value);
  if (range.empty()) {
    const Family* const hardware = first_of(resolution, "hardware");
    const std::string hint = hardware == nullptr ? "; a domain of role `hardware` is needed"
                                                 : "; did you mean " + quoted(hardware->entry->name.value) + "?";
    resolution.diagnostics.error(DiagnosticId::kHardwareDomainMissing, name.span,
                                 fmt::format("there is no domain `{}`{}", name.value, hint));
    return;
  }
  const auto one = refer_to_one(resolution, name);
  if (!one) return;
  model.hardware = *one;
  const Domain& domain = model.at(*one);
  const bool is_known = resolution.inputs.catalogue.find_role(domain.role) != nullptr;
  if (!is_known || resolution.inputs.catalogue.is_a(domain.role, "hardware")) return;
  const bool is_control = *one == model.control;
  resolution.diagnostics
      .error(DiagnosticId::kHardwareDomainRole, name.span,
             fmt::format("`{}` has role `{}` and not `hardware`", domain.name, domain.role))
      .notes.push_back({is_control ? Span{} : domain.span,
                        is_control ? "domain 0 keeps the hardware with `hardware: control`" : "its entry is here"});
}

class Numbers {
 public:
  // False when another has it; then `holder` says who.
  bool take(std::uint64_t number, DomainId domain) { return taken_.emplace(number, domain).second; }
  [[nodiscard]] DomainId holder(std::uint64_t number) const { return taken_.at(number); }
  [[nodiscard]] bool is_free(std::uint64_t number) const { return !taken_.contains(number); }
  std::uint64_t take_lowest(DomainId domain) {
    while (!is_free(next_)) ++next_;
    take(next_, domain);
    return next_;
  }

 private:
  std::map<std::uint64_t, DomainId> taken_;
  std::uint64_t next_ = 2;
};

void take_written_domid(Resolution& resolution, const Family& family, Numbers& numbers) {
  const spec::Located<std::uint64_t>& written = *family.entry->domid;
  const std::string& name = family.entry->name.value;
  for (std::uint32_t i = 0; i < family.domains.count; ++i) {
    resolution.model.domains[index(family.domains[i])].domid = {written.value, false};
  }
  if (family.domains.count > 1) {
    resolution.diagnostics.error(
        DiagnosticId::kDomidTwice, written.span,
        fmt::format("the {} instances of `{}` cannot all be number {}", family.domains.count, name, written.value));
  }
  if (written.value == 0 || written.value > kMaxDomid) return;  // checks_limits.cpp
  if (numbers.take(written.value, family.domains.first)) return;
  const Domain& holder = resolution.model.at(numbers.holder(written.value));
  resolution.diagnostics
      .error(DiagnosticId::kDomidTwice, written.span,
             fmt::format("`{}` and `{}` both have domid {}", holder.name, name, written.value))
      .notes.push_back({holder.span, "the other is here"});
}

}  // namespace

std::vector<Family> families_of(const Model& model, const Inputs& inputs) {
  std::vector<Family> families;
  families.reserve(inputs.spec.domains.size());
  for (const spec::Domain& entry : inputs.spec.domains) {
    const catalogue::Role* role = inputs.catalogue.find_role(entry.role.value);
    if (role != nullptr && role->is_abstract) role = nullptr;
    families.push_back({&entry, role, model.find_range(entry.name.value)});
  }
  std::sort(families.begin(), families.end(),
            [](const Family& a, const Family& b) { return a.entry->name.value < b.entry->name.value; });
  return families;
}

bool is_a(const catalogue::Catalogue& catalogue, const Family& family, std::string_view role) {
  if (family.role == nullptr) return false;
  if (family.role->name == role) return true;
  return !family.role->shipped && catalogue.is_a(family.role->name, role);
}

bool has_unknown_role(const std::vector<Family>& families) {
  return std::any_of(families.begin(), families.end(), [](const Family& family) { return family.role == nullptr; });
}

void add_domains(Resolution& resolution) {
  std::vector<const spec::Domain*> entries;
  entries.reserve(resolution.inputs.spec.domains.size());
  for (const spec::Domain& entry : resolution.inputs.spec.domains) entries.push_back(&entry);
  std::sort(entries.begin(), entries.end(),
            [](const spec::Domain* a, const spec::Domain* b) { return a->name.value < b->name.value; });
  for (const spec::Domain* const entry : entries) add_family(resolution, *entry);
}

void choose_special_domains(Resolution& resolution) {
  Model& model = resolution.model;
  check_role_counts(resolution);
  if (const Family* const control = first_of(resolution, "control")) {
    model.control = control->domains.first;
    model.domains[index(model.control)].is_control = true;
  } else if (!has_unknown_role(resolution.families)) {
    resolution.diagnostics.error(DiagnosticId::kNoControl, resolution.inputs.spec.host.span,
                                 "no domain has role `control`; domain 0 must have it");
  }
  model.split = resolution.inputs.spec.host.hardware_domain.has_value();
  if (model.split) {
    choose_split_hardware(resolution);
  } else {
    choose_classic_hardware(resolution);
  }
  if (model.hardware != kNoDomain) model.domains[index(model.hardware)].is_hardware = true;
  const Family* const xenstore = first_of(resolution, "xenstore");
  model.xenstore = xenstore == nullptr ? model.control : xenstore->domains.first;
}

void settle_domids(Resolution& resolution) {
  Model& model = resolution.model;
  Numbers numbers;
  if (model.control != kNoDomain) {
    model.domains[index(model.control)].domid = {0, true};
    numbers.take(0, model.control);
  }
  for (const Family& family : by_place(resolution.families)) {
    if (!family.entry->domid) continue;
    const bool is_control = family.domains.first == model.control;
    if (!is_control) {
      take_written_domid(resolution, family, numbers);
    } else if (family.entry->domid->value != 0) {
      resolution.diagnostics.error(DiagnosticId::kDomidLimits, family.entry->domid->span,
                                   fmt::format("the control domain is domain 0, not {}", family.entry->domid->value));
    } else {
      model.domains[index(model.control)].domid.is_default = false;
    }
  }
  if (model.split && model.hardware != kNoDomain && model.at(model.hardware).domid.is_default && numbers.is_free(1)) {
    model.domains[index(model.hardware)].domid = {1, true};
    numbers.take(1, model.hardware);
  }
  for (std::uint32_t i = 0; i < model.domains.size(); ++i) {
    Domain& domain = model.domains[i];
    if (!domain.domid.is_default || domain.domid.value != 0 || DomainId{i} == model.control) continue;
    domain.domid = {numbers.take_lowest(DomainId{i}), true};
  }
}

}  // namespace bulkhead::model
