// Assertions and invariants in FLASK's own words, as far as it has words for them: checkpolicy then refuses
// independently of our check of the binary. A rule that would have to list most types of a large host is left to that
// check.
#include <algorithm>

#include <fmt/core.h>

#include "bulkhead/flask/policy_conf.h"

namespace bulkhead::flask {
namespace {

using privilege::TypeId;
using privilege::TypeKind;

// More names than these in one neverallow and checkpolicy's own time for it grows with the square of the host.
constexpr std::size_t kMostNames = 64;

// Which labels of a domain an assertion speaks of.
std::vector<TypeId> labels(const privilege::Derived& derived, model::DomainId id,
                           const std::optional<spec::Phase>& phase) {
  const privilege::DomainTypes& own = derived.of_domain[model::index(id)];
  std::vector<TypeId> result;
  if (own.booting && phase != spec::Phase::kRunning) result.push_back(*own.booting);
  if (!own.booting || phase != spec::Phase::kBooting) result.push_back(own.running);
  return result;
}

class NeverMaker {
 public:
  NeverMaker(const model::Model& model, const catalogue::Catalogue& catalogue, const privilege::Derived& derived)
      : model_(model), catalogue_(catalogue), derived_(derived) {}

  void add(const spec::Assertion& assertion);
  void add(const catalogue::Invariant& invariant);
  [[nodiscard]] std::vector<NeverAllow> take() { return std::move(result_); }

 private:
  void only_may(const spec::OnlyMay& claim, const std::optional<spec::Phase>& phase, NeverAllow never);
  void may_only(const spec::MayOnly& claim, const std::optional<spec::Phase>& phase, NeverAllow never);
  void nobody_may(const spec::NobodyMay& claim, const std::optional<spec::Phase>& phase, NeverAllow never);
  void no_flow(const spec::NoFlow& claim, const std::optional<spec::Phase>& phase, const NeverAllow& never);
  void push(NeverAllow never);
  // Permissions that labels hold which never act (channels, building labels, self): "everybody but" would mean those
  // too.
  void forget_what_labels_hold(NeverAllow& never) const;
  [[nodiscard]] std::vector<TypeId> labels_of(const std::string& name, const std::optional<spec::Phase>& phase) const;
  // False when the class or permission is none of this release: reported by the check of the assertions.
  [[nodiscard]] bool pattern(const spec::AccessPattern& may, NeverAllow& never) const;
  // Every label but those that `phase` is about: the labels that run in other phases.
  void except_other_phases(const std::optional<spec::Phase>& phase, std::vector<TypeId>& excepted) const;

