// One way in which the host is not what the plan says. Preflight and verification answer with a list of them, all at
// once; an empty list is the only good answer.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace bulkhead::verify {

struct Finding {
  std::string id;      // "policy-differs": docs/launch-findings.md lists them
  std::string object;  // what it is about: "domain net", "device nic0 at 0000:00:03.0", "Xen"
  std::string found;   // what is
  std::string wanted;  // what should be
  std::string remedy;  // what the operator does about it; may be empty where only the plan's maker can know
  std::string origin;  // the spec's line; may be empty
  bool operator==(const Finding&) const = default;
};

// "domain net: label is X, wanted Y (host.yaml:24:3) [label]\n  remedy\n"
[[nodiscard]] std::string to_text(const Finding& finding);
[[nodiscard]] std::string to_json(const Finding& finding);  // one line

}  // namespace bulkhead::verify
