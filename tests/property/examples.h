// The hosts of examples/ that compile, as texts.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "bulkhead/base/files.h"
#include "support/compiled.h"

namespace bulkhead::test {

inline const std::vector<std::string> kExamples{"classic", "minimal", "split", "tenants", "vtpm", "windsor"};

inline std::string example_text(const std::string& name, const std::string& file) {
  const Result<std::string> text =
      read_file(std::string(BULKHEAD_SOURCE_DIR) + "/examples/" + name + "/" + file, std::size_t{1} << 20U);
  REQUIRE(text.has_value());
  return *text;
}

// Empty when the example has none.
inline std::string example_inventory(const std::string& name) {
  const std::string file = "inventory.yaml";
  const bool has = std::filesystem::exists(std::string(BULKHEAD_SOURCE_DIR) + "/examples/" + name + "/" + file);
  return has ? example_text(name, file) : std::string();
}

inline DerivedSpec derived_example(const std::string& name) {
  return DerivedSpec(example_text(name, "host.yaml"), example_inventory(name));
}

}  // namespace bulkhead::test
