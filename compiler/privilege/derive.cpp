#include <algorithm>
#include <tuple>
#include <unordered_map>

#include <fmt/core.h>

#include "bulkhead/base/check.h"
#include "bulkhead/privilege/privileges.h"
#include "conditions.h"
#include "transitions.h"
#include "types.h"

namespace bulkhead::privilege {
namespace {

using catalogue::ControlPhase;
using catalogue::Rule;
using catalogue::Target;
using catalogue::TargetKind;
using model::DomainId;

// One label that a party acts or is seen under.
struct Label {
  TypeId type{};
  Phase phase = Phase::kRunning;
};

// At most two: the control domain while booting and sealed.
struct Labels {
  Label items[2];
  std::size_t count = 0;
  void add(TypeId type, Phase phase) { items[count++] = {type, phase}; }
  [[nodiscard]] const Label* begin() const { return items; }
  [[nodiscard]] const Label* end() const { return items + count; }
};

// Names of a rule, looked up once in the release's ABI.
struct Vector {
  abi::ClassId access_class{};
  abi::AccessVector permissions = 0;
};

class Deriver {
 public:
  Deriver(const model::Model& model, const catalogue::Catalogue& catalogue, TypeTable& table, Diagnostics& diagnostics)
      : model_(model), catalogue_(catalogue), table_(table), diagnostics_(diagnostics) {}

  void apply_roles();
  void apply_links();

 private:
  void apply(const std::vector<Rule>& rules, const Site& site);
  void apply(const Rule& rule, const Site& site);
  [[nodiscard]] const Vector& vector_of(const Rule& rule);
  [[nodiscard]] Labels control_labels(const Rule& rule, const Site& site) const;
  [[nodiscard]] Labels source_labels(const Rule& rule, const Site& site) const;
  [[nodiscard]] std::optional<DomainId> subject(const Rule& rule, const Site& site) const;
  [[nodiscard]] Labels target_labels(const Rule& rule, const Site& site, const Label& source) const;
  [[nodiscard]] Labels seen(std::optional<DomainId> viewer, DomainId domain, const Label& source,
                            const Rule& rule) const;
  [[nodiscard]] DomainId party(const Target& target, const Site& site) const {
    return target.kind == TargetKind::kBuilder ? model_.control : site.ends[target.end];
  }
  [[nodiscard]] const DomainTypes& types(DomainId id) const { return table_.derived.of_domain[model::index(id)]; }

