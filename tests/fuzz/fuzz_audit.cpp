// Any bytes as the three JSON files that the audit reads: refused with words, or read.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "bulkhead/audit/compare.h"
#include "bulkhead/audit/privileges.h"
#include "bulkhead/audit/usage.h"
#include "bulkhead/base/check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace audit = bulkhead::audit;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto check = [](const auto& read) {
    BULKHEAD_CHECK(read.has_value() || !read.error().message().empty(), "a refusal says what is wrong");
  };
  const auto privileges = audit::read_privileges(text);
  check(privileges);
  if (privileges) {
    const auto why = audit::disagreement(*privileges, {});
    BULKHEAD_CHECK(!why || !why->empty(), "a disagreement says what it is");
  }
  check(audit::read_usage(text));
  const auto recorded = audit::read_audit(text);
  check(recorded);
  if (recorded) {
    BULKHEAD_CHECK(audit::compare(*recorded, *recorded).changes.empty(), "an audit beside itself has no change");
  }
  return 0;
}
