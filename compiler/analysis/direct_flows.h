// Which domain can move information to which in one step: the difference of two hosts shows what a change opens. Over
// several steps it says nothing.
#pragma once

#include <vector>

#include "bulkhead/analysis/denials.h"
#include "bulkhead/catalogue/catalogue.h"
#include "bulkhead/model/model.h"
#include "bulkhead/privilege/privileges.h"

namespace bulkhead::analysis {

// By name of the sender, then the receiver; each once.
[[nodiscard]] std::vector<FlowPair> direct_flows(const model::Model& model, const catalogue::Catalogue& catalogue,
                                                 const privilege::Derived& derived);

}  // namespace bulkhead::analysis
