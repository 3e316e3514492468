// The spec's `assert:` on the binary policy: not on what we derived, so that a fault in our own stages cannot make one
// hold.
#pragma once

#include "bulkhead/base/diagnostic.h"
#include "bulkhead/catalogue/catalogue.h"
#include "bulkhead/flask/binary_policy.h"
#include "bulkhead/model/model.h"
#include "bulkhead/privilege/privileges.h"

namespace bulkhead::analysis {

// One diagnostic (group kAssertion) for each assertion that does not hold, with the cells that break it as notes.
// `no-flow` follows every way, over other domains too; what breaks it is the shortest one that does not pass a domain
// of `except-through`. So it proves that those are a cut. Without an assertion that needs it, no graph is made.
void check_assertions(const model::Model& model, const catalogue::Catalogue& catalogue,
                      const privilege::Derived& derived, const flask::BinaryPolicy& binary, Diagnostics& diagnostics);

}  // namespace bulkhead::analysis
