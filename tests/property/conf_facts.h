// What a policy.conf of ours means, read from its text in the simplest way: attributes expanded, one line for each cell
// and permission. For tests that change the text and must know what the change means. Reads what the compiler writes,
// not all of the language.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "bulkhead/analysis/proof.h"

namespace bulkhead::test {

// "allow a_t b_t:grant copy", "type_transition a_t b_t:event c_t", "type a_t", "sid xen system_u:…", "role a_t",
// "iomemcon 0xfe 0xff system_u:…", "permission grant 0 map_read", …
using Facts = std::set<std::string>;

[[nodiscard]] Facts facts_of(const std::string& conf);

// "+ allow …" for each fact that only `after` has, "- …" for those that only `before` has.
[[nodiscard]] Facts change(const Facts& before, const Facts& after);

// What a proof reports, in the same words.
[[nodiscard]] Facts reported(const analysis::Proof& proof);

}  // namespace bulkhead::test
