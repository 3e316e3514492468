// Privileges as the source of a FLASK policy: self-contained policy.conf text for checkpolicy, no m4. Equal sets of
// targets or sources become attributes, so that the text and the binary grow with domains + connections; the reader
// proves afterwards that nothing was gained or lost by it. Canonical: the same privileges give the same bytes.
#pragma once

#include <string>
#include <vector>

#include "bulkhead/abi/abi.h"
#include "bulkhead/base/source.h"
#include "bulkhead/catalogue/catalogue.h"
#include "bulkhead/model/model.h"
#include "bulkhead/privilege/privileges.h"

namespace bulkhead::flask {

// What checkpolicy itself refuses, independently of our own check of the binary: assertions of the spec and invariants,
// as far as the language can say them.
struct NeverAllow {
  std::vector<privilege::TypeId> sources;
  bool sources_complement = false;         // every type but those
  std::vector<privilege::TypeId> targets;  // empty: any
  abi::ClassId access_class{};
  abi::AccessVector permissions = 0;
  std::string reason;
  Span origin;
};

struct ConfOptions {
  bool trace = false;  // auditallow beside every allow, but for what untraced() says
};

// Permissions whose uses are not logged even then: destroying a domain asks again at every continuation, and to print
// forces the next one, so that it never ends.
[[nodiscard]] abi::AccessVector untraced(const abi::Abi& abi, abi::ClassId access_class);

[[nodiscard]] std::vector<NeverAllow> never_allows(const model::Model& model, const catalogue::Catalogue& catalogue,
                                                   const privilege::Derived& derived);

[[nodiscard]] std::string emit_policy_conf(const model::Model& model, const privilege::Derived& derived,
                                           const std::vector<NeverAllow>& never, const SourceSet& sources,
                                           const ConfOptions& options);

}  // namespace bulkhead::flask
