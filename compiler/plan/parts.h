// The parts of a launch plan, each made from the model and the privileges alone.
#pragma once

#include <vector>

#include "bulkhead/plan/make_launch_plan.h"

namespace bulkhead::plan {

[[nodiscard]] std::vector<Domain> make_domains(const model::Model& model, const privilege::Derived& derived,
                                               const SourceSet& sources);
[[nodiscard]] std::vector<Device> make_devices(const model::Model& model, const privilege::Derived& derived,
                                               const SourceSet& sources);
[[nodiscard]] std::vector<Gate> make_gates(const model::Model& model);
[[nodiscard]] Expectations make_expectations(const privilege::PrivilegeSet& set);

[[nodiscard]] std::uint32_t domid_of(const model::Model& model, model::DomainId id);
// "host.yaml:41:5", without the folder, so that the same spec gives the same plan wherever it lies; of what has no
// place in the spec "the compiler".
[[nodiscard]] std::string origin_text(const SourceSet& sources, const Span& span);

}  // namespace bulkhead::plan
