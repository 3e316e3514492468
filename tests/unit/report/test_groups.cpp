#include <catch2/catch.hpp>

#include "audit.h"
#include "groups.h"
#include "reported.h"

namespace bulkhead::report {

TEST_CASE("few domains are rows of their own, in the columns of the picture") {
  const Reported reported;
  const Groups groups = group_domains(reported.spec.model);
  std::vector<std::string> rows;
  for (const Groups::Group& group : groups.all) {
    rows.push_back(std::to_string(group.column) + " " + group.name);
  }
  CHECK(groups.of == "domain");
  CHECK(rows == std::vector<std::string>{"0 control", "1 hardware", "2 net", "3 db", "3 meter", "3 web-1", "3 web-2"});
}

TEST_CASE("many domains are grouped by family") {
  const Reported reported(large_host(70));
  const Groups groups = group_domains(reported.spec.model);
  CHECK(groups.of == "family");
  REQUIRE(groups.all.size() == 4);
  CHECK(groups.all[3].members.size() == 70);
}

TEST_CASE("many families are grouped by role") {
  std::string domains;
  for (int i = 0; i < 70; ++i) {
    domains += "  g" + std::to_string(i) + ": { role: guest, kernel: /k }\n";
  }
  const Reported reported(
      "bulkhead: 1\nhost: { xen: \"4.17\", hardware: control }\ndomains:\n  control: { role: control }\n" + domains);
  const Groups groups = group_domains(reported.spec.model);
  CHECK(groups.of == "role");
  CHECK(groups.all.size() == 2);
}

TEST_CASE("equal instances share a section when there are many domains, and only then") {
  const Reported few(large_host(20));
  const Inputs few_inputs = few.inputs();
  const Index few_index(few_inputs);
  CHECK(make_audit(few_index).sections.size() == 23);

  const Reported many(large_host(300));
  const Inputs many_inputs = many.inputs();
  const Index many_index(many_inputs);
  const Audit audit = make_audit(many_index);
  REQUIRE(audit.sections.size() == 4);
  CHECK(section_title(many_index, audit.sections[3]) ==
        "web-1 and 299 more of web, each with its own name in the place of web-1");
}

TEST_CASE("an instance with a privilege of its own has a section of its own") {
  const Reported many(large_host(300) + "  - { channel: { between: [web-7, web-8] } }\n");
  const Inputs inputs = many.inputs();
  const Index index(inputs);
  std::vector<std::size_t> members;
  for (const Section& section : make_audit(index).sections) {
    members.push_back(section.members.size());
  }
  CHECK(members == std::vector<std::size_t>{1, 1, 1, 298, 1, 1});
}

}  // namespace bulkhead::report
