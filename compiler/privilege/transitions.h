// The labels that Xen computes by itself: self and target labels of domains, labels of event channels.
#pragma once

#include <vector>

#include "types.h"

namespace bulkhead::privilege {

// By source, target, class. Channels have explicit pairs only: a rule for an attribute would make the policy grow with
// the square of the domains, and checkpolicy refuses to mix it with one for a pair.
[[nodiscard]] std::vector<Transition> make_transitions(const model::Model& model, const catalogue::Catalogue& catalogue,
                                                       const TypeTable& table);

}  // namespace bulkhead::privilege
