// CHECK is for our own mistakes only: a condition that no input can make false. It aborts with the place and the
// invariant in words. What a user or the machine can get wrong is a Diagnostic or an Error (see docs/style.md).
#pragma once

namespace bulkhead {

[[noreturn]] void check_failed(const char* file, int line, const char* condition, const char* invariant) noexcept;

}  // namespace bulkhead

#define BULKHEAD_CHECK(condition, invariant)           \
  (static_cast<bool>(condition) ? static_cast<void>(0) \
                                : ::bulkhead::check_failed(__FILE__, __LINE__, #condition, invariant))
