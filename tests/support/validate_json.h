// Asks python3-jsonschema, an implementation that is not ours, what a JSON Schema says of documents.
#pragma once

#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "bulkhead/base/files.h"
#include "bulkhead/base/process.h"
#include "bulkhead/base/text.h"

namespace bulkhead::test {

// "valid", or "invalid: <path>: <why>", for each document in turn.
inline std::vector<std::string> validate_json(const std::string& schema_file,
                                              const std::vector<std::string>& documents) {
  const auto folder = TemporaryFolder::make();
  REQUIRE(folder.has_value());
  std::vector<std::string> command{BULKHEAD_PYTHON, BULKHEAD_SOURCE_DIR "/tests/support/validate_json.py", schema_file};
  for (const std::string& document : documents) {
    command.push_back(folder->path() + "/" + std::to_string(command.size()) + ".json");
    REQUIRE(replace_file(command.back(), document).has_value());
  }
  const auto result = run_process(command);
  REQUIRE(result.has_value());
  INFO(result->standard_error);
  REQUIRE(result->exit_code == 0);
  std::vector<std::string> verdicts;
  for (const std::string_view line : split(result->standard_output, '\n')) {
    if (!line.empty()) {
      verdicts.emplace_back(line);
    }
  }
  return verdicts;
}

}  // namespace bulkhead::test
