#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "bulkhead/base/files.h"
#include "sample_plan.h"

namespace bulkhead::plan {

namespace {

const std::string kSampleFile = std::string(BULKHEAD_SOURCE_DIR) + "/tests/unit/plan/sample_plan.json";

}  // namespace

TEST_CASE("a written plan reads back as the same plan") {
  const LaunchPlan plan = sample_plan();
  const auto read = read_launch_plan(write_launch_plan(plan));
  REQUIRE(read.has_value());
  CHECK(*read == plan);
}

TEST_CASE("equal plans are written as equal bytes, those of sample_plan.json") {
  const auto kept = read_file(kSampleFile, std::size_t{1} << 20U);
  REQUIRE(kept.has_value());
  CHECK(write_launch_plan(sample_plan()) == *kept);
}

TEST_CASE("the order of keys and blanks do not matter to the reader") {
  const auto sorted = nlohmann::json::parse(write_launch_plan(sample_plan()));
  const auto read = read_launch_plan(sorted.dump());
  REQUIRE(read.has_value());
  CHECK(*read == sample_plan());
}

TEST_CASE("a domain is found by number and by name") {
  const LaunchPlan plan = sample_plan();
  CHECK(find_domain(plan, 2) == &plan.domains[2]);
  CHECK(find_domain(plan, "web") == &plan.domains[3]);
  CHECK(find_domain(plan, 9) == nullptr);
  CHECK(find_domain(plan, "db") == nullptr);
}

// Not a test: writes the golden file. unit_plan "[regenerate]"
TEST_CASE("regenerate sample_plan.json", "[.][regenerate]") {
  REQUIRE(replace_file(kSampleFile, write_launch_plan(sample_plan())).has_value());
}

}  // namespace bulkhead::plan
