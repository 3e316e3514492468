#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "sample_plan.h"
#include "support/kept_file.h"

namespace bulkhead::plan {

TEST_CASE("a written plan reads back as the same plan") {
  const LaunchPlan plan = sample_plan();
  const auto read = read_launch_plan(write_launch_plan(plan));
  REQUIRE(read.has_value());
  CHECK(*read == plan);
}

TEST_CASE("equal plans are written as equal bytes, those of sample_plan.json") {
  CHECK(write_launch_plan(sample_plan()) == write_launch_plan(sample_plan()));
  test::check_kept("tests/unit/plan/sample_plan.json", write_launch_plan(sample_plan()));
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

}  // namespace bulkhead::plan
