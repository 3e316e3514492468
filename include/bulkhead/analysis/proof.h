// The proof: what the spec grants and what the binary grants are the same, in both directions: every cell of
// (source, target, class), for every setting of the booleans, and everything else that decides about access:
// transitions, initial SIDs, device contexts, roles, users, constraints, permissive types, the answer to unknown
// permissions.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bulkhead/base/source.h"
#include "bulkhead/flask/binary_policy.h"
#include "bulkhead/model/model.h"
#include "bulkhead/privilege/privileges.h"

namespace bulkhead::analysis {

struct Difference {
  bool excess = false;   // the binary has it and the spec does not; else the other way round
  std::string what;      // "allow web_t net_t:grant { copy }", "initial SID 3 (dom0)", …
  std::string expected;  // empty where that makes no sense
  std::string found;
  Span origin;               // the spec's statement, where there is one
  std::uint64_t offset = 0;  // of the rule in the binary; 0: none
};

struct Proof {
  std::vector<Difference> differences;
  std::uint64_t types = 0;        // real types compared
  std::uint64_t cells = 0;        // types × types × classes: all that were compared
  std::uint64_t allowed = 0;      // cells with at least one permission
  std::uint64_t permissions = 0;  // permissions in those cells

  [[nodiscard]] bool holds() const { return differences.empty(); }
};

[[nodiscard]] Proof prove(const model::Model& model, const privilege::Derived& derived,
                          const flask::BinaryPolicy& binary);

}  // namespace bulkhead::analysis
