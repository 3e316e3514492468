// Document to spec::Spec. In: a text that read_document took. Out: the spec with every value that has the right form;
// what has not is reported (group kShape), all of it in one run, and left out. A required text that was refused or is
// missing is empty and has no place (`span.is_known()` is false), so that later stages can pass over it without a
// second complaint.
#pragma once

#include <optional>
#include <string>

#include "bulkhead/base/diagnostic.h"
#include "bulkhead/base/document.h"
#include "bulkhead/spec/spec.h"

namespace bulkhead::spec {

struct Reading {
  Spec spec;
  bool complete = false;  // nothing was reported
};

[[nodiscard]] Reading read_spec(const Document& document, Diagnostics& diagnostics);

// Nothing when anything was reported: half an inventory would make wrong findings.
[[nodiscard]] std::optional<Inventory> read_inventory(const Document& document, Diagnostics& diagnostics);

// Canonical YAML: reading it gives an equal Spec, but for the places.
[[nodiscard]] std::string print_spec(const Spec& spec);

}  // namespace bulkhead::spec
