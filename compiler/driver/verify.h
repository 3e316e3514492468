// How a proof is told; for verify and compile.
#pragma once

#include <string>

#include "bulkhead/analysis/proof.h"
#include "bulkhead/cli/console.h"
#include "pipeline.h"

namespace bulkhead::driver {

// Prints each difference to stderr as an error with the cell, what was expected and the spec's line. False: there are
// some.
bool report_proof(const Host& host, const analysis::Proof& proof, cli::Console& console);
// For the summary of a proof that holds.
[[nodiscard]] std::string proof_line(const analysis::Proof& proof);

}  // namespace bulkhead::driver
