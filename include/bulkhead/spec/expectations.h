// Policy tests as a reviewer writes them, in a file beside the spec: what one domain may do to another, and what not.
// In: a text that read_document took. Out: each expectation with its place; what has not the right form is reported
// (group kShape) and left out. Names are texts here; analysis/ looks them up in the host. The form is a part of the
// language's table (expectations_shape), from which the check, the JSON Schema and the reference are made.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bulkhead/base/diagnostic.h"
#include "bulkhead/base/document.h"
#include "bulkhead/spec/language.h"
#include "bulkhead/spec/spec.h"

namespace bulkhead::spec {

enum class Claim : std::uint8_t {
  kMay,         // all of the permissions
  kMayNot,      // none of them
  kMayOnly,     // these and no other
  kDirectFlow,  // one permission or one event channel lets information through
  kNoDirectFlow,
};

struct Expectation {
  Span span;
  std::optional<Text> name;
  std::optional<Located<Phase>> phase;  // nothing: in every phase
  Text from;                            // a domain, a family, a device, or one of the hypervisor's own such as `xen`
  Text to;
  Claim claim = Claim::kMay;
  std::vector<Text> permissions;  // "grant.copy"
};

[[nodiscard]] const Shape& expectations_shape();
[[nodiscard]] std::string expectations_schema();  // draft-07

[[nodiscard]] std::vector<Expectation> read_expectations(const Document& document, Diagnostics& diagnostics);

}  // namespace bulkhead::spec
