// Diagnostics as SARIF 2.1.0 (OASIS), for code review tools. In: what a run collected and the texts it is about. Out:
// one run with every diagnostic of the registry as a rule, so that the result says what it means and the way out;
// columns count Unicode characters. The same diagnostics give the same bytes.
#pragma once

#include <string>

#include "bulkhead/base/diagnostic.h"
#include "bulkhead/base/source.h"

namespace bulkhead {

// `exit_code`: what the program ends with.
[[nodiscard]] std::string render_sarif(const Diagnostics& diagnostics, const SourceSet& sources, int exit_code);

// A path as the URI reference of an artifact: everything that is not unreserved is percent-encoded, `/` stays.
[[nodiscard]] std::string uri_of_path(std::string_view path);

}  // namespace bulkhead
