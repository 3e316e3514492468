// policy.conf texts for the tests of the binary policy's reader.
#pragma once

#include <cstddef>
#include <string>

namespace bulkhead::test {

// One of everything that version 24 has: attributes, an alias, a permissive type, a boolean with both branches,
// constraints, type, role and access rules of all kinds, initial SIDs, device contexts. `version` 30 adds a device tree
// path and a frame above 16 TiB.
[[nodiscard]] std::string small_conf(int version);

// With sensitivities, categories, a range transition, mlsconstrain and mlsvalidatetrans.
[[nodiscard]] std::string mls_conf();

// Classes that share a common: legal in the format, refused by Xen.
[[nodiscard]] std::string common_conf();

// The shape of Xen's own example policy, with `guests` guests: attribute-wide rules, a channel type a guest, a type
// transition for each pair of domains. Grows with the square of the guests.
[[nodiscard]] std::string stock_like_conf(std::size_t guests);

// The shape that this program writes: a few types a domain, rules only along one connection a domain, in a ring of at
// least three. Grows linearly.
[[nodiscard]] std::string compartment_conf(std::size_t domains);

}  // namespace bulkhead::test
