// Reads the xenstore within limits: what a plan names first, then what else is there, for each domain as much as fits
// its own share. A domain that makes thousands of nodes fills its share and nobody else's.
#pragma once

#include <vector>

#include "bulkhead/hypervisor/xenstore.h"
#include "bulkhead/verify/observation.h"

namespace bulkhead::verify {

struct StoreAnswer {
  std::vector<SeenNode> nodes;  // by path
  std::vector<Unseen> unseen;
};
[[nodiscard]] StoreAnswer read_store(const plan::LaunchPlan& plan, hypervisor::Xenstore& store);

}  // namespace bulkhead::verify
