// Whole hosts at random, without errors by construction: classic and split ones, for every Xen release; drivers with
// devices, guests of all types and families of them, service domains, roles of the spec's own, and every kind of
// connection.
#pragma once

#include <rapidcheck.h>

#include "host_text.h"

namespace bulkhead::test {

enum class OwnRoles { kNone, kSome };

[[nodiscard]] rc::Gen<HostText> random_host(OwnRoles roles = OwnRoles::kSome);

// "on: xen, class: xen, permissions: [physinfo]" as entries of `allow:`; any permission of the release on any target.
[[nodiscard]] rc::Gen<Entry> random_allow(const std::string& xen);

}  // namespace bulkhead::test
