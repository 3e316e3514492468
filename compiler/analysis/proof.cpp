#include "bulkhead/analysis/proof.h"

#include "proof_parts.h"

namespace bulkhead::analysis {

Proof prove(const model::Model& model, const privilege::Derived& derived, const flask::BinaryPolicy& binary) {
  Proof proof;
  ProofContext context{.model = model,
                       .derived = derived,
                       .binary = binary,
                       .value_of = std::vector<flask::TypeValue>(derived.set.types.size(), 0),
                       .id_of = std::vector<privilege::TypeId>(binary.types.size()),
                       .has_id = std::vector<bool>(binary.types.size(), false),
                       .differences = proof.differences};
  for (std::size_t i = 0; i < derived.set.types.size(); ++i) {
    const auto value = binary.find_type(derived.set.types[i].name);
    if (!value || binary.type(*value).kind != flask::TypeKind::kType) continue;
    context.value_of[i] = *value;
    context.id_of[*value - 1U] = static_cast<privilege::TypeId>(i);
    context.has_id[*value - 1U] = true;
  }
  prove_symbols(context);
  prove_access(context, proof);
  prove_transitions(context);
  prove_contexts(context);
  return proof;
}

}  // namespace bulkhead::analysis
