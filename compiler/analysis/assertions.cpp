#include "bulkhead/analysis/assertions.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "assert_flows.h"
#include "bulkhead/flask/access.h"

namespace bulkhead::analysis {
namespace {

using flask::AccessCell;
using flask::TypeValue;
using privilege::TypeId;
using privilege::TypeKind;

constexpr std::size_t kShownNotes = 4;

using Phase = AssertionPhase;

class Checker {
 public:
  Checker(const model::Model& model, const catalogue::Catalogue& catalogue, const privilege::Derived& derived,
          const flask::BinaryPolicy& binary, Diagnostics& diagnostics)
      : model_(model),
        derived_(derived),
        binary_(binary),
        diagnostics_(diagnostics),
        catalogue_(catalogue),
        table_(binary, flask::RuleKind::kAllow, flask::default_setting(binary)),
        reader_(table_) {}

  void check(const spec::Assertion& assertion);

 private:
  using Values = std::set<TypeValue>;
  void check(const spec::NoFlow& claim, const Phase& phase) { breaches_ = flows().check(claim, phase); }
  void check(const spec::AtMost& claim, const Phase& phase) { breaches_ = flows().check(claim, phase); }
  void check(const spec::OnlyMay& claim, const Phase& phase);
  void check(const spec::MayOnly& claim, const Phase& phase);
  void check(const spec::NobodyMay& claim, const Phase& phase);
  FlowClaims& flows() {
    if (!flows_) flows_.emplace(model_, catalogue_, derived_, binary_);
    return *flows_;
  }
  // Every cell that matches `may`, of the sources that act in this phase and are not in `excepted`.
  void match(const spec::AccessPattern& may, const Phase& phase, const Values& excepted);
  void breach(const AccessCell& cell, abi::AccessVector permissions);

  [[nodiscard]] bool acts(TypeId id, const Phase& phase) const;
  [[nodiscard]] Values acting(const std::string& name, const Phase& phase) const;  // labels that a domain acts under
  [[nodiscard]] Values faces(const std::string& name) const;  // every label that others meet it under
  [[nodiscard]] std::optional<TypeValue> value(TypeId id) const { return binary_.find_type(derived_.set.at(id).name); }

