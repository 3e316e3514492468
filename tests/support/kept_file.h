// Compares a result with the file that is kept of it. BULKHEAD_UPDATE_GOLDENS=1 in the environment rewrites the file.
#pragma once

#include <cstdlib>
#include <string>

#include <catch2/catch.hpp>

#include "bulkhead/base/files.h"

namespace bulkhead::test {

// `path` is relative to the project's folder.
inline void check_kept(const std::string& path, const std::string& content) {
  const std::string file = std::string(BULKHEAD_SOURCE_DIR) + "/" + path;
  if (std::getenv("BULKHEAD_UPDATE_GOLDENS") != nullptr) {
    REQUIRE(replace_file(file, content).has_value());
  }
  const auto kept = read_file(file, std::size_t{16} << 20U);
  INFO(path << ": BULKHEAD_UPDATE_GOLDENS=1 rewrites it");
  REQUIRE(kept.has_value());
  CHECK(content == *kept);
}

}  // namespace bulkhead::test
