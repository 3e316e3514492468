#include <algorithm>
#include <functional>
#include <queue>

#include "bulkhead/base/check.h"
#include "bulkhead/flow/flow_graph.h"

namespace bulkhead::flow {
namespace {

constexpr std::uint64_t kUnreached = ~std::uint64_t{0};
constexpr std::uint32_t kNoEdge = 0xFFFFFFFF;
// A way over fewer labels is shorter whatever it carries, then one over fewer rules.
constexpr std::uint64_t kLabelCost = std::uint64_t{1} << 40;
constexpr std::uint64_t kRuleCost = 1U << 8;

}  // namespace

// Dijkstra's algorithm from or to the labels of one party.
class WaySearch {
 public:
  WaySearch(const FlowGraph& graph, Concern concern, const std::vector<PartyId>& closed, bool backward)
      : graph_(graph),
        concern_(concern),
        backward_(backward),
        closed_(graph.parties().all.size()),
        cost_(graph.nodes_.size(), kUnreached),
        edge_(graph.nodes_.size(), kNoEdge) {
    for (const PartyId id : closed) closed_.insert(id);
  }

  void start(std::uint32_t node) {
    cost_[node] = 0;
    queue_.push({0, node});
  }

  // Information of a party starts where it acts, and has got to it on any of its labels.
  void start(PartyId party) {
    for (std::uint32_t node = 0; node < graph_.nodes_.size(); ++node) {
      if (graph_.nodes_[node].party == party && (backward_ || graph_.starts(node))) start(node);
    }
  }

  void run() {
    while (!queue_.empty()) {
      const auto [cost, node] = queue_.top();
      queue_.pop();
      const auto party = graph_.nodes_[node].party;
      if (cost != cost_[node] || (cost != 0 && party && closed_.contains(*party))) continue;
      const std::vector<std::uint32_t>& first = backward_ ? graph_.first_incoming_ : graph_.first_edge_;
      for (std::uint32_t i = first[node]; i < first[node + 1]; ++i) relax(node, backward_ ? graph_.incoming_[i] : i);
    }
  }

  // By party: the label with the least cost.
  [[nodiscard]] std::vector<std::uint32_t> ends() const {
    std::vector<std::uint32_t> result(graph_.parties().all.size(), kNoEdge);
    for (std::uint32_t node = 0; node < graph_.nodes_.size(); ++node) {
      const auto party = graph_.nodes_[node].party;
      if (!party || cost_[node] == kUnreached || (backward_ && !graph_.starts(node))) continue;
      std::uint32_t& best = result[index(*party)];
      if (best == kNoEdge || cost_[node] < cost_[best]) best = node;
    }
    return result;
  }

  // The edges between a start and `node`, in the order in which information passes.
  [[nodiscard]] std::vector<Hop> way(std::uint32_t node) const {
    std::vector<const FlowGraph::Edge*> edges;
    while (edge_[node] != kNoEdge) {
      edges.push_back(&graph_.edges_[edge_[node]]);
      node = backward_ ? edges.back()->to : edges.back()->from;
    }
    if (!backward_) std::reverse(edges.begin(), edges.end());
    return hops(edges);
  }

 private:
  using Entry = std::pair<std::uint64_t, std::uint32_t>;

  void relax(std::uint32_t node, std::uint32_t edge_index) {
    const FlowGraph::Edge& edge = graph_.edges_[edge_index];
    if (!graph_.counts(edge, concern_)) return;
    const std::uint32_t next = backward_ ? edge.from : edge.to;
    std::uint64_t cost = cost_[node] + (graph_.nodes_[edge.to].party ? kLabelCost : 0);
    if (edge.carrier != FlowGraph::kStructure) {
      const FlowGraph::Carrier& carrier = graph_.carriers_[edge.carrier];
      cost += kRuleCost + (carrier.is_control ? 3 : 2 - static_cast<std::uint64_t>(carrier.weight));
    }
    if (cost >= cost_[next]) return;
    cost_[next] = cost;
    edge_[next] = edge_index;
    queue_.push({cost, next});
  }

