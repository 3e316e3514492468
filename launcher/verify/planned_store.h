// What the xenstore is to hold for a plan: who may use a node, and the values by which the ends of a connection find
// each other. It is derived from the plan by rules of its own, not from what launch writes, so that a fault there
// shows.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/hypervisor/xenstore.h"
#include "bulkhead/plan/launch_plan.h"

namespace bulkhead::verify {

struct PlannedValue {
  std::string path;
  std::string value;
  const plan::Connection* connection = nullptr;
};
// Sorted by path.
[[nodiscard]] std::vector<PlannedValue> planned_values(const plan::LaunchPlan& plan);

// The domain below whose folder a path lies; none: it is nobody's.
[[nodiscard]] std::optional<hypervisor::Domid> home_of(std::string_view path);

// Who besides the control domain may read or own a node, given the parts of its path below its domain's folder.
struct Parties {
  std::vector<hypervisor::Domid> domids;         // sorted
  const plan::Connection* connection = nullptr;  // that lets a second one in
};
class StoreRules {
 public:
  explicit StoreRules(const plan::LaunchPlan& plan);
  [[nodiscard]] Parties parties(hypervisor::Domid home, std::string_view path) const;

 private:
  [[nodiscard]] const plan::Connection* between(hypervisor::Domid back, hypervisor::Domid front,
                                                std::string_view folder) const;

  const plan::LaunchPlan& plan_;
  std::vector<const plan::Connection*> connections_;  // with nodes, sorted by back end, front end
  std::map<std::string, const plan::Connection*> fronts_;
};

}  // namespace bulkhead::verify
