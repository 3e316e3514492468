// The forms of the data that the shipped files need not use at the moment.
#include <catch2/catch.hpp>

#include "bulkhead/base/yaml_reader.h"
#include "load.h"

namespace bulkhead::catalogue {

TEST_CASE("a permission has a reason, and may say what it is needed for though no scenario uses it") {
  SourceSet sources;
  Diagnostics diagnostics;
  const FileId file = sources.add("policy/roles/sample.yaml",
                                  "role: sample\nabout: a role\ntypes: [pv]\nallow:\n"
                                  "  - on: xen\n    class: xen\n    permissions:\n"
                                  "      physinfo: \"the host's load\"\n"
                                  "      sleep: { reason: \"to suspend the host\", needed-for: \"notebooks\" }\n");
  const auto document = read_document(sources, file, diagnostics);
  REQUIRE(document.has_value());
  const Role role = load_role(DataNode(sources, document->root()));
  REQUIRE(role.rules.size() == 1);
  const std::vector<RulePermission>& permissions = role.rules[0].permissions;
  REQUIRE(permissions.size() == 2);
  CHECK(permissions[0].name == "physinfo");
  CHECK(permissions[0].reason == "the host's load");
  CHECK(permissions[0].needed_for.empty());
  CHECK(permissions[1].name == "sleep");
  CHECK(permissions[1].reason == "to suspend the host");
  CHECK(permissions[1].needed_for == "notebooks");
  CHECK(permissions[1].place.line == 9);
}

}  // namespace bulkhead::catalogue
