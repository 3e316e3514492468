#include "bulkhead/analysis/obstacles.h"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

#include "bulkhead/analysis/assertions.h"
#include "bulkhead/base/text.h"
#include "bulkhead/flow/parties.h"

namespace bulkhead::analysis {
namespace {

using privilege::Grant;
using privilege::Type;
using privilege::TypeId;
using privilege::TypeKind;

Span origin_of(std::span<const Grant> grants, abi::AccessVector permissions) {
  for (const Grant& grant : grants) {
    if ((grant.permissions & permissions) != 0) return grant.origin;
  }
  return {};
}

bool acts(const Type& type) {
  return type.kind == TypeKind::kRunning || type.kind == TypeKind::kBooting;
}

}  // namespace

std::string_view name(ObstacleKind kind) {
  switch (kind) {
    case ObstacleKind::kSealing:
      return "sealing";
    case ObstacleKind::kBuilding:
      return "building";
    case ObstacleKind::kInvariant:
      return "invariant";
    case ObstacleKind::kAssertion:
      return "assertion";
    case ObstacleKind::kUnreviewed:
      return "unreviewed";
  }
  return {};
}

Obstacles::Obstacles(const model::Model& model, const catalogue::Catalogue& catalogue,
                     const privilege::Derived& derived)
    : model_(model), catalogue_(catalogue), derived_(derived) {
  for (const catalogue::Invariant& invariant : catalogue.invariants()) {
    scopes_.emplace_back(invariant, model, catalogue, derived);
  }
  if (model.assertions.empty()) return;
  policy_ = flow::policy_of(model, derived);
  Diagnostics diagnostics;
  check_assertions(model, catalogue, derived, *policy_, diagnostics);
  for (const Diagnostic& diagnostic : diagnostics.all()) broken_.push_back(diagnostic.span);
}

abi::AccessVector Obstacles::granted(TypeId source, TypeId target, abi::ClassId access_class) const {
  abi::AccessVector all = 0;
  for (const Grant& grant : derived_.set.grants(source, target, access_class)) all |= grant.permissions;
  return all;
}

// Of the sealed control domain's label the one before it.
std::optional<TypeId> Obstacles::booting_label(TypeId source) const {
  const Type& type = derived_.set.at(source);
  if (type.kind != TypeKind::kRunning || !type.domain) return std::nullopt;
  return derived_.of_domain[model::index(*type.domain)].booting;
}

void Obstacles::add_sealing(const SoughtCell& sought, std::vector<Obstacle>& found) const {
  const std::optional<TypeId> booting = booting_label(sought.source);
  if (!booting) return;
  const privilege::DomainTypes& own = derived_.of_domain[model::index(*derived_.set.at(sought.source).domain)];
  const TypeId target = sought.target == own.self ? *own.booting_self : sought.target;
  const abi::AccessVector before = granted(*booting, target, sought.access_class) & sought.permissions;
  if (before == 0) return;
  const abi::AccessClass& access_class = derived_.set.abi->at(sought.access_class);
  found.push_back({ObstacleKind::kSealing,
                   {},
                   fmt::format("sealing takes it away: {} has {} on {} until then", derived_.set.at(*booting).name,
                               abi::permission_list(access_class, before), derived_.set.at(target).name),
                   origin_of(derived_.set.grants(*booting, target, sought.access_class), before)});
}

// Who builds a domain has rights on its building label that end when the domain gets its own.
void Obstacles::add_building(const SoughtCell& sought, std::vector<Obstacle>& found) const {
  const Type& target = derived_.set.at(sought.target);
  if (target.kind != TypeKind::kRunning || !target.domain) return;
  const std::optional<TypeId> building = derived_.of_domain[model::index(*target.domain)].building;
  if (!building) return;
  for (const std::optional<TypeId> source : {std::optional(sought.source), booting_label(sought.source)}) {
    if (!source) continue;
    const abi::AccessVector before = granted(*source, *building, sought.access_class) & sought.permissions;
    if (before == 0) continue;
    const abi::AccessClass& access_class = derived_.set.abi->at(sought.access_class);
    found.push_back({ObstacleKind::kBuilding,
                     {},
                     fmt::format("it is for building only: {} has {} on {}, and loses it when `{}` gets its own label",
                                 derived_.set.at(*source).name, abi::permission_list(access_class, before),
                                 derived_.set.at(*building).name, model_.at(*target.domain).name),
                     origin_of(derived_.set.grants(*source, *building, sought.access_class), before)});
    return;
  }
}

void Obstacles::add_invariants(const SoughtCell& sought, std::vector<Obstacle>& found) const {
  for (std::size_t i = 0; i < scopes_.size(); ++i) {
    const bool forbids = scopes_[i].binds(sought.source) && !scopes_[i].excepts(sought.target) &&
                         (scopes_[i].never(sought.access_class) & sought.permissions) != 0;
    if (!forbids) continue;
    const catalogue::Invariant& invariant = catalogue_.invariants()[i];
    found.push_back({ObstacleKind::kInvariant, invariant.id,
                     fmt::format("the invariant `{}`: {}", invariant.id, invariant.about), invariant.place});
  }
}

namespace {

// Puts permissions into the rule of a cell, or makes one.
void add_permissions(const SoughtCell& sought, flask::BinaryPolicy& policy) {
  const auto value = [](auto id) { return static_cast<flask::TypeValue>(privilege::index(id) + 1); };
  const flask::BinaryRule rule{
      .source = value(sought.source),
      .target = value(sought.target),
      .target_class = static_cast<flask::ClassValue>(static_cast<unsigned>(sought.access_class) + 1),
      .kind = flask::RuleKind::kAllow,
      .data = sought.permissions,
      .offset = 0};
  const auto before = [](const flask::BinaryRule& a, const flask::BinaryRule& b) {
    return std::tuple(a.source, a.target, a.target_class, a.kind) <
           std::tuple(b.source, b.target, b.target_class, b.kind);
  };
  const auto place = std::lower_bound(policy.rules.begin(), policy.rules.end(), rule, before);
  if (place != policy.rules.end() && !before(rule, *place)) {
    place->data |= rule.data;
  } else {
    policy.rules.insert(place, rule);
  }
}

}  // namespace

// What the spec's assertions would say of a policy with that cell.
void Obstacles::add_assertions(const SoughtCell& sought, std::vector<Obstacle>& found) const {
  if (!policy_) return;
  flask::BinaryPolicy changed = *policy_;
  add_permissions(sought, changed);
  Diagnostics diagnostics;
  check_assertions(model_, catalogue_, derived_, changed, diagnostics);
  for (const Diagnostic& diagnostic : diagnostics.sorted()) {
    if (std::find(broken_.begin(), broken_.end(), diagnostic.span) != broken_.end()) continue;
    found.push_back({ObstacleKind::kAssertion, {}, fmt::format("with it {}", diagnostic.message), diagnostic.span});
  }
}

void Obstacles::add_unreviewed(const SoughtCell& sought, std::vector<Obstacle>& found) const {
  const Type& source = derived_.set.at(sought.source);
  if (!acts(source) || !source.domain || model_.at(*source.domain).is_control) return;
  const std::string finding(info(DiagnosticId::kUnreviewedOperations).id);
  const model::Domain& domain = model_.at(*source.domain);
  const bool is_accepted = std::any_of(model_.accepts.begin(), model_.accepts.end(), [&](const spec::Accept& accept) {
    const auto is_domain = [&](const spec::Text& each) {
      return each.value == domain.name || each.value == domain.family;
    };
    return accept.finding.value == finding &&
           (accept.domains.empty() || std::any_of(accept.domains.begin(), accept.domains.end(), is_domain));
  });
  if (is_accepted) return;
  const abi::AccessClass& access_class = derived_.set.abi->at(sought.access_class);
  std::vector<std::string> operations;
  for (std::size_t bit = 0; bit < access_class.permissions.size(); ++bit) {
    if ((sought.permissions >> bit & 1U) == 0) continue;
    const auto* permission = catalogue_.find_permission(access_class.name, access_class.permissions[bit]);
    if (permission == nullptr) continue;
    operations.insert(operations.end(), permission->unreviewed.begin(), permission->unreviewed.end());
  }
  if (operations.empty()) return;
  found.push_back({ObstacleKind::kUnreviewed,
                   finding,
                   fmt::format("the Xen project does not support delegating {} (XSA-77): `{}` has to be accepted",
                               join(operations, ", "), finding),
                   {}});
}

std::vector<Obstacle> Obstacles::of(const SoughtCell& sought) const {
  std::vector<Obstacle> found;
  add_sealing(sought, found);
  add_building(sought, found);
  add_invariants(sought, found);
  add_assertions(sought, found);
  add_unreviewed(sought, found);
  return found;
}

}  // namespace bulkhead::analysis
