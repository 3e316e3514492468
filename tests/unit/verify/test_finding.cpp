#include <catch2/catch.hpp>

#include "bulkhead/verify/finding.h"

namespace bulkhead::verify {

TEST_CASE("a finding says what is, what should be, where that is written and what to do") {
  const Finding finding{"label",      "domain net",     "label is X",        "Y",
                        "destroy it", "host.yaml:24:3", Severity::kDegraded, "net"};
  CHECK(to_text(finding) == "domain net: label is X, wanted Y (host.yaml:24:3) [label]\n  destroy it\n");
  CHECK(to_json(finding) ==
        R"({"id": "label", "object": "domain net", "found": "label is X", "wanted": "Y", "remedy": "destroy it", )"
        R"("origin": "host.yaml:24:3", "severity": "degraded", "domain": "net"})");
}

TEST_CASE("a finding leaves out the place and the remedy that nobody knows") {
  CHECK(to_text({"label", "domain net", "label is X", "Y", "", ""}) == "domain net: label is X, wanted Y [label]\n");
}

}  // namespace bulkhead::verify
