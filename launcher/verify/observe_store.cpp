#include "observe_store.h"

#include <algorithm>
#include <deque>
#include <map>
#include <set>

#include <fmt/format.h>

#include "bulkhead/plan/store_paths.h"
#include "planned_store.h"

namespace bulkhead::verify {

namespace {

using hypervisor::Domid;

// A domain of ours has some 50 nodes, a back end some 20 more for each front end (quota_nodes of xenstored: 1000).
constexpr std::size_t kNodes = 1200;
constexpr std::size_t kNodesPerConnection = 64;
constexpr std::size_t kBytesPerNode = 64;
constexpr std::size_t kMaxDepth = 12;

class StoreReader {
 public:
  StoreReader(const plan::LaunchPlan& plan, hypervisor::Xenstore& store) : store_(store) {
    for (PlannedValue& planned : planned_values(plan)) {
      values_.insert(std::move(planned.path));
    }
    for (const plan::Connection& connection : plan.connections) {
      share_[connection.backend_domid] += kNodesPerConnection;
      share_[connection.frontend_domid] += kNodesPerConnection;
    }
  }

  StoreAnswer read() && {
    for (const std::string& path : values_) {
      add_node(path, true);
    }
    read_top();
    StoreAnswer answer;
    for (auto& [path, node] : nodes_) {
      answer.nodes.push_back(std::move(node));
    }
    answer.unseen = std::move(unseen_);
    return answer;
  }

 private:
  struct Share {
    std::size_t nodes = 0;
    std::size_t bytes = 0;
  };

  void fail(std::string reason, std::optional<Domid> domid) {
    unseen_.push_back({Aspect::kStore, domid, Unseen::Why::kFailed, std::move(reason)});
  }

  // False: it could not be read, which is said once for each domain.
  bool add_node(const std::string& path, bool planned);
  void read_top();
  void read_below(const std::string& folder, std::optional<Domid> domid, Share share);

  hypervisor::Xenstore& store_;
  std::set<std::string> values_;           // whose values are compared
  std::map<Domid, std::size_t> share_;     // of nodes, beyond those of every domain
  std::map<std::string, SeenNode> nodes_;  // by path
  std::vector<Unseen> unseen_;
};

bool StoreReader::add_node(const std::string& path, bool planned) {
  if (nodes_.contains(path)) {
    return true;
  }
  const auto access = store_.access(path);
  if (!access) {
    fail(access.error().message(), home_of(path));
    return false;
  }
  if (!*access) {
    return true;  // gone, or never there: a planned one that is missing is conform()'s matter
  }
  SeenNode node{path, std::nullopt, **access};
  if (planned) {
    auto value = store_.read(path);
    if (!value) {
      fail(value.error().message(), home_of(path));
      return false;
    }
    node.value = std::move(*value);
  }
  nodes_.emplace(path, std::move(node));
  return true;
}

// Level by level, so that what is deep does not hide what is above it.
void StoreReader::read_below(const std::string& folder, std::optional<Domid> domid, Share share) {
  std::deque<std::pair<std::string, std::size_t>> folders{{folder, 0}};
  while (!folders.empty()) {
    const auto [path, depth] = std::move(folders.front());
    folders.pop_front();
    auto names = store_.list(path);
    if (!names) {
      return fail(names.error().message(), domid);
    }
    if (!*names) {
      continue;
    }
    std::sort((*names)->begin(), (*names)->end());
    for (const std::string& name : **names) {
      const std::string below = (path == "/" ? "" : path) + "/" + name;
      // The domains have shares of their own.
      if (!domid && below == "/local/domain") {
        add_node(below, false);
        continue;
      }
      if (share.nodes == 0 || share.bytes < below.size() || depth == kMaxDepth) {
        return fail("there are more nodes than a domain of the plan has; the others were not read", domid);
      }
      --share.nodes;
      share.bytes -= below.size();
      if (!add_node(below, false)) {
        return;
      }
      folders.emplace_back(below, depth + 1);
    }
  }
}

void StoreReader::read_top() {
  add_node("/", false);
  read_below("/", std::nullopt, {kNodes, kNodes * kBytesPerNode});
  const auto domains = store_.list("/local/domain");
  if (!domains) {
    return fail(domains.error().message(), std::nullopt);
  }
  for (const std::string& name : domains->value_or(std::vector<std::string>())) {
    const std::string folder = "/local/domain/" + name;
    const auto domid = home_of(folder);
    if (!domid || !add_node(folder, false)) {
      continue;
    }
    const std::size_t nodes = kNodes + share_[*domid];
    read_below(folder, domid, {nodes, nodes * kBytesPerNode});
  }
}

}  // namespace

StoreAnswer read_store(const plan::LaunchPlan& plan, hypervisor::Xenstore& store) {
  return StoreReader(plan, store).read();
}

}  // namespace bulkhead::verify
