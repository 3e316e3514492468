// The assertions that rules alone cannot say: no way at all, or none but through some; and budgets.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bulkhead/base/diagnostic.h"
#include "bulkhead/catalogue/catalogue.h"
#include "bulkhead/flask/access.h"
#include "bulkhead/flow/flow_graph.h"
#include "bulkhead/model/model.h"
#include "bulkhead/privilege/privileges.h"

namespace bulkhead::analysis {

using AssertionPhase = std::optional<spec::Phase>;

class FlowClaims {
 public:
  FlowClaims(const model::Model& model, const catalogue::Catalogue& catalogue, const privilege::Derived& derived,
             const flask::BinaryPolicy& binary);

  // What breaks the claim, a note or more each; empty when it holds.
  [[nodiscard]] std::vector<Note> check(const spec::NoFlow& claim, const AssertionPhase& phase);
  [[nodiscard]] std::vector<Note> check(const spec::AtMost& claim, const AssertionPhase& phase);

 private:
  const flow::FlowGraph& graph(const AssertionPhase& phase);
  [[nodiscard]] std::vector<flow::PartyId> parties(const std::string& name) const;
  [[nodiscard]] std::vector<flow::PartyId> parties(const std::vector<spec::Text>& names) const;
  // The labels of a party that the phase is about: those that it acts under then.
  [[nodiscard]] std::vector<flask::TypeValue> labels(flow::PartyId party, const AssertionPhase& phase) const;
  void add_way(const std::vector<flow::Hop>& way, std::vector<Note>& notes) const;
  [[nodiscard]] Note note_of(const flow::Step& step) const;
  void check_rights(const spec::AtMost& claim, flow::PartyId party, const AssertionPhase& phase,
                    std::vector<Note>& notes);

  const model::Model& model_;
  const catalogue::Catalogue& catalogue_;
  const privilege::Derived& derived_;
  const flask::BinaryPolicy& binary_;
  flow::Parties parties_;
  std::map<flow::Life, std::unique_ptr<flow::FlowGraph>> graphs_;  // made when the first assertion asks
};

}  // namespace bulkhead::analysis
