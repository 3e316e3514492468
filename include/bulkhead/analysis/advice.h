// What a user would write into the spec to get a privilege that is missing, in the spec's own language.
#pragma once

#include <string>
#include <vector>

#include "bulkhead/analysis/why.h"

namespace bulkhead::analysis {

struct Advice {
  std::string text;       // one line
  std::string unfit;      // why the domains cannot have it as they are; empty: they can
  std::string statement;  // what to write into the spec, or what makes the compiler add it; may be empty
  bool declared = false;  // `statement` may stand under `connections:`
  std::vector<WhyPermission> permissions;
};

// One for each connection, way round, and role; in the order of the remedies.
[[nodiscard]] std::vector<Advice> advise(const std::vector<WhyRemedy>& remedies, const WhyQuestion& question);

}  // namespace bulkhead::analysis
