// Flows by brute force, to compare flow::FlowGraph with: every cell of the expanded policy is looked at by itself,
// every pair of types is an edge of its own, and the closure is taken step by step. Written from docs and data, without
// the graph's code: whose labels are whose is found again from the cells.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "bulkhead/catalogue/catalogue.h"
#include "bulkhead/flask/access.h"
#include "bulkhead/flow/flow_graph.h"

namespace bulkhead::test {

class NaiveFlows {
 public:
  NaiveFlows(const flask::BinaryPolicy& policy, const catalogue::Catalogue& catalogue, const flow::Parties& parties,
             flow::Life life, flow::Concern concern);

  // By names of parties: whom each reaches when nothing passes `closed`.
  using Reached = std::map<std::string, std::set<std::string>>;
  [[nodiscard]] Reached reached(const std::set<std::string>& closed) const;
  // The labels that domains carry, found anew.
  [[nodiscard]] const std::set<std::string>& domain_labels() const { return labels_; }
  // Whether `from` reaches `to` in one rule or over things that are no domains.
  [[nodiscard]] bool has_edge(const std::string& from, const std::string& to) const;

 private:
  using Place = std::string;  // "label", "channel:label", "thing#part"
  void find_labels();
  void add_cell(const flask::AccessCell& cell);
  void add_permission(const flask::AccessCell& cell, unsigned bit);
  [[nodiscard]] std::set<Place> actors(flask::TypeValue type) const;
  [[nodiscard]] std::set<Place> targets(flask::TypeValue type, const catalogue::Permission* permission,
                                        bool is_written) const;
  [[nodiscard]] bool is_domain(flask::TypeValue type) const;

  const flask::BinaryPolicy& policy_;
  const catalogue::Catalogue& catalogue_;
  const flow::Parties& parties_;
  flow::Concern concern_;
  std::set<std::string> labels_;
  std::map<flask::TypeValue, std::set<flask::TypeValue>> faces_;
  std::set<std::string> parts_;
  std::set<flask::TypeValue> gone_;  // labels that this part of the host's life does not have
  std::map<Place, std::set<Place>> edges_;
};

// "control: blue green", a line a party; of a Reach as well, so that both compare as texts.
[[nodiscard]] std::string text_of(const NaiveFlows::Reached& reached);
[[nodiscard]] std::string text_of(const std::vector<flow::PartySet>& reached, const flow::Parties& parties);

// Both concerns, all lives, with nothing, each single party and everybody closed; empty when the graph agrees.
[[nodiscard]] std::string disagreement(const flask::BinaryPolicy& policy, const catalogue::Catalogue& catalogue,
                                       const flow::Parties& parties, std::size_t most_closed);

}  // namespace bulkhead::test
