// The written forms of texts in a launch plan. Each has a check for the reader and a pattern for the JSON Schema; a
// test holds the two against each other.
#pragma once

#include <cstdint>
#include <string_view>

namespace bulkhead::plan {

enum class Form : std::uint8_t {
  kName,        // of a domain, device, role or kind of connection
  kIdentifier,  // of a class, permission or initial SID
  kLabel,       // "system_u:system_r:web_1_t"
  kSha256,
  kVersion,     // "4.17"
  kPciAddress,  // "0000:00:03.0"
  kMac,
  kText,     // not empty, no control characters
  kAnyText,  // may be empty; no NUL, which would cut it short on its way to the hypervisor
};

[[nodiscard]] bool has_form(std::string_view text, Form form);
[[nodiscard]] std::string_view pattern(Form form);      // ECMA 262, as JSON Schema wants it
[[nodiscard]] std::string_view description(Form form);  // "a name: …", for messages

}  // namespace bulkhead::plan
