// The policy that a spec's privileges make, as the reader gives it back from a binary, without checkpolicy: what is
// asked of a binary can be asked of a change that nobody compiled yet. Classes, types, rules and transitions only; that
// a compiled binary says the same is what the proof is for.
#pragma once

#include <optional>

#include "bulkhead/flask/binary_policy.h"
#include "bulkhead/privilege/privileges.h"

namespace bulkhead::analysis {

// A type's value is its TypeId + 1. Nothing when a policy cannot have so many types.
[[nodiscard]] std::optional<flask::BinaryPolicy> as_binary(const privilege::Derived& derived);

// Puts permissions into the rule of a cell, or makes one.
void add_permissions(flask::BinaryPolicy& policy, const privilege::Cell& cell);

}  // namespace bulkhead::analysis
