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

inline DerivedSpec derived_example(const std::string& name) {
  const std::string folder = std::string(BULKHEAD_SOURCE_DIR) + "/examples/" + name + "/";
  const Result<std::string> spec = read_file(folder + "host.yaml", std::size_t{1} << 20U);
  REQUIRE(spec.has_value());
  std::string inventory;
  if (std::filesystem::exists(folder + "inventory.yaml")) {
    Result<std::string> text = read_file(folder + "inventory.yaml", std::size_t{1} << 20U);
    REQUIRE(text.has_value());
    inventory = std::move(*text);
  }
  return DerivedSpec(*spec, inventory);
}

}  // namespace bulkhead::test
