#include <catch2/catch.hpp>

#include "../plan/sample_plan.h"
#include "bulkhead/plan/delegation_list.h"

namespace bulkhead::plan {

namespace {

DelegationList sample_list() {
  return make_delegation_list(sample_plan());
}

std::string with(const std::string& old, const std::string& replacement) {
  std::string text = write_delegation_list(sample_list());
  const std::size_t at = text.find(old);
  REQUIRE(at != std::string::npos);
  return text.replace(at, old.size(), replacement);
}

std::string error(const std::string& text) {
  const auto list = read_delegation_list(text);
  return list ? "none" : list.error().message();
}

}  // namespace

TEST_CASE("the list has the devices of other domains, with all they have") {
  CHECK(sample_list() == DelegationList{1,
                                        std::string(64, 'b'),
                                        {{.name = "nic0",
                                          .sbdf = "0000:00:03.0",
                                          .owner_domid = 2,
                                          .iomem = {{0xFEBA0, 0xFEBBF}, {0xFEBC0, 0xFEBDF}},
                                          .ioports = {{0xC040, 0xC05F}},
                                          .irqs = {23}}}});
}

TEST_CASE("a device that the hardware domain keeps is not in the list") {
  LaunchPlan plan = sample_plan();
  plan.devices[0].owner_domid.reset();
  CHECK(make_delegation_list(plan).devices.empty());
  plan.devices[0].owner_domid = 1;
  CHECK(make_delegation_list(plan).devices.empty());
}

TEST_CASE("a list is written in one form and reads back as itself") {
  const std::string text = write_delegation_list(sample_list());
  CHECK(text == R"({
  "format_version": 1,
  "hardware_domid": 1,
  "policy_sha256": "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
  "devices": [
    {
      "name": "nic0",
      "sbdf": "0000:00:03.0",
      "owner_domid": 2,
      "iomem": [[1043360, 1043391], [1043392, 1043423]],
      "ioports": [[49216, 49247]],
      "irqs": [23]
    }
  ]
}
)");
  const auto again = read_delegation_list(text);
  REQUIRE(again.has_value());
  CHECK(*again == sample_list());
}

TEST_CASE("a list of another version, with an unknown or a missing key, or cut short is refused") {
  CHECK(error(with("\"format_version\": 1", "\"format_version\": 2")) ==
        "format_version: this program reads version 1 only");
  CHECK(error(with("\"irqs\"", "\"gsis\"")) == "devices[0]: the key `irqs` is missing");
  CHECK(error(with("\"irqs\": [23]", "\"irqs\": [23], \"more\": 1")) == "devices[0]: unknown key `more`");
  CHECK(error(with("\"devices\"", "\"policy_sha256\"")) == "policy_sha256: the key stands twice in one object");
  CHECK(error("[]") == "the list: not an object");
  const std::string text = write_delegation_list(sample_list());
  for (std::size_t size = 0; size + 2 < text.size(); ++size) {
    CHECK(error(text.substr(0, size)).starts_with("not JSON"));
  }
}

TEST_CASE("a list that contradicts itself or gives what there cannot be is refused") {
  DelegationList list = sample_list();
  list.devices.push_back(list.devices[0]);
  CHECK(error(write_delegation_list(list)) == "devices[1].name: not sorted, or twice");
  CHECK(error(with("\"owner_domid\": 2", "\"owner_domid\": 1")) ==
        "devices[0].owner_domid: 1 is the domain that gives it");
  CHECK(error(with("\"hardware_domid\": 1", "\"hardware_domid\": 0")) ==
        "hardware_domid: not a whole number from 1 to 32751");
  CHECK(error(with("[49216, 49247]", "[49247, 49216]")) ==
        "devices[0].ioports[0]: the first number is greater than the last");
  CHECK(error(with("[49216, 49247]", "[49216, 65536]")) == "devices[0].ioports[0]: not a whole number from 0 to 65535");
}

}  // namespace bulkhead::plan