  const model::Model& model_;
  const privilege::Derived& derived_;
  const flask::BinaryPolicy& binary_;
  Diagnostics& diagnostics_;
  const catalogue::Catalogue& catalogue_;
  std::optional<FlowClaims> flows_;  // made when the first assertion asks
  flask::AccessTable table_;
  flask::RowReader reader_;
  std::vector<Note> breaches_;
  std::size_t breach_count_ = 0;
};

bool Checker::acts(TypeId id, const Phase& phase) const {
  switch (derived_.set.at(id).kind) {
    case TypeKind::kRunning: {
      const bool is_sealed_control = model_.at(*derived_.set.at(id).domain).is_control;
      if (is_sealed_control) return !phase || phase == spec::Phase::kRunning;
      return !phase || phase != spec::Phase::kBuilding;
    }
    case TypeKind::kBooting:
      return !phase || phase == spec::Phase::kBooting;
    case TypeKind::kBuilding:
      return !phase || phase == spec::Phase::kBuilding;
    case TypeKind::kInitial:
    case TypeKind::kSelf:
    case TypeKind::kTarget:
    case TypeKind::kChannel:
    case TypeKind::kDevice:
      return false;
  }
  return false;
}

Checker::Values Checker::acting(const std::string& name, const Phase& phase) const {
  Values values;
  const auto add = [&](const std::optional<TypeId>& id) {
    if (!id || !acts(*id, phase)) return;
    if (const auto found = value(*id)) values.insert(*found);
  };
  for (const model::DomainId domain : model_.find(name)) {
    const privilege::DomainTypes& own = derived_.of_domain[model::index(domain)];
    add(own.running);
    add(own.booting);
    add(own.building);
  }
  return values;
}

Checker::Values Checker::faces(const std::string& name) const {
  Values values;
  const auto add = [&](const std::optional<TypeId>& id) {
    if (!id) return;
    if (const auto found = value(*id)) values.insert(*found);
  };
  for (const model::DomainId domain : model_.find(name)) {
    const privilege::DomainTypes& own = derived_.of_domain[model::index(domain)];
    for (const auto& id : {std::optional(own.running), own.booting, own.target}) add(id);
  }
  // Not a domain: one of the hypervisor's own labels, a device.
  if (values.empty()) add(derived_.set.find(name + "_t"));
  return values;
}

void Checker::breach(const AccessCell& cell, abi::AccessVector permissions) {
  if (++breach_count_ > kShownNotes) return;
  const abi::AccessClass& access_class = model_.abi->classes[cell.target_class - 1U];
  Span origin;
  const auto source = derived_.set.find(binary_.type(cell.source).name);
  const auto target = derived_.set.find(binary_.type(cell.target).name);
  if (source && target) {
    const auto grants = derived_.set.grants(*source, *target, static_cast<abi::ClassId>(cell.target_class - 1));
    if (!grants.empty()) origin = grants.front().origin;
  }
  breaches_.push_back({origin, fmt::format("the binary allows {} {}:{} {}", binary_.type(cell.source).name,
                                           binary_.type(cell.target).name, access_class.name,
                                           abi::permission_list(access_class, permissions))});
}

void Checker::match(const spec::AccessPattern& may, const Phase& phase, const Values& excepted) {
  const auto class_id = model_.abi->find_class(may.access_class.value);
  if (!class_id) return;  // reported before (privilege/derive.cpp)
  const auto bit = model_.abi->at(*class_id).bit(may.permission.value);
  if (!bit) return;
  const abi::AccessVector sought = 1U << *bit;
  const Values targets = may.on ? faces(may.on->value) : Values{};
  for (std::size_t i = 0; i < derived_.set.types.size(); ++i) {
    const auto id = static_cast<TypeId>(i);
    const auto source = acts(id, phase) ? value(id) : std::nullopt;
    if (!source || excepted.contains(*source)) continue;
    for (const AccessCell& cell : reader_.row(*source)) {
      if (cell.target_class != static_cast<unsigned>(*class_id) + 1 || (cell.permissions & sought) == 0) continue;
      if (!may.on || targets.contains(cell.target)) breach(cell, sought);
    }
  }
}

void Checker::check(const spec::OnlyMay& claim, const Phase& phase) {
  Values excepted;
  for (const spec::Text& domain : claim.only) excepted.merge(acting(domain.value, phase));
  match(claim.may, phase, excepted);
}

void Checker::check(const spec::NobodyMay& claim, const Phase& phase) {
  match(claim.may, phase, {});
}

void Checker::check(const spec::MayOnly& claim, const Phase& phase) {
  const auto class_id = model_.abi->find_class(claim.may.access_class.value);
  if (!class_id) return;
  const auto bit = model_.abi->at(*class_id).bit(claim.may.permission.value);
  if (!bit) return;
  Values admitted;
  for (const spec::Text& domain : claim.on) admitted.merge(faces(domain.value));
  for (const TypeValue source : acting(claim.domain.value, phase)) {
    for (const AccessCell& cell : reader_.row(source)) {
      const bool matches =
          cell.target_class == static_cast<unsigned>(*class_id) + 1 && (cell.permissions >> *bit & 1U) != 0;
      const auto target = derived_.set.find(binary_.type(cell.target).name);
      const bool is_own = target && derived_.set.at(*target).kind == TypeKind::kSelf;
      if (matches && !is_own && !admitted.contains(cell.target)) breach(cell, 1U << *bit);
    }
  }
}

void Checker::check(const spec::Assertion& assertion) {
  breaches_.clear();
  breach_count_ = 0;
  Phase phase;
  if (assertion.phase) phase = assertion.phase->value;
  std::visit([&](const auto& claim) { check(claim, phase); }, assertion.claim);
  if (breaches_.empty()) return;
  Diagnostic& diagnostic =
      diagnostics_.error(DiagnosticId::kAssertionFails, assertion.span,
                         assertion.name ? fmt::format("the assertion `{}` does not hold", assertion.name->value)
                                        : std::string("this assertion does not hold"));
  diagnostic.notes = std::move(breaches_);
  if (breach_count_ > kShownNotes) {
    diagnostic.notes.push_back({{}, fmt::format("and {} more", breach_count_ - kShownNotes)});
  }
}

}  // namespace

void check_assertions(const model::Model& model, const catalogue::Catalogue& catalogue,
                      const privilege::Derived& derived, const flask::BinaryPolicy& binary, Diagnostics& diagnostics) {
  // A policy of another release numbers classes differently; the proof has said so.
  if (binary.classes.size() != model.abi->classes.size()) return;
  Checker checker(model, catalogue, derived, binary, diagnostics);
  for (const spec::Assertion& assertion : model.assertions) checker.check(assertion);
}

}  // namespace bulkhead::analysis
