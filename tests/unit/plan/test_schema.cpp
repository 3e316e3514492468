// docs/launch-plan.schema.json against the reader and against an implementation of JSON Schema that is not ours.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "sample_plan.h"
#include "support/kept_file.h"
#include "support/validate_json.h"

namespace bulkhead::plan {

namespace {

using Json = nlohmann::ordered_json;

const std::string kSchemaFile = std::string(BULKHEAD_SOURCE_DIR) + "/docs/launch-plan.schema.json";

std::vector<std::string> with_one_fault() {
  const Json whole = Json::parse(write_launch_plan(sample_plan()));
  std::vector<Json> faulty(8, whole);
  faulty[0]["format_version"] = 2;
  faulty[1]["surprise"] = 1;
  faulty[2]["domains"][3].erase("memory_kib");
  faulty[3]["domains"][3]["domid"] = 0x7FF0;
  faulty[4]["devices"][0]["sbdf"] = "03.0";
  faulty[5]["expectations"]["cells"][0] = {1, 2, 3};
  faulty[6]["domains"][2]["placement"]["cpus"] = {1};
  faulty[7]["connections"][3]["network"]["mac"] = 5;
  std::vector<std::string> texts;
  texts.reserve(faulty.size());
  for (const Json& json : faulty) {
    texts.push_back(json.dump());
  }
  return texts;
}

}  // namespace

TEST_CASE("docs/launch-plan.schema.json is what the program generates") {
  test::check_kept("docs/launch-plan.schema.json", launch_plan_schema());
}

TEST_CASE("the schema accepts a plan") {
  CHECK(test::validate_json(kSchemaFile, {write_launch_plan(sample_plan())}) == std::vector<std::string>{"valid"});
}

TEST_CASE("the schema refuses what the reader refuses") {
  const auto texts = with_one_fault();
  const auto verdicts = test::validate_json(kSchemaFile, texts);
  REQUIRE(verdicts.size() == texts.size());
  for (std::size_t i = 0; i < texts.size(); ++i) {
    INFO(i << ": " << verdicts[i]);
    CHECK(verdicts[i].starts_with("invalid: "));
    CHECK_FALSE(read_launch_plan(texts[i]).has_value());
  }
}

}  // namespace bulkhead::plan
