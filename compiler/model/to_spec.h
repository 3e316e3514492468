// A model as a spec that resolves to the same model: defaults written out, families kept, connections in canonical
// order.
#pragma once

#include <string>
#include <vector>

#include "bulkhead/model/model.h"

namespace bulkhead::model {

[[nodiscard]] spec::Spec to_spec(const Model& model);

// Of domains in canonical order: a family's name where all of its instances are there, else each by its own name.
[[nodiscard]] std::vector<std::string> short_names(const Model& model, const std::vector<DomainId>& domains);

}  // namespace bulkhead::model
