#include <map>
#include <set>
#include <tuple>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "reported.h"
#include "support/validate_json.h"

namespace bulkhead::report {

namespace {

using Json = nlohmann::json;
using Cells = std::map<std::tuple<std::string, std::string, std::string>, std::set<std::string>>;

void collect(const Json& privileges, Cells& cells) {
  for (const Json& entry : privileges) {
    for (const Json& permission : entry["permissions"]) {
      cells[{entry["source_type"], entry["target_type"], entry["class"]}].insert(permission);
    }
  }
}

Cells derived_cells(const privilege::PrivilegeSet& set) {
  Cells cells;
  for (const privilege::Cell& cell : set.cells()) {
    const abi::AccessClass& access_class = set.abi->at(cell.access_class);
    for (const std::string& permission : access_class.permissions) {
      if ((cell.permissions >> *access_class.bit(permission) & 1U) != 0) {
        cells[{set.at(cell.source).name, set.at(cell.target).name, access_class.name}].insert(permission);
      }
    }
  }
  return cells;
}

Json domain_of(const Json& document, const std::string& name) {
  for (const Json& domain : document["domains"]) {
    if (domain["name"] == name) {
      return domain;
    }
  }
  return {};
}

}  // namespace

TEST_CASE("privileges.json holds every allowed cell and no other") {
  const Reported reported;
  const Json document = Json::parse(privileges_json(reported.inputs()));
  Cells cells;
  for (const Json& domain : document["domains"]) {
    collect(domain["privileges"], cells);
  }
  collect(document["hypervisor"]["privileges"], cells);
  CHECK(cells == derived_cells(reported.derived.set));
}

TEST_CASE("every privilege stands under the domain whose label holds it") {
  const Reported reported;
  const Json document = Json::parse(privileges_json(reported.inputs()));
  const privilege::PrivilegeSet& set = reported.derived.set;
  for (const Json& domain : document["domains"]) {
    CHECK_FALSE(domain["privileges"].empty());
    for (const Json& entry : domain["privileges"]) {
      const privilege::Type& type = set.at(*set.find(entry["source_type"].get<std::string>()));
      REQUIRE(type.domain.has_value());
      CHECK(reported.spec.model.at(*type.domain).name == domain["name"]);
    }
  }
  CHECK_FALSE(document["hypervisor"]["privileges"].empty());
  for (const Json& entry : document["hypervisor"]["privileges"]) {
    CHECK_FALSE(set.at(*set.find(entry["source_type"].get<std::string>())).domain.has_value());
  }
}

TEST_CASE("an entry names both labels, what is granted, when, why and where it is written") {
  const Reported reported;
  const Json document = Json::parse(privileges_json(reported.inputs()));
  const Json net = domain_of(document, "net");
  const Json expected = {{"source_type", "net_t"},
                         {"target", "web-2"},
                         {"target_type", "web_2_t"},
                         {"class", "grant"},
                         {"permissions", {"unmap"}},
                         {"phase", "running"},
                         {"reason", "netback gives the pages back after transmission"},
                         {"origin", "host.yaml:13:7"}};
  CHECK(std::count(net["privileges"].begin(), net["privileges"].end(), expected) == 1);
}

TEST_CASE("permissions with one reason are one entry") {
  const Reported reported;
  const Json meter = domain_of(Json::parse(privileges_json(reported.inputs())), "meter");
  const auto entry = std::find_if(meter["privileges"].begin(), meter["privileges"].end(),
                                  [](const Json& e) { return e["class"] == "version"; });
  REQUIRE(entry != meter["privileges"].end());
  CHECK((*entry)["permissions"] == Json({"xen_pagesize", "xen_commandline"}));
  CHECK((*entry)["reason"] == "<script>alert('&')</script>");
}

TEST_CASE("a domain's devices, resources and operations outside XSA-77 are listed") {
  const Reported reported;
  const Json document = Json::parse(privileges_json(reported.inputs()));
  const Json net = domain_of(document, "net");
  CHECK(net["devices"] == Json({"nic0"}));
  CHECK(net["io"] == Json{{"irqs", {23}}, {"ioports", {{0xC040, 0xC05F}}}, {"iomem", {{0xFEBA0, 0xFEBBF}}}});
  CHECK(net["xsa77"].empty());
  std::set<std::string> operations;
  const Json hardware = domain_of(document, "hardware");
  for (const Json& operation : hardware["xsa77"]) {
    operations.insert(operation["operation"]);
  }
  CHECK(operations.contains("XEN_DOMCTL_iomem_permission"));
  CHECK(domain_of(document, "control")["xsa77"].empty());
}

TEST_CASE("the control domain's label is the sealed one") {
  const Reported reported;
  const Json document = Json::parse(privileges_json(reported.inputs()));
  CHECK(domain_of(document, "control")["label"] == "system_u:system_r:control_t");
  CHECK(document["xen"] == "4.17");
  CHECK(document["format_version"] == 1);
  CHECK(document["spec_sha256"] == std::string(64, 'a'));
  CHECK(document["policy_sha256"] == std::string(64, 'b'));
}

TEST_CASE("privileges.json has the same bytes each time") {
  CHECK(privileges_json(Reported().inputs()) == privileges_json(Reported().inputs()));
}

TEST_CASE("privileges.json is as its schema says, and the schema refuses what is not") {
  const std::string schema = std::string(BULKHEAD_SOURCE_DIR) + "/docs/privileges.schema.json";
  const std::string text = privileges_json(Reported().inputs());
  Json without_reason = Json::parse(text);
  without_reason["domains"][0]["privileges"][0].erase("reason");
  Json unknown_key = Json::parse(text);
  unknown_key["domains"][0]["surprise"] = 1;
  const auto verdicts = test::validate_json(schema, {text, without_reason.dump(), unknown_key.dump()});
  REQUIRE(verdicts.size() == 3);
  CHECK(verdicts[0] == "valid");
  CHECK(verdicts[1].starts_with("invalid: domains/0/privileges/0: 'reason' is a required property"));
  CHECK(verdicts[2].starts_with("invalid: domains/0: Additional properties are not allowed"));
}

TEST_CASE("privileges.json grows with the domains and not with their square") {
  const std::size_t small = privileges_json(Reported(large_host(100)).inputs()).size();
  const std::size_t large = privileges_json(Reported(large_host(400)).inputs()).size();
  CHECK(large < 5 * small);
}

}  // namespace bulkhead::report
