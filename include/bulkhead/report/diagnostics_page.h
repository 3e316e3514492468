// docs/diagnostics.md: every diagnostic with its meaning, the way out, and a spec that shows it. In: the registry
// (bulkhead/base/diagnostics.def). Out: Markdown, the same on every machine. A test compares the kept page with it.
#pragma once

#include <string>

namespace bulkhead::report {

[[nodiscard]] std::string diagnostics_page();

}  // namespace bulkhead::report