  const model::Model& model_;
  const catalogue::Catalogue& catalogue_;
  TypeTable& table_;
  Diagnostics& diagnostics_;
  std::unordered_map<const Rule*, Vector> vectors_;
};

void Deriver::apply_roles() {
  std::unordered_map<std::string, std::vector<const catalogue::Role*>> lineages;
  const auto lineage = [&](const std::string& role) -> const std::vector<const catalogue::Role*>& {
    const auto [place, is_new] = lineages.try_emplace(role);
    if (is_new) place->second = catalogue_.lineage(role);
    return place->second;
  };
  for (std::size_t i = 0; i < model_.domains.size(); ++i) {
    const model::Domain& domain = model_.domains[i];
    const auto id = static_cast<DomainId>(i);
    const auto apply_role = [&](const catalogue::Role& role) {
      apply(role.rules, {.ends = {id, id}, .device = {}, .kind = nullptr, .origin = domain.span, .via = role.name});
    };
    for (const catalogue::Role* role : lineage(domain.role)) apply_role(*role);
    // On a classic host the control domain is the hardware domain as well.
    if (domain.is_control && domain.is_hardware) apply_role(*catalogue_.find_role("hardware"));
  }
}

void Deriver::apply_links() {
  for (const model::Link& link : model_.links) {
    apply(link.kind->rules, {.ends = {link.ends[0], link.ends[1]},
                             .device = link.device,
                             .kind = link.kind,
                             .origin = link.origin,
                             .via = link.kind->name});
  }
}

void Deriver::apply(const std::vector<Rule>& rules, const Site& site) {
  for (const Rule& rule : rules) {
    if (holds(rule.when, site, model_, catalogue_)) apply(rule, site);
  }
}

void Deriver::apply(const Rule& rule, const Site& site) {
  const Vector& vector = vector_of(rule);
  if (vector.permissions == 0) return;
  auto& grants = rule.effect == catalogue::Effect::kAllow ? table_.derived.set.allow : table_.derived.set.dontaudit;
  for (const Label& source : source_labels(rule, site)) {
    for (const Label& target : target_labels(rule, site, source)) {
      grants.push_back({.source = source.type,
                        .target = target.type,
                        .access_class = vector.access_class,
                        .permissions = vector.permissions,
                        .phase = source.phase,
                        .rule = &rule,
                        .via = site.via,
                        .origin = site.origin});
    }
  }
}

const Vector& Deriver::vector_of(const Rule& rule) {
  const auto [place, is_new] = vectors_.try_emplace(&rule);
  if (!is_new) return place->second;
  const auto class_id = model_.abi->find_class(rule.access_class);
  if (!class_id) {
    diagnostics_.error(DiagnosticId::kUnknownClass, rule.place,
                       fmt::format("Xen {} has no class `{}`", model_.abi->version.text(), rule.access_class));
    return place->second;
  }
  place->second.access_class = *class_id;
  for (const catalogue::RulePermission& permission : rule.permissions) {
    if (const auto bit = model_.abi->at(*class_id).bit(permission.name)) {
      place->second.permissions |= 1U << *bit;
    } else {
      diagnostics_.error(DiagnosticId::kUnknownPermission, permission.place,
                         fmt::format("class `{}` of Xen {} has no permission `{}`", rule.access_class,
                                     model_.abi->version.text(), permission.name));
    }
  }
  return place->second;
}

Labels Deriver::control_labels(const Rule& rule, const Site& site) const {
  const DomainTypes& control = types(model_.control);
  const auto has = [&](ControlPhase phase) { return (rule.phases & static_cast<std::uint8_t>(phase)) != 0; };
  Labels labels;
  if (has(ControlPhase::kBooting)) labels.add(*control.booting, Phase::kBooting);
  if (has(ControlPhase::kSealed) || (has(ControlPhase::kSealedIfRebuilt) && is_rebuilt(site, model_))) {
    labels.add(control.running, Phase::kRunning);
  }
  return labels;
}

// The domain behind a rule's subject; for a channel, whose ports carry it: the end that is not the target.
std::optional<DomainId> Deriver::subject(const Rule& rule, const Site& site) const {
  switch (rule.from.kind) {
    case TargetKind::kEnd:
    case TargetKind::kEndBuilding:
    case TargetKind::kEndRunning:
    case TargetKind::kBuilder:
      return party(rule.from, site);
    case TargetKind::kSelf:
      return site.ends[0];
    case TargetKind::kChannel:
      return site.ends[rule.to.end == 0 ? 1 : 0];
    case TargetKind::kBootingSelf:
    case TargetKind::kDevice:
    case TargetKind::kSealed:
    case TargetKind::kInitial:
      break;
  }
  return std::nullopt;
}

Labels Deriver::source_labels(const Rule& rule, const Site& site) const {
  Labels labels;
  switch (rule.from.kind) {
    case TargetKind::kEnd:
    case TargetKind::kEndRunning:
    case TargetKind::kBuilder: {
      const DomainId id = party(rule.from, site);
      if (id == model_.control) return control_labels(rule, site);
      labels.add(types(id).running, Phase::kRunning);
      break;
    }
    case TargetKind::kEndBuilding:
      if (const auto building = types(party(rule.from, site)).building) labels.add(*building, Phase::kBuilding);
      break;
    case TargetKind::kSelf: {
      const DomainTypes& own = types(site.ends[0]);
      if (own.booting_self) labels.add(*own.booting_self, Phase::kBooting);
      labels.add(own.self, Phase::kRunning);
      break;
    }
    case TargetKind::kChannel:
      labels.add(table_.channels.type(site.ends[0], site.ends[1]), Phase::kRunning);
      break;
    case TargetKind::kInitial: {
      const bool is_boot = rule.phases == static_cast<std::uint8_t>(ControlPhase::kBooting);
      labels.add(table_.initial[static_cast<std::size_t>(rule.from.initial)],
                 is_boot ? Phase::kBooting : Phase::kRunning);
      break;
    }
    case TargetKind::kBootingSelf:
    case TargetKind::kDevice:
    case TargetKind::kSealed:
      BULKHEAD_CHECK(false, "devices and labels of another phase are no subjects");
  }
  return labels;
}

// The labels that Xen puts for `domain` when `viewer` operates on it (xen/xsm/flask/hooks.c domain_target_sid).
Labels Deriver::seen(std::optional<DomainId> viewer, DomainId domain, const Label& source, const Rule& rule) const {
  const DomainTypes& own = types(domain);
  Labels labels;
  if (viewer == domain) {
    // A label of the control domain meets the self label of that label only; other sources of a domain run as one
    // label.
    const bool is_boot = own.booting && (source.type == *own.booting || source.type == *own.booting_self);
    labels.add(is_boot ? *own.booting_self : own.self, Phase::kRunning);
  } else if (viewer && model_.at(domain).device_model == viewer) {
    labels.add(*own.target, Phase::kRunning);
  } else {
    const bool is_boot_only =
        rule.from.kind == TargetKind::kInitial && rule.phases == static_cast<std::uint8_t>(ControlPhase::kBooting);
    if (own.booting) labels.add(*own.booting, Phase::kRunning);
    if (!own.booting || !is_boot_only) labels.add(own.running, Phase::kRunning);
  }
  return labels;
}

Labels Deriver::target_labels(const Rule& rule, const Site& site, const Label& source) const {
  Labels labels;
  switch (rule.to.kind) {
    case TargetKind::kEnd:
    case TargetKind::kBuilder:
      return seen(subject(rule, site), party(rule.to, site), source, rule);
    case TargetKind::kSelf: {
      const auto viewer = subject(rule, site);
      BULKHEAD_CHECK(viewer.has_value(), "`self` is the self of a domain");
      return seen(viewer, *viewer, source, rule);
    }
    case TargetKind::kBootingSelf:
      labels.add(*types(model_.control).booting_self, Phase::kRunning);
      break;
    case TargetKind::kEndBuilding:
      if (const auto building = types(party(rule.to, site)).building) labels.add(*building, Phase::kBuilding);
      break;
    case TargetKind::kEndRunning: {
      const DomainTypes& own = types(party(rule.to, site));
      if (own.booting) labels.add(*own.booting, Phase::kBooting);
      labels.add(own.running, Phase::kRunning);
      break;
    }
    case TargetKind::kChannel:
      labels.add(table_.channels.type(site.ends[0], site.ends[1]), Phase::kRunning);
      break;
    case TargetKind::kDevice:
      if (site.device) labels.add(table_.derived.of_device[model::index(*site.device)], Phase::kRunning);
      break;
    case TargetKind::kSealed:
      labels.add(types(model_.control).running, Phase::kRunning);
      break;
    case TargetKind::kInitial:
      labels.add(table_.initial[static_cast<std::size_t>(rule.to.initial)], Phase::kRunning);
      break;
  }
  return labels;
}

void sort_grants(std::vector<Grant>& grants) {
  // Most are told apart by numbers; the rest of the key is only looked at when these are the same.
  const auto numbers = [](const Grant& grant) {
    return std::tuple(grant.source, grant.target, grant.access_class, grant.phase);
  };
  const auto rest = [](const Grant& grant) { return std::tuple(grant.via, grant.origin, grant.rule->place); };
  std::sort(grants.begin(), grants.end(), [&](const Grant& a, const Grant& b) {
    const auto order = numbers(a) <=> numbers(b);
    return order != 0 ? order < 0 : rest(a) < rest(b);
  });
}

}  // namespace

Derived derive(const model::Model& model, const catalogue::Catalogue& catalogue, Diagnostics& diagnostics) {
  TypeTable table = make_types(model, diagnostics);
  Deriver deriver(model, catalogue, table, diagnostics);
  deriver.apply_roles();
  deriver.apply_links();
  sort_grants(table.derived.set.allow);
  sort_grants(table.derived.set.dontaudit);
  table.derived.set.transitions = make_transitions(model, catalogue, table);
  return std::move(table.derived);
}

}  // namespace bulkhead::privilege
