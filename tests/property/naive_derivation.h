// A second, slow and obvious derivation of privileges, for comparison with privilege::derive. In: the spec as it was
// read and the rules of policy/. Out: names only. It shares the rules with the compiler and nothing else: no model, no
// type ids, no tables; which connections the compiler adds, who sees whom under which label and in which phase a rule
// holds is written down a second time.
#pragma once

#include "bulkhead/catalogue/catalogue.h"
#include "bulkhead/spec/spec.h"
#include "named_privileges.h"

namespace bulkhead::test {

// Of a spec without errors and without an inventory.
[[nodiscard]] NamedPrivileges derive_naively(const spec::Spec& spec, const catalogue::Catalogue& catalogue);

}  // namespace bulkhead::test
