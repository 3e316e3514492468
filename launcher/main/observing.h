// What `verify` and `watch` share: which questions are asked, and from where.
#pragma once

#include <optional>
#include <string>

#include "bulkhead/cli/console.h"
#include "bulkhead/cli/parse.h"
#include "bulkhead/plan/launch_plan.h"
#include "bulkhead/verify/observation.h"

namespace bulkhead::launcher {

// Nothing: --as names no domain of the plan, which is said.
[[nodiscard]] std::optional<verify::ObserveOptions> observe_options(const plan::LaunchPlan& plan,
                                                                    const cli::Invocation& invocation,
                                                                    cli::Console& console);
[[nodiscard]] std::string now_in_utc();  // "2026-11-22T18:50:00Z"

}  // namespace bulkhead::launcher
