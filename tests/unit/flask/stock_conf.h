// Xen's own example policy as one text, from the source tree that BULKHEAD_XEN_SOURCE names.
#pragma once

#include <string>

namespace bulkhead::test {

// Says on stdout what is missing.
[[nodiscard]] bool has_xen_source();
[[nodiscard]] std::string stock_conf();

}  // namespace bulkhead::test
