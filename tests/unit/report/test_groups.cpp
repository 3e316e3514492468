#include <catch2/catch.hpp>

#include "audit.h"
#include "reported.h"

namespace bulkhead::report {

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
