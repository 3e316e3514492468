// The statement, the rule and the reason behind one grant, as far as it gives what was asked for.
#pragma once

#include "bulkhead/analysis/why.h"
#include "why_parties.h"

namespace bulkhead::analysis {

[[nodiscard]] inline WhyReason reason_of(const privilege::Grant& grant, const catalogue::Catalogue& catalogue,
                                         const abi::Abi& abi, const Wanted& wanted) {
  WhyReason reason{
      std::string(grant.via), catalogue.find_connection(grant.via) == nullptr, grant.phase, grant.origin, {}};
  if (grant.rule != nullptr) reason.permissions = wanted_permissions(*grant.rule, abi, wanted);
  return reason;
}

}  // namespace bulkhead::analysis
