// What `denials` prints: the logs as they were read, and the explanations, as text or JSON.
#pragma once

#include <string>
#include <vector>

#include "bulkhead/analysis/denials.h"
#include "bulkhead/avc/avc_log.h"
#include "pipeline.h"

namespace bulkhead::driver {

struct DenialReport {
  std::vector<std::string> names;  // of the logs
  std::vector<avc::Log> logs;
  analysis::DenialGroups groups;
  analysis::Denials explained;

  // Something was denied that is not harmless, or could not be read.
  [[nodiscard]] bool needs_attention() const;
};

// What a reader must know about the logs before he believes the rest; a line each.
[[nodiscard]] std::vector<std::string> remarks(const DenialReport& report);
[[nodiscard]] std::string denials_text(const DenialReport& report, const Host& host);
[[nodiscard]] std::string denials_json(const DenialReport& report, const Host& host);

}  // namespace bulkhead::driver
