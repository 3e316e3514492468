// The two ways between a statement of the spec and the rules of a compiled policy.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "actions.h"
#include "bulkhead/analysis/rule_places.h"
#include "bulkhead/analysis/why.h"

namespace bulkhead::driver {

// The policy of an output folder, in both forms.
struct PlacedPolicy {
  bool is_given = false;
  std::vector<analysis::PlacedRule> conf;
  std::vector<analysis::PlacedRule> binary;
};

// Of no folder: nothing is given.
[[nodiscard]] Result<PlacedPolicy> read_placed(const std::string& folder);

// "  policy.conf:212, rule 57 of xenpolicy (byte 4711)", a line; empty when no policy is given.
[[nodiscard]] std::string places_text(const PlacedPolicy& policy, const analysis::WhyCell& cell);
[[nodiscard]] nlohmann::ordered_json places_json(const PlacedPolicy& policy, const analysis::WhyCell& cell);

// `why --rule`.
[[nodiscard]] Result<ExitCode> explain_rule(const Invocation& invocation, const Host& host, const PlacedPolicy& policy,
                                            Console& console);

}  // namespace bulkhead::driver
