#include <functional>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "sample_plan.h"

namespace bulkhead::plan {

namespace {

using Json = nlohmann::ordered_json;

Json sample() {
  return Json::parse(write_launch_plan(sample_plan()));
}

std::string refusal(const std::string& text) {
  const auto read = read_launch_plan(text);
  return read.has_value() ? "(accepted)" : read.error().message();
}

// The refusal of the sample after one change.
std::string refusal(const std::function<void(Json&)>& change) {
  Json json = sample();
  change(json);
  return refusal(json.dump());
}

std::string refusal_of_plan(const std::function<void(LaunchPlan&)>& change) {
  LaunchPlan plan = sample_plan();
  change(plan);
  return refusal(write_launch_plan(plan));
}

// Calls `visit` with every place of the tree in turn, on a fresh copy each.
void each_place(const Json& json, const Json::json_pointer& here,
                const std::function<void(const Json::json_pointer&)>& visit) {
  if (!here.empty()) {
    visit(here);
  }
  for (const auto& [key, value] : json.items()) {
    if (json.is_structured()) {
      each_place(value, json.is_array() ? here / std::stoul(key) : here / key, visit);
    }
  }
}

}  // namespace

TEST_CASE("what is not JSON is refused with the place") {
  CHECK(refusal(std::string("{\"format_version\": 1,}"))
            .starts_with("not JSON: [json.exception.parse_error.101] parse error at line 1, column 22"));
  CHECK(refusal(std::string()).starts_with("not JSON: "));
  CHECK(refusal(std::string("{} {}")).starts_with("not JSON: "));
  CHECK(refusal(std::string("[]")) == "the plan: not an object");
}

TEST_CASE("every key of a plan must be there") {
  const Json whole = sample();
  std::size_t removed = 0;
  each_place(whole, Json::json_pointer(), [&](const Json::json_pointer& place) {
    Json json = whole;
    Json& parent = json[place.parent_pointer()];
    if (!parent.is_object()) {
      return;
    }
    parent.erase(place.back());
    ++removed;
    INFO("without " << place.to_string());
    CHECK(refusal(json.dump()) != "(accepted)");
  });
  CHECK(removed > 180);
}

TEST_CASE("every value of a plan must have its type") {
  const Json whole = sample();
  each_place(whole, Json::json_pointer(), [&](const Json::json_pointer& place) {
    for (const Json& wrong : {Json::object({{"a", 1}}), Json(1.5), Json(-1), Json::array({Json::array()})}) {
      Json json = whole;
      json[place] = wrong;
      INFO(place.to_string() << " = " << wrong.dump());
      CHECK(refusal(json.dump()) != "(accepted)");
    }
  });
}

TEST_CASE("an unknown key is refused in every object") {
  const Json whole = sample();
  each_place(whole, Json::json_pointer(), [&](const Json::json_pointer& place) {
    Json json = whole;
    if (json[place].is_object()) {
      json[place]["surprise"] = 1;
      INFO(place.to_string());
      CHECK(refusal(json.dump()).ends_with(": unknown key `surprise`"));
    }
  });
  CHECK(refusal([](Json& json) { json["surprise"] = 1; }) == "the plan: unknown key `surprise`");
}

TEST_CASE("a refusal names the JSON path") {
  CHECK(refusal([](Json& j) { j["domains"][3]["memory_kib"] = "much"; }) ==
        "domains[3].memory_kib: not a whole number from 1 to 4398046511104");
  CHECK(refusal([](Json& j) { j["domains"][3]["domid"] = 0x7FF0; }) ==
        "domains[3].domid: not a whole number from 0 to 32751");
  CHECK(refusal([](Json& j) { j["domains"][2]["type"] = "lxc"; }) == "domains[2].type: none of pv, pvh, hvm");
  CHECK(refusal([](Json& j) { j["domains"][1]["guest"] = 0; }) == "domains[1].guest: neither true nor false");
  CHECK(refusal([](Json& j) {
          j["devices"][0]["iomem"][1] = {5, 4};
        }) == "devices[0].iomem[1]: the first number is greater than the last");
  CHECK(refusal([](Json& j) { j["devices"][0]["irqs"] = {1024}; }) ==
        "devices[0].irqs[0]: not a whole number from 0 to 1023");
  CHECK(refusal([](Json& j) {
          j["expectations"]["cells"][0] = {1, 2, 3};
        }) == "expectations.cells[0]: not a list of 4 numbers");
  CHECK(refusal([](Json& j) { j["gates"] = 1; }) == "gates: not a list");
  CHECK(refusal([](Json& j) { j["digests"]["policy_sha256"] = "B"; }) ==
        "digests.policy_sha256: not a SHA-256 digest: 64 lower-case hexadecimal digits");
}

TEST_CASE("another version of the format is refused before anything else is looked at") {
  CHECK(refusal([](Json& j) { j["format_version"] = 2; }) == "format_version: this program reads version 1 only");
  CHECK(refusal(std::string(R"({"format_version": 2, "new": []})")) ==
        "format_version: this program reads version 1 only");
}

TEST_CASE("a key that stands twice is refused, whatever its values") {
  std::string text = write_launch_plan(sample_plan());
  const std::string line = "\"max_grant_frames\": 64,";
  text.insert(text.find(line, text.find("\"net\"")), line);
  CHECK(refusal(text) == "domains[2].max_grant_frames: the key stands twice in one object");
}

TEST_CASE("deep nesting is refused without reading on") {
  const std::string deep(100000, '[');
  CHECK(refusal(deep).ends_with(": nested deeper than any plan is"));
}

TEST_CASE("references that lead nowhere are refused") {
  CHECK(refusal_of_plan([](LaunchPlan& p) { p.domains[2].console_domid = 9; }) ==
        "domains[2].console_domid: no domain of the plan has the number 9");
  CHECK(refusal_of_plan([](LaunchPlan& p) { p.domains[2].target_domid = 9; }) ==
        "domains[2].target_domid: no domain of the plan has the number 9");
  CHECK(refusal_of_plan([](LaunchPlan& p) { p.connections[0].frontend_domid = 9; }) ==
        "connections[0].frontend_domid: no domain of the plan has the number 9");
  CHECK(refusal_of_plan([](LaunchPlan& p) { p.devices[0].owner_domid = 9; }) ==
        "devices[0].owner_domid: no domain of the plan has the number 9");
  CHECK(refusal_of_plan([](LaunchPlan& p) { p.gates[0].awaited_domid = 9; }) ==
        "gates[0].awaited_domid: no domain of the plan has the number 9");
  CHECK(refusal_of_plan([](LaunchPlan& p) { p.domains[3].label = "system_u:system_r:db_t"; }) ==
        "domains[3].label: `system_u:system_r:db_t` is not among expectations.labels");
  CHECK(refusal_of_plan([](LaunchPlan& p) { p.domains[3].kernel = "/boot/other"; }) ==
        "domains[3].kernel: `/boot/other` is not among digests.files");
  CHECK(refusal_of_plan([](LaunchPlan& p) { p.domains[2].placement->near = "nic1"; }) ==
        "domains[2].placement.near: no device `nic1`");
  CHECK(refusal_of_plan([](LaunchPlan& p) { p.expectations.cells[0].source = 11; }) ==
        "expectations.cells[0]: there is no such label");
  CHECK(refusal_of_plan([](LaunchPlan& p) { p.expectations.transitions[1].result = 11; }) ==
        "expectations.transitions[1]: there is no such label");
  CHECK(refusal_of_plan([](LaunchPlan& p) { p.expectations.initial_sids[0].label = 11; }) ==
        "expectations.initial_sids[0].label: there is no such label");
  CHECK(refusal_of_plan([](LaunchPlan& p) { p.expectations.cells[0].access_class = 3; }) ==
        "expectations.cells[0]: there is no such class");
}

TEST_CASE("things that stand twice or out of order are refused") {
  CHECK(refusal_of_plan([](LaunchPlan& p) { p.domains[3].domid = 2; }) == "domains[3].domid: 2 stands twice");
  CHECK(refusal_of_plan([](LaunchPlan& p) { p.domains[3].name = "net"; }) == "domains[3].name: `net` stands twice");
  CHECK(refusal_of_plan([](LaunchPlan& p) { p.devices.push_back(p.devices[0]); }) ==
        "devices[1].name: `nic0` stands twice");
  CHECK(refusal_of_plan([](LaunchPlan& p) { p.digests.files.push_back(p.digests.files[0]); }) ==
        "digests.files[2].path: not sorted, or twice");
  CHECK(refusal_of_plan([](LaunchPlan& p) { p.expectations.labels[1] = p.expectations.labels[0]; }) ==
        "expectations.labels[1]: not sorted, or twice");
  CHECK(refusal_of_plan([](LaunchPlan& p) { p.expectations.cells[1] = p.expectations.cells[0]; }) ==
        "expectations.cells[1]: not sorted, or twice");
  CHECK(refusal_of_plan([](LaunchPlan& p) { p.expectations.classes[0].permissions[1] = "settime"; }) ==
        "expectations.classes[0].permissions: one stands twice");
}

TEST_CASE("statements that contradict each other are refused") {
  CHECK(refusal_of_plan([](LaunchPlan& p) { p.host.shape = Shape::kClassic; }) ==
        "host.hardware_domid: domain 0 on a classic host, another one on a split host");
  CHECK(refusal_of_plan([](LaunchPlan& p) { std::swap(p.domains[0], p.domains[1]); }) ==
        "domains: the control domain is not the first");
  CHECK(refusal_of_plan([](LaunchPlan& p) { p.domains[2].control = true; }) ==
        "domains[2].control: true of domain 0 and of no other");
  CHECK(refusal_of_plan([](LaunchPlan& p) { p.domains[2].hardware = true; }) ==
        "domains[2].hardware: does not agree with host.hardware_domid");
  CHECK(refusal_of_plan([](LaunchPlan& p) { p.domains[2].building_label.reset(); }) ==
        "domains[2].building_label: the control domain has a booting label, every other one a building label");
  CHECK(refusal_of_plan([](LaunchPlan& p) { p.domains[2].xenstore_domid.reset(); }) ==
        "domains[2].xenstore_domid: does not agree with host.xenstore_domid");
  CHECK(refusal_of_plan([](LaunchPlan& p) { p.digests.files[0].sha256 = std::string(64, '0'); }) ==
        "digests.files[0]: either a digest or a reason why there is none");
  CHECK(refusal_of_plan([](LaunchPlan& p) { p.connections[3].network.reset(); }) ==
        "connections[3].network: the connection is of kind `network`");
  CHECK(refusal_of_plan([](LaunchPlan& p) { p.connections[3].channel = ChannelPart{1}; }) ==
        "connections[3].channel: the connection is of kind `network`");
  CHECK(refusal_of_plan([](LaunchPlan& p) { p.connections[4].frontend_domid = 3; }) ==
        "connections[4].passthrough.device: `nic0` is no device of domain 3");
  CHECK(refusal_of_plan([](LaunchPlan& p) { std::swap(p.gates[0].domid, p.gates[0].awaited_domid); }) ==
        "gates[0]: domain 2 is started after domain 1, which would wait for ever");
  CHECK(refusal_of_plan([](LaunchPlan& p) { p.gates[1].connection.reset(); }) ==
        "gates[1].connection: named exactly when a back end is awaited");
  CHECK(refusal_of_plan([](LaunchPlan& p) { p.expectations.cells[0].vector = 4; }) ==
        "expectations.cells[0]: the access vector is empty or has bits that the class has not");
  CHECK(refusal_of_plan([](LaunchPlan& p) { p.expectations.cells[0].vector = 0; }) ==
        "expectations.cells[0]: the access vector is empty or has bits that the class has not");
}

}  // namespace bulkhead::plan
