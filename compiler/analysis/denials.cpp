#include "bulkhead/analysis/denials.h"

#include <algorithm>
#include <optional>
#include <tuple>

#include <fmt/format.h>

#include "bulkhead/base/text.h"
#include "changes.h"
#include "labels.h"
#include "reason_of.h"
#include "resources.h"
#include "trial.h"

namespace bulkhead::analysis {
namespace {

using privilege::Grant;
using privilege::TypeId;
using privilege::TypeKind;

constexpr std::size_t kMaxProposals = 3;
constexpr std::size_t kMaxRefused = 3;

// "d5" → the domain that the spec gives this number.
std::optional<model::DomainId> domain_numbered(const model::Model& model, std::string_view text) {
  for (std::uint32_t i = 0; i < model.domains.size(); ++i) {
    if (text == fmt::format("d{}", model.domains[i].domid.value)) return model::DomainId{i};
  }
  return std::nullopt;
}

class Explainer {
 public:
  explicit Explainer(const SpecView& host)
      : host_(host), set_(host.derived.set), obstacles_(host.model, host.catalogue, host.derived) {}

  void explain(const DenialGroup& group, std::vector<Denial>& denials);

 private:
  struct Facts {
    Label source;
    Label target;
    abi::ClassId access_class{};
  };

  [[nodiscard]] DenialPermission describe(const DenialGroup& group, const std::string& name) const;
  [[nodiscard]] Denial outline(const DenialGroup& group, DenialKind kind) const;
  [[nodiscard]] std::string name_object(const std::string& object, const Denial& denial) const;
  void add_remarks(Denial& denial, const Facts& facts) const;
  [[nodiscard]] std::vector<std::string> unknown(const DenialGroup& group, Facts& facts) const;
  // The reason and the place of the one that says that it is harmless.
  [[nodiscard]] const catalogue::RulePermission* harmless(const Facts& facts, const std::string& access_class,
                                                          const std::string& permission) const;
  [[nodiscard]] bool is_granted(const Facts& facts, const std::string& permission) const;
  void add_reasons(Denial& denial, const Facts& facts) const;
  void judge(Denial& denial, const Facts& facts);
  void add_changes(Denial& denial, const Facts& facts);
  void try_change(const Candidate& candidate, const Facts& facts, Denial& denial);
  [[nodiscard]] static bool gives(const Trial& trial, const Candidate& candidate, const Denial& denial);

