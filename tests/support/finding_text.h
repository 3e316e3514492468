// What Catch prints of findings that are not the expected ones.
#pragma once

#include <catch2/catch.hpp>

#include "bulkhead/verify/finding.h"

template <>
struct Catch::StringMaker<bulkhead::verify::Finding> {
  static std::string convert(const bulkhead::verify::Finding& finding) { return to_json(finding); }
};
