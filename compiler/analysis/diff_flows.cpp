#include <algorithm>

#include "diff_sides.h"

namespace bulkhead::analysis {
namespace {

// Which permissions of each class move information towards the target, and from it; by place in the merged classes.
struct Directions {
  std::vector<std::uint64_t> to_target;
  std::vector<std::uint64_t> from_target;
};

Directions directions(const MergedClasses& classes, const catalogue::Catalogue& catalogue) {
  Directions result;
  for (std::size_t place = 0; place < classes.permissions.size(); ++place) {
    std::uint64_t to = 0;
    std::uint64_t from = 0;
    for (std::size_t bit = 0; bit < classes.permissions[place].size(); ++bit) {
      const auto* permission = catalogue.find_permission(classes.names.names[place], classes.permissions[place][bit]);
      // A permission that nobody described may move information both ways.
      const auto flow = permission == nullptr ? catalogue::Flow::kBoth : permission->flow;
      const std::uint64_t mask = std::uint64_t{1} << bit;
      to |= flow == catalogue::Flow::kBoth || flow == catalogue::Flow::kToTarget ? mask : 0;
      from |= flow == catalogue::Flow::kBoth || flow == catalogue::Flow::kFromTarget ? mask : 0;
    }
    result.to_target.push_back(to);
    result.from_target.push_back(from);
  }
  return result;
}

struct Edge {
  std::uint32_t from = 0;  // places in Parties::domains
  std::uint32_t to = 0;
  std::uint32_t access_class = 0;
  auto operator<=>(const Edge&) const = default;
};

class Collector {
 public:
  Collector(const Parties& parties, const Directions& directions) : parties_(&parties), directions_(&directions) {}

  void add(std::uint32_t source, const RightsCell& cell) {
    const std::uint32_t actor = parties_->domain_of[source];
    if (actor == kAbsent || !parties_->of_type[source].acts) {
      return;
    }
    for (const std::uint32_t met : {parties_->domain_of[cell.target], parties_->peer_of[cell.target]}) {
      if (met == kAbsent || met == actor) {
        continue;
      }
      if ((cell.permissions & directions_->to_target[cell.access_class]) != 0) {
        edges_.push_back({actor, met, cell.access_class});
      }
      if ((cell.permissions & directions_->from_target[cell.access_class]) != 0) {
        edges_.push_back({met, actor, cell.access_class});
      }
    }
  }

  std::vector<Edge> take() {
    std::sort(edges_.begin(), edges_.end());
    edges_.erase(std::unique(edges_.begin(), edges_.end()), edges_.end());
    return std::move(edges_);
  }

 private:
  const Parties* parties_;
  const Directions* directions_;
  std::vector<Edge> edges_;
};

}  // namespace

void compare_flows(const Parties& parties, const Merged& types, const MergedClasses& classes,
                   const catalogue::Catalogue& catalogue, Side& a, Side& b, PolicyDiff& diff) {
  const Directions moves = directions(classes, catalogue);
  std::vector<Edge> edges[2];
  Side* const sides[2] = {&a, &b};
  for (std::size_t side = 0; side < 2; ++side) {
    Collector collector(parties, moves);
    for (std::uint32_t source = 0; source < types.names.size(); ++source) {
      for (const RightsCell& cell : sides[side]->read(source).cells) {
        collector.add(source, cell);
      }
    }
    edges[side] = collector.take();
  }
  const auto tell = [&](const std::vector<Edge>& has, const std::vector<Edge>& has_not, std::vector<DirectFlow>& list) {
    std::vector<Edge> only;
    std::set_difference(has.begin(), has.end(), has_not.begin(), has_not.end(), std::back_inserter(only));
    for (const Edge& edge : only) {
      list.push_back({parties.domains[edge.from], parties.domains[edge.to], classes.names.names[edge.access_class]});
    }
  };
  tell(edges[1], edges[0], diff.new_flows);
  tell(edges[0], edges[1], diff.lost_flows);
}

}  // namespace bulkhead::analysis