  SpecView host_;
  const privilege::PrivilegeSet& set_;
  Obstacles obstacles_;
  std::optional<Trials> trials_;  // made when the first change is tried
};

DenialPermission Explainer::describe(const DenialGroup& group, const std::string& name) const {
  DenialPermission result{name, {}, {}, {}, {}, {}};
  if (const auto* const known = host_.catalogue.find_permission(group.access_class, name)) {
    result.guards = known->guards;
    result.operations = known->operations;
    result.note = known->note;
  }
  return result;
}

Denial Explainer::outline(const DenialGroup& group, DenialKind kind) const {
  Denial denial;
  denial.kind = kind;
  denial.group = group;
  denial.group.permissions.clear();
  denial.source = group.source;
  denial.target = group.target;
  return denial;
}

// What the log's labels, class and permissions are in this spec; what is none of it.
std::vector<std::string> Explainer::unknown(const DenialGroup& group, Facts& facts) const {
  std::vector<std::string> problems;
  const auto check = [&](const std::string& context, Label& label) {
    label = find_label(set_, context);
    if (label.type) return;
    problems.push_back(
        context.find(':') == std::string::npos
            ? fmt::format("the log has the number {} for a label that the policy had no name for", context)
            : fmt::format("`{}` is no label of this spec", context));
  };
  check(group.source, facts.source);
  check(group.target, facts.target);
  const auto access_class = set_.abi->find_class(group.access_class);
  if (!access_class) {
    problems.push_back(fmt::format("Xen {} has no class `{}`", set_.abi->version.text(), group.access_class));
    return problems;
  }
  facts.access_class = *access_class;
  for (const std::string& permission : group.permissions) {
    if (set_.abi->at(*access_class).bit(permission)) continue;
    problems.push_back(fmt::format("class `{}` of Xen {} has no permission `{}`", group.access_class,
                                   set_.abi->version.text(), permission));
  }
  return problems;
}

const catalogue::RulePermission* Explainer::harmless(const Facts& facts, const std::string& access_class,
                                                     const std::string& permission) const {
  const auto named = [&](const catalogue::RulePermission& each) { return each.name == permission; };
  const TypeId source = *facts.source.type;
  const TypeId target = *facts.target.type;
  if (facts.source.is_undeclared_channel || facts.target.is_undeclared_channel) return nullptr;
  const std::tuple key(source, target, facts.access_class);
  const auto key_of = [](const Grant& each) { return std::tuple(each.source, each.target, each.access_class); };
  auto silent = std::lower_bound(set_.dontaudit.begin(), set_.dontaudit.end(), key,
                                 [&](const Grant& each, const auto& sought) { return key_of(each) < sought; });
  for (; silent != set_.dontaudit.end() && key_of(*silent) == key; ++silent) {
    const auto found = std::find_if(silent->rule->permissions.begin(), silent->rule->permissions.end(), named);
    if (found != silent->rule->permissions.end()) return &*found;
  }
  if (!set_.at(source).domain || set_.at(source).kind == TypeKind::kChannel) return nullptr;
  const std::string& role = host_.model.at(*set_.at(source).domain).role;
  for (const catalogue::HarmlessDenial& each : host_.catalogue.harmless_denials()) {
    if (each.access_class != access_class || !host_.catalogue.is_a(role, each.role)) continue;
    if (!is_target(set_, each.on, source, target)) continue;
    const auto found = std::find_if(each.permissions.begin(), each.permissions.end(), named);
    if (found != each.permissions.end()) return &*found;
  }
  return nullptr;
}

bool Explainer::is_granted(const Facts& facts, const std::string& permission) const {
  if (facts.source.is_undeclared_channel || facts.target.is_undeclared_channel) return false;
  const unsigned bit = *set_.abi->at(facts.access_class).bit(permission);
  const auto grants = set_.grants(*facts.source.type, *facts.target.type, facts.access_class);
  return std::any_of(grants.begin(), grants.end(),
                     [&](const Grant& grant) { return (grant.permissions >> bit & 1U) != 0; });
}

std::string Explainer::name_object(const std::string& object, const Denial& denial) const {
  std::vector<std::string> names;
  for (const Resource& resource : resources_of(object, denial.group.permissions.front(), denial.target)) {
    const std::vector<model::DeviceId> devices = devices_at(host_.model, resource);
    for (const model::DeviceId id : devices) {
      names.push_back(fmt::format("{} of the device {}", text_of(resource), quoted(host_.model.at(id).name)));
    }
    const spec::InventoryDevice* const found = inventory_device_at(host_.inventory, resource);
    if (devices.empty() && found != nullptr) {
      const Resource slot{ResourceKind::kPci, found->pci.sbdf(), found->pci.sbdf()};
      const std::vector<model::DeviceId> listed = devices_at(host_.model, slot);
      names.push_back(listed.empty() ? fmt::format("{} of the machine's {}, which the spec does not list",
                                                   text_of(resource), found->pci.text())
                                     : fmt::format("{} of the device {}, by the inventory", text_of(resource),
                                                   quoted(host_.model.at(listed.front()).name)));
    } else if (devices.empty() && !object.starts_with("range=")) {
      names.push_back(fmt::format("{}, which no device of the spec has", text_of(resource)));
    }
  }
  if (names.empty()) return object;
  return fmt::format("{}: {}", object, join(names, "; "));
}

void Explainer::add_remarks(Denial& denial, const Facts& facts) const {
  // A line with two domains names the source first; one with a caller alone does not say whose label is denied.
  const privilege::Type& source = set_.at(*facts.source.type);
  const bool acts = source.kind == TypeKind::kRunning || source.kind == TypeKind::kBooting;
  if (!acts || denial.group.first_target.empty() || facts.source.is_undeclared_channel) return;
  const auto check = [&](const std::string& number, const privilege::Type& type) {
    if (!type.domain || number.find('[') != std::string::npos) return;
    const model::Domain& domain = host_.model.at(*type.domain);
    const std::string expected = fmt::format("d{}", domain.domid.value);
    if (number == expected) return;
    denial.remarks.push_back(fmt::format("the log has {} where `{}` is {} by the spec", number, domain.name, expected));
  };
  check(denial.group.first_caller, source);
  check(denial.group.first_target, set_.at(*facts.target.type));
}

void Explainer::add_reasons(Denial& denial, const Facts& facts) const {
  abi::AccessVector wanted = 0;
  for (const std::string& permission : denial.group.permissions) {
    wanted |= 1U << *set_.abi->at(facts.access_class).bit(permission);
  }
  for (const Grant& grant : set_.grants(*facts.source.type, *facts.target.type, facts.access_class)) {
    if ((grant.permissions & wanted) == 0) continue;
    denial.reasons.push_back(reason_of(grant, host_.catalogue, *set_.abi, {facts.access_class, wanted}));
  }
}

bool Explainer::gives(const Trial& trial, const Candidate& candidate, const Denial& denial) {
  std::string source = candidate.source;
  std::string target = candidate.target;
  if (!candidate.domains[0].empty()) {
    const auto channel = trial.channels.find({candidate.domains[0], candidate.domains[1]});
    if (channel == trial.channels.end()) return false;
    (candidate.is_from_channel ? source : target) = channel->second;
  }
  return trial.gives(source, target, denial.group.access_class, denial.group.permissions);
}

void Explainer::try_change(const Candidate& candidate, const Facts& facts, Denial& denial) {
  if (!trials_) trials_.emplace(host_);
  Change change = candidate.change;
  const Trial* trial = trials_->run(change);
  if (trial != nullptr && trial->only_unreviewed) {
    const privilege::Type& source = set_.at(*facts.source.type);
    change = accepting_unreviewed(change, host_.model.at(*source.domain).family);
    trial = trials_->run(change);
  }
  if (trial == nullptr) {
    denial.untried = true;
    return;
  }
  if (trial->accepted && gives(*trial, candidate, denial)) {
    denial.proposals.push_back({change.lines(), trial->opening});
  } else if (!trial->accepted && !trial->refusals.empty() && denial.refused.size() < kMaxRefused) {
    denial.refused.push_back({change.lines(), trial->refusals.front()});
  }
}

void Explainer::add_changes(Denial& denial, const Facts& facts) {
  const DeniedCell cell{facts.source,
                        facts.target,
                        domain_numbered(host_.model, denial.group.first_caller),
                        denial.group.access_class,
                        denial.group.permissions,
                        denial.group.objects};
  const std::vector<Candidate> all = candidates(host_, cell);
  for (const bool is_last : {false, true}) {
    if (is_last && !denial.proposals.empty()) break;
    for (const Candidate& candidate : all) {
      if (candidate.is_last_resort == is_last) try_change(candidate, facts, denial);
    }
  }
  std::stable_sort(denial.proposals.begin(), denial.proposals.end(), [](const Proposal& a, const Proposal& b) {
    return std::tuple(a.opening.permissions + a.opening.narrowed.size(), a.lines.size()) <
           std::tuple(b.opening.permissions + b.opening.narrowed.size(), b.lines.size());
  });
  if (denial.proposals.size() > kMaxProposals) denial.proposals.resize(kMaxProposals);
}

void Explainer::judge(Denial& denial, const Facts& facts) {
  if (!facts.source.is_undeclared_channel && !facts.target.is_undeclared_channel) {
    SoughtCell sought{*facts.source.type, *facts.target.type, facts.access_class, 0};
    for (const std::string& permission : denial.group.permissions) {
      sought.permissions |= 1U << *set_.abi->at(facts.access_class).bit(permission);
    }
    denial.obstacles = obstacles_.of(sought);
  }
  denial.kind = denial.obstacles.empty() ? DenialKind::kMissing : DenialKind::kForbidden;
  add_changes(denial, facts);
}

void Explainer::explain(const DenialGroup& group, std::vector<Denial>& denials) {
  Facts facts;
  const std::vector<std::string> problems = unknown(group, facts);
  Denial parts[3] = {outline(group, DenialKind::kMissing), outline(group, DenialKind::kGranted),
                     outline(group, DenialKind::kHarmless)};
  if (!problems.empty()) {
    Denial& denial = parts[0];
    denial.kind = DenialKind::kUnknown;
    denial.group.permissions = group.permissions;
    for (const std::string& name : group.permissions) denial.permissions.push_back(describe(group, name));
    denial.remarks = problems;
    denials.push_back(std::move(denial));
    return;
  }
  for (const std::string& name : group.permissions) {
    DenialPermission permission = describe(group, name);
    const auto* const reason = harmless(facts, group.access_class, name);
    const bool is_granted = this->is_granted(facts, name);
    if (!is_granted && reason != nullptr) {
      permission.harmless = reason->reason;
      permission.place = reason->place;
    }
    Denial& part = parts[is_granted ? 1 : reason != nullptr ? 2 : 0];
    part.group.permissions.push_back(name);
    part.permissions.push_back(std::move(permission));
  }
  for (Denial& part : parts) {
    if (part.permissions.empty()) continue;
    part.source = facts.source.is_undeclared_channel ? group.source : set_.at(*facts.source.type).name;
    part.target = facts.target.is_undeclared_channel ? group.target : set_.at(*facts.target.type).name;
    part.who = in_words(host_, facts.source);
    part.on_what = in_words(host_, facts.target);
    for (const std::string& object : group.objects) part.objects.push_back(name_object(object, part));
    add_remarks(part, facts);
    if (part.kind == DenialKind::kMissing) judge(part, facts);
    if (part.kind == DenialKind::kGranted) add_reasons(part, facts);
    denials.push_back(std::move(part));
  }
}

}  // namespace

std::string_view name(DenialKind kind) {
  switch (kind) {
    case DenialKind::kForbidden:
      return "forbidden";
    case DenialKind::kMissing:
      return "missing";
    case DenialKind::kGranted:
      return "granted";
    case DenialKind::kUnknown:
      return "unknown";
    case DenialKind::kHarmless:
      return "harmless";
  }
  return {};
}

Denials explain(const SpecView& host, const DenialGroups& groups) {
  Denials result;
  Explainer explainer(host);
  for (const DenialGroup& group : groups.groups()) explainer.explain(group, result.denials);
  const auto harmless = std::stable_partition(result.denials.begin(), result.denials.end(), [](const Denial& denial) {
    return denial.kind != DenialKind::kHarmless;
  });
  result.attention = static_cast<std::size_t>(harmless - result.denials.begin());
  return result;
}

}  // namespace bulkhead::analysis
