#include "bulkhead/base/check.h"

#include <cstdio>
#include <cstdlib>

namespace bulkhead {

void check_failed(const char* file, int line, const char* condition, const char* invariant) noexcept {
  std::fprintf(stderr, "bulkhead: internal error at %s:%d: %s (%s)\n", file, line, invariant, condition);
  std::abort();
}

}  // namespace bulkhead
