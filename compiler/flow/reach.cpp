#include <algorithm>

#include "bulkhead/flow/flow_graph.h"

namespace bulkhead::flow {
namespace {

constexpr std::uint32_t kUnseen = 0xFFFFFFFF;

}  // namespace

// Tarjan's algorithm ends a component after all that it leads to, so that one pass sums up whom each node leads to.
class ReachSearch {
 public:
  // Nothing passes through the labels of parties that are closed.
  ReachSearch(const FlowGraph& graph, Concern concern, const PartySet& closed)
      : graph_(graph),
        concern_(concern),
        closed_(closed),
        words_((graph.parties().all.size() + 63) / 64),
        sets_(graph.nodes_.size() * words_),
        order_(graph.nodes_.size(), kUnseen),
        low_(graph.nodes_.size()),
        open_(graph.nodes_.size()) {
    for (std::uint32_t node = 0; node < order_.size(); ++node) {
      if (order_[node] == kUnseen) visit(node);
    }
  }

  // By party, without itself.
  std::vector<PartySet> take() {
    const std::size_t parties = graph_.parties().all.size();
    std::vector<std::vector<std::uint64_t>> rows(parties, std::vector<std::uint64_t>(words_));
    for (const FlowGraph::Edge& edge : graph_.edges_) {
      const auto party = graph_.nodes_[edge.from].party;
      if (!party || !graph_.counts(edge, concern_) || !graph_.starts(edge.from)) continue;
      for (std::size_t i = 0; i < words_; ++i) rows[index(*party)][i] |= sets_[edge.to * words_ + i];
    }
    std::vector<PartySet> result;
    for (std::size_t i = 0; i < parties; ++i) {
      result.emplace_back(std::move(rows[i]));
      result.back().erase(static_cast<PartyId>(i));
    }
    return result;
  }

 private:
  struct Frame {
    std::uint32_t node = 0;
    std::uint32_t next = 0;  // edge
  };

  void enter(std::uint32_t node) {
    order_[node] = low_[node] = counter_++;
    stack_.push_back(node);
    open_[node] = true;
    const auto party = graph_.nodes_[node].party;
    if (party) sets_[node * words_ + index(*party) / 64] |= std::uint64_t{1} << (index(*party) % 64);
    const bool is_end = party && closed_.contains(*party);
    frames_.push_back({node, graph_.first_edge_[is_end ? node + 1 : node]});
  }

  void visit(std::uint32_t root) {
    enter(root);
    while (!frames_.empty()) {
      Frame& frame = frames_.back();
      if (frame.next < graph_.first_edge_[frame.node + 1]) {
        follow(frame.node, graph_.edges_[frame.next++]);
        continue;
      }
      const std::uint32_t node = frame.node;
      frames_.pop_back();
      if (low_[node] == order_[node]) close(node);
      if (frames_.empty()) continue;
      const std::uint32_t parent = frames_.back().node;
      low_[parent] = std::min(low_[parent], low_[node]);
      merge(parent, node);
    }
  }

  void follow(std::uint32_t node, const FlowGraph::Edge& edge) {
    if (!graph_.counts(edge, concern_)) return;
    if (order_[edge.to] == kUnseen) {
      enter(edge.to);
    } else if (open_[edge.to]) {
      low_[node] = std::min(low_[node], order_[edge.to]);
    } else {
      merge(node, edge.to);
    }
  }

  void close(std::uint32_t root) {
    std::size_t begin = stack_.size() - 1;
    while (stack_[begin] != root) merge(root, stack_[begin--]);
    for (std::size_t i = begin; i < stack_.size(); ++i) {
      const std::uint32_t node = stack_[i];
      if (node != root) std::copy_n(&sets_[root * words_], words_, &sets_[node * words_]);
      open_[node] = false;
    }
    stack_.resize(begin);
  }

  void merge(std::uint32_t into, std::uint32_t from) {
    for (std::size_t i = 0; i < words_; ++i) sets_[into * words_ + i] |= sets_[from * words_ + i];
  }

  const FlowGraph& graph_;
  Concern concern_;
  const PartySet& closed_;
  std::size_t words_;
  std::vector<std::uint64_t> sets_;  // by node: the parties that it leads to, itself included
  std::vector<std::uint32_t> order_;
  std::vector<std::uint32_t> low_;
  std::vector<bool> open_;
  std::vector<std::uint32_t> stack_;
  std::vector<Frame> frames_;
  std::uint32_t counter_ = 0;
};

Reach FlowGraph::reach(Concern concern, const std::vector<PartyId>& closed) const {
  PartySet some(parties_->all.size());
  PartySet every(parties_->all.size());
  for (const PartyId id : closed) some.insert(id);
  for (std::size_t i = 0; i < parties_->all.size(); ++i) every.insert(static_cast<PartyId>(i));
  return {ReachSearch(*this, concern, every).take(), ReachSearch(*this, concern, some).take()};
}

}  // namespace bulkhead::flow
