// What a user would write into the spec to get a privilege that is missing, in the spec's own language.
#pragma once

#include <string>
#include <vector>

#include "bulkhead/analysis/why.h"

namespace bulkhead::driver {

struct Advice {
  std::string text;                // one line
  std::vector<std::string> lines;  // YAML, or why it does not fit as it is
  std::vector<analysis::WhyPermission> permissions;
};

// One for each connection, way round, and role; in the order of the remedies.
[[nodiscard]] std::vector<Advice> advise(const std::vector<analysis::WhyRemedy>& remedies,
                                         const analysis::WhyQuestion& question);

}  // namespace bulkhead::driver