  [[nodiscard]] std::vector<Hop> hops(const std::vector<const FlowGraph::Edge*>& edges) const {
    std::vector<Hop> result;
    Hop hop;
    for (std::size_t i = 0; i < edges.size(); ++i) {
      const FlowGraph::Edge& edge = *edges[i];
      const auto from = graph_.nodes_[edge.from].party;
      if (from && hop.steps.empty()) hop.from = *from;
      if (edge.carrier != FlowGraph::kStructure) hop.steps.push_back(step(edges, i));
      const auto to = graph_.nodes_[edge.to].party;
      if (!to || *to == hop.from) continue;
      hop.to = *to;
      result.push_back(std::move(hop));
      hop = Hop{*to, *to, {}};
    }
    return result;
  }

  // The types between which the rule of an edge holds on this way: those behind an attribute's node if it has one.
  [[nodiscard]] Step step(const std::vector<const FlowGraph::Edge*>& edges, std::size_t at) const {
    const FlowGraph::Carrier& carrier = graph_.carriers_[edges[at]->carrier];
    flask::TypeValue from = graph_.nodes_[edges[at]->from].type;
    if (from == 0) from = graph_.nodes_[edges[at - 1]->from].type;
    flask::TypeValue to = graph_.nodes_[edges[at]->to].type;
    if (to == 0) to = graph_.nodes_[edges[at + 1]->to].type;
    BULKHEAD_CHECK(from != 0 && to != 0, "attributes stand between types");
    return {.source = carrier.forward ? from : to,
            .target = carrier.forward ? to : from,
            .access_class = carrier.access_class,
            .permissions = carrier.permissions,
            .forward = carrier.forward,
            .is_control = carrier.is_control,
            .medium = carrier.medium,
            .weight = carrier.weight};
  }

  const FlowGraph& graph_;
  Concern concern_;
  bool backward_;
  PartySet closed_;
  std::vector<std::uint64_t> cost_;
  std::vector<std::uint32_t> edge_;  // by which a node was reached
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> queue_;
};

std::vector<Hop> FlowGraph::shortest(PartyId from, PartyId to, Concern concern,
                                     const std::vector<PartyId>& closed) const {
  return std::move(shortest_from(from, concern, closed)[index(to)]);
}

std::vector<std::vector<Hop>> FlowGraph::shortest_from(PartyId from, Concern concern,
                                                       const std::vector<PartyId>& closed) const {
  WaySearch search(*this, concern, closed, false);
  search.start(from);
  search.run();
  std::vector<std::vector<Hop>> result;
  for (const std::uint32_t end : search.ends()) {
    result.push_back(end == kNoEdge ? std::vector<Hop>() : search.way(end));
  }
  return result;
}

std::vector<std::vector<Hop>> FlowGraph::shortest_to(PartyId to, Concern concern,
                                                     const std::vector<PartyId>& closed) const {
  WaySearch search(*this, concern, closed, true);
  search.start(to);
  search.run();
  std::vector<std::vector<Hop>> result;
  for (const std::uint32_t end : search.ends()) {
    result.push_back(end == kNoEdge ? std::vector<Hop>() : search.way(end));
  }
  return result;
}

std::vector<Hop> FlowGraph::shortest_of_labels(const std::vector<flask::TypeValue>& from, PartyId to, Concern concern,
                                               const std::vector<PartyId>& closed) const {
  WaySearch search(*this, concern, closed, false);
  for (std::uint32_t node = 0; node < nodes_.size(); ++node) {
    const bool is_start = nodes_[node].party && std::find(from.begin(), from.end(), nodes_[node].type) != from.end();
    if (is_start) search.start(node);
  }
  search.run();
  const std::uint32_t end = search.ends()[index(to)];
  return end == kNoEdge ? std::vector<Hop>() : search.way(end);
}

}  // namespace bulkhead::flow
