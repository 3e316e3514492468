// Whether a rule applies to a link or a role (`when:` in the data).
#pragma once

#include "bulkhead/catalogue/catalogue.h"
#include "bulkhead/model/model.h"

namespace bulkhead::privilege {

// Where a rule is applied: the two ends (the same domain twice for a rule of a role) and the device, if any.
struct Site {
  model::DomainId ends[2]{};
  std::optional<model::DeviceId> device;
  const catalogue::Connection* kind = nullptr;  // null: a role
  Span origin;
  std::string_view via;
};

[[nodiscard]] bool holds(const catalogue::Condition& condition, const Site& site, const model::Model& model,
                         const catalogue::Catalogue& catalogue);

// One of the ends, other than the control domain, is restarted or created after sealing; where the builder makes a
// channel for one end, that end.
[[nodiscard]] bool is_rebuilt(const Site& site, const model::Model& model);

}  // namespace bulkhead::privilege
