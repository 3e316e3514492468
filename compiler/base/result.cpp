#include "bulkhead/base/result.h"

#include <system_error>

#include <fmt/format.h>

namespace bulkhead {

Error Error::from_errno(std::string_view what, int errno_value) {
  return Error(fmt::format("{}: {}", what, std::generic_category().message(errno_value)));
}

Error Error::with_context(std::string_view doing) && {
  return Error(fmt::format("{}: {}", doing, message_));
}

}  // namespace bulkhead
