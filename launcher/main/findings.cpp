#include "findings.h"

#include <fmt/format.h>

namespace bulkhead::launcher {

cli::ExitCode print_findings(const std::vector<verify::Finding>& findings, const cli::Invocation& invocation,
                             cli::Console& console) {
  for (const verify::Finding& finding : findings) {
    if (invocation.value("format") == "json") {
      console.print(to_json(finding) + "\n");
    } else {
      console.complain(to_text(finding));
    }
  }
  return findings.empty() ? cli::ExitCode::kDone : cli::ExitCode::kRejected;
}

}  // namespace bulkhead::launcher
