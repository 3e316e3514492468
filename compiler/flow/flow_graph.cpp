#include "bulkhead/flow/flow_graph.h"

#include <algorithm>
#include <bit>

#include "graph_builder.h"

namespace bulkhead::flow {
void PartySet::merge(const PartySet& other) {
  for (std::size_t i = 0; i < words_.size(); ++i) words_[i] |= other.words_[i];
}

std::size_t PartySet::count() const {
  std::size_t total = 0;
  for (const std::uint64_t word : words_) total += static_cast<std::size_t>(std::popcount(word));
  return total;
}

std::vector<PartyId> PartySet::list() const {
  std::vector<PartyId> result;
  for (std::size_t i = 0; i < words_.size(); ++i) {
    for (std::uint64_t bits = words_[i]; bits != 0; bits &= bits - 1) {
      result.push_back(static_cast<PartyId>(i * 64 + static_cast<std::size_t>(std::countr_zero(bits))));
    }
  }
  return result;
}

FlowGraph::FlowGraph(const flask::BinaryPolicy& policy, const catalogue::Catalogue& catalogue, const Parties& parties,
                     Life life)
    : policy_(&policy), parties_(&parties) {
  GraphBuilder(*this, catalogue, life).run();
}

bool FlowGraph::counts(const Edge& edge, Concern concern) const {
  return edge.carrier == kStructure || concern == Concern::kIntegrity || !carriers_[edge.carrier].is_control;
}

bool FlowGraph::starts(std::uint32_t node) const {
  const std::vector<flask::TypeValue>& acting = parties_->at(*nodes_[node].party).acting;
  return std::binary_search(acting.begin(), acting.end(), nodes_[node].type);
}

}  // namespace bulkhead::flow
