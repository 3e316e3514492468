// Risks: what the compiler refuses unless the spec takes it on purpose, with a reason (`accept:`). They are found in
// several stages and judged in one place.
#pragma once

#include <string>
#include <vector>

#include "bulkhead/base/diagnostic.h"
#include "bulkhead/model/model.h"

namespace bulkhead::model {

struct Risk {
  DiagnosticId id;
  std::string finding;  // what `accept:` names: the diagnostic's id, or the id of an invariant (policy/invariants.yaml)
  std::vector<DomainId>
      domains;  // who is concerned; an `accept` with `domains` must list all of them (or their families)
  std::vector<DeviceId> devices;  // likewise
  Span span;
  std::string message;
  std::vector<Note> notes;
};

// A weak IOMMU, IOMMU groups and legacy interrupts shared across domains.
[[nodiscard]] std::vector<Risk> device_risks(const Model& model);

// Drops the risks that an `accept` covers and reports the others (group kRisk), as well as each `accept` that covers
// nothing and each that names no finding there is. `findings`: all names that can stand in `accept` (risk ids and
// invariants' ids).
void report_risks(const Model& model, const std::vector<Risk>& risks, const std::vector<std::string>& findings,
                  Diagnostics& diagnostics);

}  // namespace bulkhead::model
