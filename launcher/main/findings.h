// Prints what preflight, verification or load found, in the form that the user asked for.
#pragma once

#include <vector>

#include "bulkhead/cli/console.h"
#include "bulkhead/cli/parse.h"
#include "bulkhead/verify/finding.h"

namespace bulkhead::launcher {

// Text goes to the diagnostics, JSON (a line each) to the product. kDone when there are none, else kRejected.
cli::ExitCode print_findings(const std::vector<verify::Finding>& findings, const cli::Invocation& invocation,
                             cli::Console& console);

}  // namespace bulkhead::launcher
