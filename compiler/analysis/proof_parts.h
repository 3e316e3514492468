// What the parts of the proof share: the numbers of the binary for what the spec calls by name, and where differences
// go.
#pragma once

#include <string>
#include <vector>

#include "bulkhead/analysis/proof.h"

namespace bulkhead::analysis {

struct ProofContext {
  const model::Model& model;
  const privilege::Derived& derived;
  const flask::BinaryPolicy& binary;
  std::vector<flask::TypeValue> value_of;  // by TypeId; 0 where the binary has no such type
  std::vector<privilege::TypeId> id_of;    // by value - 1; meaningful where has_id
  std::vector<bool> has_id;
  std::vector<Difference>& differences;

  void excess(std::string what, std::string found, std::uint64_t offset = 0) {
    differences.push_back({true, std::move(what), {}, std::move(found), {}, offset});
  }
  void missing(std::string what, std::string expected, Span origin) {
    differences.push_back({false, std::move(what), std::move(expected), {}, origin, 0});
  }
  void other(std::string what, std::string expected, std::string found, Span origin, std::uint64_t offset = 0) {
    differences.push_back({true, std::move(what), std::move(expected), std::move(found), origin, offset});
  }
};

// Each looks at one kind of thing; the numbers of compared cells go to `proof`.
void prove_symbols(ProofContext& context);  // version, classes, permissions, types, booleans, constraints, permissive
void prove_access(ProofContext& context,
                  Proof& proof);  // allow, dontaudit, auditallow, for every setting of the booleans
void prove_transitions(ProofContext& context);
void prove_contexts(ProofContext& context);  // initial SIDs, devices, roles, users

}  // namespace bulkhead::analysis
