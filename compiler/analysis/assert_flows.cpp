#include "assert_flows.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "bulkhead/flow/escalation.h"

namespace bulkhead::analysis {
namespace {

using flow::PartyId;

constexpr std::size_t kShownWays = 2;
constexpr std::size_t kShownNames = 8;

flow::Life life_of(const AssertionPhase& phase) {
  if (phase == spec::Phase::kBooting) return flow::Life::kBooting;
  return phase == spec::Phase::kRunning ? flow::Life::kSealed : flow::Life::kWhole;
}

flow::Concern concern_of(const spec::NoFlow& claim) {
  const bool is_integrity = claim.by && claim.by->value == spec::FlowConcern::kIntegrity;
  return is_integrity ? flow::Concern::kIntegrity : flow::Concern::kConfidentiality;
}

// One note more when the figure is over its budget.
void add_excess(const std::string& domain, std::string_view what,
                const std::optional<spec::Located<std::uint64_t>>& limit, const std::vector<std::string>& found,
                std::vector<Note>& notes) {
  if (!limit || found.size() <= limit->value) return;
  std::vector<std::string> shown(found.begin(),
                                 found.begin() + static_cast<std::ptrdiff_t>(std::min(found.size(), kShownNames)));
  if (found.size() > shown.size()) shown.push_back(fmt::format("{} more", found.size() - shown.size()));
  notes.push_back({limit->span, fmt::format("`{}` {} {}, {} allowed: {}", domain, what, found.size(),
                                            limit->value == 1 ? "1 is" : fmt::format("{} are", limit->value),
                                            fmt::join(shown, ", "))});
}

}  // namespace

FlowClaims::FlowClaims(const model::Model& model, const catalogue::Catalogue& catalogue,
                       const privilege::Derived& derived, const flask::BinaryPolicy& binary)
    : model_(model),
      catalogue_(catalogue),
      derived_(derived),
      binary_(binary),
      parties_(flow::parties_of(binary, catalogue, model, derived)) {}

const flow::FlowGraph& FlowClaims::graph(const AssertionPhase& phase) {
  std::unique_ptr<flow::FlowGraph>& slot = graphs_[life_of(phase)];
  if (slot == nullptr) slot = std::make_unique<flow::FlowGraph>(binary_, catalogue_, parties_, life_of(phase));
  return *slot;
}

std::vector<PartyId> FlowClaims::parties(const std::string& name) const {
  std::vector<PartyId> found;
  for (const model::DomainId id : model_.find(name)) {
    if (const auto party = parties_.find(model_.at(id).name)) found.push_back(*party);
  }
  return found;
}

std::vector<PartyId> FlowClaims::parties(const std::vector<spec::Text>& names) const {
  std::vector<PartyId> found;
  for (const spec::Text& name : names) {
    for (const PartyId id : parties(name.value)) found.push_back(id);
  }
  return found;
}

std::vector<flask::TypeValue> FlowClaims::labels(PartyId party, const AssertionPhase& phase) const {
  const flow::Party& known = parties_.at(party);
  std::vector<flask::TypeValue> found;
  for (const flask::TypeValue label : known.labels) {
    const bool acts = std::binary_search(known.acting.begin(), known.acting.end(), label);
    const bool is_booting = parties_.booting == label;
    const bool is_sealed = std::binary_search(parties_.sealed.begin(), parties_.sealed.end(), label);
    if (phase == spec::Phase::kBuilding ? acts : !acts) continue;
    if (phase == spec::Phase::kBooting && is_sealed) continue;
    if (phase == spec::Phase::kRunning && is_booting) continue;
    found.push_back(label);
  }
  return found;
}

std::vector<Note> FlowClaims::check(const spec::NoFlow& claim, const AssertionPhase& phase) {
  const flow::FlowGraph& known = graph(phase);
  const flow::Concern concern = concern_of(claim);
  const std::vector<PartyId> closed = parties(claim.except_through);
  const bool is_building = phase == spec::Phase::kBuilding;
  // Of a domain that is being built: what happens on its building label, before it runs.
  const flow::Reach reach = is_building ? flow::Reach{} : known.reach(concern, closed);
  std::vector<Note> notes;
  std::size_t ways = 0;
  for (const PartyId from : parties(claim.from.value)) {
    std::vector<PartyId> passed = closed;
    if (is_building) passed.push_back(from);
    for (const PartyId to : parties(claim.to.value)) {
      if (to == from || (!is_building && !reach.all[flow::index(from)].contains(to))) continue;
      if (!is_building && ++ways > kShownWays) continue;
      const std::vector<flow::Hop> way = is_building
                                             ? known.shortest_of_labels(labels(from, phase), to, concern, passed)
                                             : known.shortest(from, to, concern, closed);
      if (way.empty() || (is_building && ++ways > kShownWays)) continue;
      add_way(way, notes);
    }
  }
  if (ways > kShownWays) notes.push_back({{}, fmt::format("and {} more pairs", ways - kShownWays)});
  return notes;
}

void FlowClaims::add_way(const std::vector<flow::Hop>& way, std::vector<Note>& notes) const {
  std::string chain = fmt::format("there is a way: {}", parties_.at(way.front().from).name);
  for (const flow::Hop& hop : way) chain += " -> " + parties_.at(hop.to).name;
  notes.push_back({{}, std::move(chain)});
  for (const flow::Hop& hop : way) {
    for (const flow::Step& step : hop.steps) notes.push_back(note_of(step));
  }
}

Note FlowClaims::note_of(const flow::Step& step) const {
  const abi::AccessClass& access_class = model_.abi->classes[step.access_class - 1U];
  const std::string& source = binary_.type(step.source).name;
  const std::string& target = binary_.type(step.target).name;
  Span origin;
  const auto from = derived_.set.find(source);
  const auto to = derived_.set.find(target);
  if (from && to) {
    for (const privilege::Grant& grant :
         derived_.set.grants(*from, *to, static_cast<abi::ClassId>(step.access_class - 1))) {
      if ((grant.permissions & step.permissions) == 0) continue;
      origin = grant.origin;
      break;
    }
  }
  return {origin, fmt::format("the binary allows {} {}:{} {}", source, target, access_class.name,
                              abi::permission_list(access_class, step.permissions))};
}

void FlowClaims::check_rights(const spec::AtMost& claim, PartyId party, const AssertionPhase& phase,
                              std::vector<Note>& notes) {
  const flask::AccessTable table(binary_, flask::RuleKind::kAllow, flask::default_setting(binary_));
  flask::RowReader reader(table);
  std::vector<flask::AccessVector> held(binary_.classes.size());
  for (const flask::TypeValue label : labels(party, phase)) {
    for (const flask::AccessCell& cell : reader.row(label)) held[cell.target_class - 1U] |= cell.permissions;
  }
  std::vector<std::string> permissions;
  std::set<std::string> operations;
  for (std::size_t i = 0; i < held.size(); ++i) {
    const flask::BinaryClass& of = binary_.classes[i];
    for (std::size_t bit = 0; bit < of.permissions.size(); ++bit) {
      if ((held[i] >> bit & 1U) == 0) continue;
      permissions.push_back(of.name + " " + of.permissions[bit]);
      const catalogue::Permission* known = catalogue_.find_permission(of.name, of.permissions[bit]);
      if (known != nullptr) operations.insert(known->unreviewed.begin(), known->unreviewed.end());
    }
  }
  const std::string& name = parties_.at(party).name;
  add_excess(name, "holds permissions:", claim.permissions, permissions, notes);
  add_excess(name, "reaches operations outside XSA-77's list:", claim.unreviewed,
             {operations.begin(), operations.end()}, notes);
}

std::vector<Note> FlowClaims::check(const spec::AtMost& claim, const AssertionPhase& phase) {
  std::vector<Note> notes;
  flow::Reach reach;
  if (claim.reaches) reach = graph(phase).reach(flow::Concern::kConfidentiality, parties(claim.not_through));
  const auto names_of = [&](const std::vector<PartyId>& ids) {
    std::vector<std::string> names;
    names.reserve(ids.size());
    for (const PartyId id : ids) names.push_back(parties_.at(id).name);
    return names;
  };
  for (const PartyId party : parties(claim.domain.value)) {
    const std::string& name = parties_.at(party).name;
    if (claim.permissions || claim.unreviewed) check_rights(claim, party, phase, notes);
    if (claim.reaches) {
      add_excess(name, "reaches domains:", claim.reaches, names_of(reach.all[flow::index(party)].list()), notes);
    }
    if (!claim.controls) continue;
    const flow::Escalation lost = flow::escalate(binary_, catalogue_, parties_, party, life_of(phase));
    add_excess(name, "can take over domains:", claim.controls, names_of(lost.owned_parties(parties_)), notes);
  }
  return notes;
}

}  // namespace bulkhead::analysis
