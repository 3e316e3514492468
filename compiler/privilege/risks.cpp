#include "bulkhead/model/risks.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "bulkhead/privilege/privileges.h"

namespace bulkhead::privilege {
namespace {

using model::DomainId;
using model::Risk;

constexpr std::size_t kShownNotes = 4;

// The cells of the labels that a domain runs under; what is built does not act.
bool acts(const Type& type) {
  return type.kind == TypeKind::kRunning || type.kind == TypeKind::kBooting;
}

std::string describe_cell(const PrivilegeSet& set, const Grant& grant, abi::AccessVector permissions) {
  return fmt::format("{} {}:{} {}", set.at(grant.source).name, set.at(grant.target).name,
                     set.abi->at(grant.access_class).name,
                     abi::permission_list(set.abi->at(grant.access_class), permissions));
}

struct Breach {
  std::vector<Note> notes;
  std::size_t cells = 0;
};

Risk to_risk(DomainId id, const model::Domain& domain, const catalogue::Invariant& invariant, Breach breach) {
  Risk risk;
  risk.id = DiagnosticId::kInvariantBroken;
  risk.finding = invariant.id;
  risk.domains = {id};
  risk.span = domain.span;
  risk.message = fmt::format("`{}` breaks the invariant `{}`: {}", domain.name, invariant.id, invariant.about);
  risk.notes = std::move(breach.notes);
  if (breach.cells > kShownNotes) risk.notes.push_back({{}, fmt::format("and {} more", breach.cells - kShownNotes)});
  risk.notes.push_back({{}, fmt::format("the reason of the invariant: {}", invariant.reason)});
  return risk;
}

void check_invariant(const catalogue::Invariant& invariant, const InvariantScope& scope, const model::Model& model,
                     const Derived& derived, std::vector<Risk>& risks) {
  std::map<DomainId, Breach> breaches;
  for (const Grant& grant : derived.set.allow) {
    if (!scope.binds(grant.source) || scope.excepts(grant.target)) continue;
    const abi::AccessVector broken = grant.permissions & scope.never(grant.access_class);
    if (broken == 0) continue;
    Breach& breach = breaches[*derived.set.at(grant.source).domain];
    if (++breach.cells > kShownNotes) continue;
    breach.notes.push_back(
        {grant.rule->place, fmt::format("grants {} (by `{}`)", describe_cell(derived.set, grant, broken), grant.via)});
  }
  for (auto& [id, breach] : breaches) risks.push_back(to_risk(id, model.at(id), invariant, std::move(breach)));
}

// class, bit → operations that XSA-77 leaves out; empty for most.
using UnreviewedTable = std::vector<std::vector<const catalogue::Permission*>>;

UnreviewedTable unreviewed_table(const abi::Abi& abi, const catalogue::Catalogue& catalogue) {
  UnreviewedTable table(abi.classes.size());
  for (std::size_t i = 0; i < abi.classes.size(); ++i) {
    for (const std::string& name : abi.classes[i].permissions) {
      const catalogue::Permission* permission = catalogue.find_permission(abi.classes[i].name, name);
      table[i].push_back(permission != nullptr && !permission->unreviewed.empty() ? permission : nullptr);
    }
  }
  return table;
}

void check_unreviewed(const model::Model& model, const catalogue::Catalogue& catalogue, const Derived& derived,
                      std::vector<Risk>& risks) {
  std::map<DomainId, std::set<std::string>> reached;
  const std::vector<UnreviewedOperation> operations = unreviewed_operations(model, catalogue, derived);
  for (const UnreviewedOperation& operation : operations) reached[operation.domain].insert(operation.operation);
  for (const auto& [id, names] : reached) {
    const model::Domain& domain = model.at(id);
    Risk risk;
    risk.id = DiagnosticId::kUnreviewedOperations;
    risk.finding = std::string(info(risk.id).id);
    risk.domains = {id};
    risk.span = domain.span;
    risk.message =
        fmt::format("`{}` reaches {} operation{} that the Xen project does not support delegating (XSA-77): {}",
                    domain.name, names.size(), names.size() == 1 ? "" : "s", fmt::join(names, ", "));
    risk.notes.push_back({{},
                          fmt::format("accept it with a reason: `- {{ finding: {}, domains: [{}], reason: … }}`",
                                      risk.finding, domain.family)});
    risks.push_back(std::move(risk));
  }
}

}  // namespace

std::vector<UnreviewedOperation> unreviewed_operations(const model::Model& model, const catalogue::Catalogue& catalogue,
                                                       const Derived& derived) {
  const UnreviewedTable table = unreviewed_table(*derived.set.abi, catalogue);
  std::vector<UnreviewedOperation> result;
  for (const Grant& grant : derived.set.allow) {
    const Type& source = derived.set.at(grant.source);
    if (!acts(source) || model.at(*source.domain).is_control) continue;
    const auto& permissions = table[static_cast<std::size_t>(grant.access_class)];
    for (std::size_t bit = 0; bit < permissions.size(); ++bit) {
      if ((grant.permissions >> bit & 1U) == 0 || permissions[bit] == nullptr) continue;
      for (const std::string& operation : permissions[bit]->unreviewed) {
        result.push_back({*source.domain, operation, grant.access_class, static_cast<unsigned>(bit)});
      }
    }
  }
  std::sort(result.begin(), result.end());
  result.erase(std::unique(result.begin(), result.end()), result.end());
  return result;
}

void check_risks(const model::Model& model, const catalogue::Catalogue& catalogue, const Derived& derived,
                 Diagnostics& diagnostics) {
  std::vector<Risk> risks = model::device_risks(model);
  std::vector<std::string> findings;
  for (const DiagnosticInfo& diagnostic : all_diagnostics()) {
    if (diagnostic.group == DiagnosticGroup::kRisk) findings.emplace_back(diagnostic.id);
  }
  for (const catalogue::Invariant& invariant : catalogue.invariants()) {
    findings.push_back(invariant.id);
    check_invariant(invariant, InvariantScope(invariant, model, catalogue, derived), model, derived, risks);
  }
  check_unreviewed(model, catalogue, derived, risks);
  model::report_risks(model, risks, findings, diagnostics);
}

}  // namespace bulkhead::privilege
