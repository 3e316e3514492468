#include "call_error.h"

#include <cerrno>
#include <string>
#include <system_error>

#include <fmt/format.h>

namespace bulkhead::hypervisor {

Error call_error(std::string_view what, int errno_value, std::string_view reported) {
  std::string text =
      fmt::format("{}: {}", what, errno_value == 0 ? "no reason given" : std::generic_category().message(errno_value));
  if (errno_value == EACCES) {
    text += " (FLASK denies it to this domain's label: see the avc lines of Xen's console)";
  } else if (errno_value == EPERM) {
    text += " (refused by FLASK, or the calling domain itself does not hold what it gives)";
  }
  if (!reported.empty()) {
    text += fmt::format(" [{}]", reported);
  }
  return Error(std::move(text));
}

}  // namespace bulkhead::hypervisor
