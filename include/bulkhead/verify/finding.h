// One way in which the host is not what the plan says. Preflight and verification answer with a list of them, all at
// once; an empty list is the only good answer.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bulkhead::verify {

enum class Severity : std::uint8_t {
  kBreach,    // somebody has more than the plan gives, or may have: the compartments do not hold
  kDegraded,  // something that the plan has is missing or does not run
  kAttempt,   // a domain offers another one something that the plan does not give; the policy denies the other its use
  kNotice,    // worth reading; the host is as the plan has it
};

struct Finding {
  std::string id;      // "policy-differs": docs/launch-findings.md lists them
  std::string object;  // what it is about: "domain net", "device nic0 at 0000:00:03.0", "Xen"
  std::string found;   // what is
  std::string wanted;  // what should be
  std::string remedy;  // what the operator does about it; may be empty where only the plan's maker can know
  std::string origin;  // the spec's line; may be empty
  Severity severity = Severity::kBreach;
  std::string domain = {};  // the domain's name in the plan, or its number; empty: it is about the host
  bool operator==(const Finding&) const = default;
};

[[nodiscard]] std::string_view to_text(Severity severity);  // "breach"
// Whether nothing but notices is among them.
[[nodiscard]] bool holds(const std::vector<Finding>& findings);

// "domain net: label is X, wanted Y (host.yaml:24:3) [label]\n  remedy\n"
[[nodiscard]] std::string to_text(const Finding& finding);
[[nodiscard]] std::string to_json(const Finding& finding);  // one line

}  // namespace bulkhead::verify
