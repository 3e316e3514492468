#include "order.h"

#include <algorithm>
#include <functional>
#include <queue>

#include "bulkhead/base/check.h"

namespace bulkhead::model {
namespace {

// Nothing but xenstore starts before these two, so what they get from others (a network interface, a TPM) comes to them
// while they run.
bool is_hot_plugged(const Model& model, DomainId second) {
  return second == model.control || second == model.hardware;
}

void add_base(const Model& model, std::vector<Dependency>& result) {
  for (std::uint32_t i = 0; i < model.domains.size(); ++i) {
    const DomainId domain{i};
    if (domain == model.control) continue;
    const Span& place = model.domains[i].span;
    if (model.control != kNoDomain) result.push_back({model.control, domain, place, "is built by"});
    if (domain == model.xenstore || model.xenstore == kNoDomain) continue;
    if (model.xenstore != model.control) result.push_back({model.xenstore, domain, place, "has its xenstore in"});
    if (domain == model.hardware || model.hardware == kNoDomain || model.hardware == model.control) continue;
    result.push_back({model.hardware, domain, place, "starts after the hardware domain"});
  }
}

std::string_view reason_of(const Link& link) {
  const std::string& kind = link.kind->name;
  if (kind == "passthrough") return "gets a device from";
  if (kind == "device-model") return "has its device model in";
  if (kind == "console") return "has its console in";
  if (link.kind->ends[0] == "backend") return "has its back end in";
  return {};
}

// Kahn's algorithm; of all domains that could be next the first in canonical order is taken.
class Sorter {
 public:
  explicit Sorter(const Model& model)
      : count_(model.domains.size()), edges_(dependencies(model)), missing_(count_), done_(count_) {
    index_by(followers_, [](const Dependency& edge) { return index(edge.first); });
    index_by(predecessors_, [](const Dependency& edge) { return index(edge.second); });
    for (const Dependency& edge : edges_) ++missing_[index(edge.second)];
  }

  StartOrder run() {
    for (std::uint32_t i = 0; i < count_; ++i) {
      if (missing_[i] == 0) ready_.push(i);
    }
    std::uint32_t lowest = 0;
    while (result_.order.size() < count_) {
      while (!ready_.empty()) {
        const std::uint32_t next = ready_.top();
        ready_.pop();
        take(next);
      }
      while (lowest < count_ && done_[lowest]) ++lowest;
      if (lowest < count_) break_cycle(lowest);
    }
    return std::move(result_);
  }

 private:
  // Edges of a domain, side by side: the edges' numbers, and where each domain's begin.
  struct Adjacency {
    std::vector<std::uint32_t> begins;
    std::vector<std::uint32_t> edges;
  };

  template <typename Key>
  void index_by(Adjacency& adjacency, Key key) {
    adjacency.begins.assign(count_ + 1, 0);
    adjacency.edges.resize(edges_.size());
    for (const Dependency& edge : edges_) ++adjacency.begins[key(edge) + 1];
    for (std::size_t i = 0; i < count_; ++i) adjacency.begins[i + 1] += adjacency.begins[i];
    std::vector<std::uint32_t> next(adjacency.begins.begin(), adjacency.begins.end() - 1);
    for (std::uint32_t i = 0; i < edges_.size(); ++i) adjacency.edges[next[key(edges_[i])]++] = i;
  }

  void take(std::uint32_t domain) {
    if (done_[domain]) return;
    done_[domain] = true;
    result_.order.push_back(DomainId{domain});
    for (std::uint32_t i = followers_.begins[domain]; i < followers_.begins[domain + 1]; ++i) {
      const std::size_t follower = index(edges_[followers_.edges[i]].second);
      if (--missing_[follower] == 0 && !done_[follower]) ready_.push(static_cast<std::uint32_t>(follower));
    }
  }

  // Every domain that is left needs one that is left, so the way back from any of them ends in a cycle.
  void break_cycle(std::uint32_t start) {
    std::vector<std::uint32_t> position(count_, kUnseen);
    std::vector<Dependency> way;
    std::uint32_t at = start;
    while (position[at] == kUnseen) {
      position[at] = static_cast<std::uint32_t>(way.size());
      way.push_back(need_of(at));
      at = static_cast<std::uint32_t>(index(way.back().first));
    }
    std::vector<Dependency> cycle(way.begin() + position[at], way.end());
    const auto lowest = std::min_element(cycle.begin(), cycle.end(),
                                         [](const Dependency& a, const Dependency& b) { return a.second < b.second; });
    std::rotate(cycle.begin(), lowest, cycle.end());
    ready_.push(static_cast<std::uint32_t>(index(cycle.front().second)));
    if (result_.cycles.size() < kMaxCycles) result_.cycles.push_back(std::move(cycle));
  }

  const Dependency& need_of(std::uint32_t domain) const {
    std::uint32_t at = predecessors_.begins[domain];
    const auto is_waiting = [&] { return !done_[index(edges_[predecessors_.edges[at]].first)]; };
    while (at < predecessors_.begins[domain + 1] && !is_waiting()) ++at;
    BULKHEAD_CHECK(at < predecessors_.begins[domain + 1], "a domain that is left needs one that is left");
    return edges_[predecessors_.edges[at]];
  }

  static constexpr std::uint32_t kUnseen = 0xFFFFFFFF;
  std::size_t count_;
  std::vector<Dependency> edges_;
  Adjacency followers_;
  Adjacency predecessors_;
  std::vector<std::uint32_t> missing_;
  std::vector<bool> done_;
  std::priority_queue<std::uint32_t, std::vector<std::uint32_t>, std::greater<>> ready_;
  StartOrder result_;
};

}  // namespace

std::vector<Dependency> dependencies(const Model& model) {
  std::vector<Dependency> result;
  result.reserve(2 * model.domains.size() + model.links.size());
  add_base(model, result);
  for (const Link& link : model.links) {
    const std::string_view why = reason_of(link);
    if (why.empty() || is_hot_plugged(model, link.ends[1]) || link.ends[0] == model.control) continue;
    result.push_back({link.ends[0], link.ends[1], link.origin, why});
  }
  for (std::uint32_t i = 0; i < model.domains.size(); ++i) {
    if (DomainId{i} == model.control) continue;
    for (const DomainId first : model.domains[i].after) {
      if (first != model.control) result.push_back({first, DomainId{i}, model.domains[i].span, "is started after"});
    }
  }
  return result;
}

StartOrder start_order(const Model& model) {
  return Sorter(model).run();
}

}  // namespace bulkhead::model