  const model::Model& model_;
  const catalogue::Catalogue& catalogue_;
  const privilege::Derived& derived_;
  std::vector<NeverAllow> result_;
};

void NeverMaker::forget_what_labels_hold(NeverAllow& never) const {
  if (!never.sources_complement) return;
  for (const privilege::Grant& grant : derived_.set.allow) {
    const TypeKind kind = derived_.set.at(grant.source).kind;
    const bool acts = kind == TypeKind::kRunning || kind == TypeKind::kBooting || kind == TypeKind::kInitial;
    if (!acts && grant.access_class == never.access_class) never.permissions &= ~grant.permissions;
  }
}

void NeverMaker::push(NeverAllow never) {
  forget_what_labels_hold(never);
  for (std::vector<TypeId>* list : {&never.sources, &never.targets}) {
    std::sort(list->begin(), list->end());
    list->erase(std::unique(list->begin(), list->end()), list->end());
    if (list->size() > kMostNames) return;
  }
  if (never.permissions != 0) result_.push_back(std::move(never));
}

std::vector<TypeId> NeverMaker::labels_of(const std::string& name, const std::optional<spec::Phase>& phase) const {
  std::vector<TypeId> result;
  for (const model::DomainId id : model_.find(name)) {
    for (const TypeId type : labels(derived_, id, phase)) result.push_back(type);
  }
  if (result.empty()) {
    if (const auto fixed = derived_.set.find(name + "_t")) result.push_back(*fixed);
  }
  return result;
}

bool NeverMaker::pattern(const spec::AccessPattern& may, NeverAllow& never) const {
  const auto access_class = derived_.set.abi->find_class(may.access_class.value);
  if (!access_class) return false;
  const auto bit = derived_.set.abi->at(*access_class).bit(may.permission.value);
  if (!bit) return false;
  never.access_class = *access_class;
  never.permissions = 1U << *bit;
  if (may.on) never.targets = labels_of(may.on->value, {});
  return true;
}

void NeverMaker::except_other_phases(const std::optional<spec::Phase>& phase, std::vector<TypeId>& excepted) const {
  const privilege::DomainTypes& control = derived_.of_domain[model::index(model_.control)];
  if (phase == spec::Phase::kRunning) {
    excepted.push_back(*control.booting);
    excepted.push_back(*derived_.set.find("xenboot_t"));  // the hypervisor before it runs
  }
  if (phase == spec::Phase::kBooting) excepted.push_back(control.running);
}

void NeverMaker::only_may(const spec::OnlyMay& claim, const std::optional<spec::Phase>& phase, NeverAllow never) {
  if (!pattern(claim.may, never)) return;
  never.sources_complement = true;
  never.sources.push_back(*derived_.set.find("xenboot_t"));
  for (const spec::Text& domain : claim.only) {
    for (const TypeId type : labels_of(domain.value, phase)) never.sources.push_back(type);
  }
  except_other_phases(phase, never.sources);
  push(std::move(never));
}

void NeverMaker::nobody_may(const spec::NobodyMay& claim, const std::optional<spec::Phase>& phase, NeverAllow never) {
  if (!pattern(claim.may, never)) return;
  never.sources_complement = true;
  except_other_phases(phase, never.sources);
  push(std::move(never));
}

// The targets are all others; FLASK can only say that by naming those that are left.
void NeverMaker::may_only(const spec::MayOnly& claim, const std::optional<spec::Phase>& phase, NeverAllow never) {
  if (!pattern(claim.may, never)) return;
  never.sources = labels_of(claim.domain.value, phase);
  std::vector<TypeId> admitted;
  for (const spec::Text& domain : claim.on) {
    for (const TypeId type : labels_of(domain.value, {})) admitted.push_back(type);
  }
  std::sort(admitted.begin(), admitted.end());
  for (std::size_t i = 0; i < derived_.set.types.size(); ++i) {
    const auto id = static_cast<TypeId>(i);
    const TypeKind kind = derived_.set.types[i].kind;
    const bool is_domain = kind == TypeKind::kRunning || kind == TypeKind::kBooting;
    if (is_domain && !std::binary_search(admitted.begin(), admitted.end(), id)) never.targets.push_back(id);
  }
  push(std::move(never));
}

void NeverMaker::no_flow(const spec::NoFlow& claim, const std::optional<spec::Phase>& phase, const NeverAllow& never) {
  const std::vector<TypeId> from = labels_of(claim.from.value, phase);
  const std::vector<TypeId> to = labels_of(claim.to.value, phase);
  for (std::size_t i = 0; i < derived_.set.abi->classes.size(); ++i) {
    NeverAllow write = never;
    NeverAllow read = never;
    write.access_class = read.access_class = static_cast<abi::ClassId>(i);
    write.sources = read.targets = from;
    write.targets = read.sources = to;
    const abi::AccessClass& access_class = derived_.set.abi->classes[i];
    for (std::size_t bit = 0; bit < access_class.permissions.size(); ++bit) {
      const auto* permission = catalogue_.find_permission(access_class.name, access_class.permissions[bit]);
      if (permission == nullptr) continue;
      const bool both = permission->flow == catalogue::Flow::kBoth;
      if (both || permission->flow == catalogue::Flow::kToTarget) write.permissions |= 1U << bit;
      if (both || permission->flow == catalogue::Flow::kFromTarget) read.permissions |= 1U << bit;
    }
    push(std::move(write));
    push(std::move(read));
  }
}

void NeverMaker::add(const spec::Assertion& assertion) {
  NeverAllow never;
  never.reason = fmt::format("assert: {}", assertion.name ? assertion.name->value : "without a name");
  never.origin = assertion.span;
  std::optional<spec::Phase> phase;
  if (assertion.phase) phase = assertion.phase->value;
  if (const auto* no = std::get_if<spec::NoFlow>(&assertion.claim)) no_flow(*no, phase, never);
  if (const auto* only = std::get_if<spec::OnlyMay>(&assertion.claim)) only_may(*only, phase, never);
  if (const auto* on = std::get_if<spec::MayOnly>(&assertion.claim)) may_only(*on, phase, never);
  if (const auto* nobody = std::get_if<spec::NobodyMay>(&assertion.claim)) nobody_may(*nobody, phase, never);
}

// An invariant with exceptions would have to name all other targets; one that a risk was accepted for does not hold.
void NeverMaker::add(const catalogue::Invariant& invariant) {
  if (!invariant.except_on.empty()) return;
  const bool is_accepted = std::any_of(model_.accepts.begin(), model_.accepts.end(), [&](const spec::Accept& accept) {
    return accept.finding.value == invariant.id;
  });
  if (is_accepted) return;
  const privilege::InvariantScope scope(invariant, model_, catalogue_, derived_);
  NeverAllow never;
  never.reason = fmt::format("invariant {}: {}", invariant.id, invariant.about);
  for (std::size_t i = 0; i < derived_.set.types.size(); ++i) {
    if (scope.binds(static_cast<TypeId>(i))) never.sources.push_back(static_cast<TypeId>(i));
  }
  if (never.sources.empty()) return;
  for (std::size_t i = 0; i < derived_.set.abi->classes.size(); ++i) {
    never.access_class = static_cast<abi::ClassId>(i);
    never.permissions = scope.never(never.access_class);
    push(never);
  }
}

}  // namespace

std::vector<NeverAllow> never_allows(const model::Model& model, const catalogue::Catalogue& catalogue,
                                     const privilege::Derived& derived) {
  NeverMaker maker(model, catalogue, derived);
  for (const spec::Assertion& assertion : model.assertions) maker.add(assertion);
  for (const catalogue::Invariant& invariant : catalogue.invariants()) maker.add(invariant);
  return maker.take();
}

}  // namespace bulkhead::flask
