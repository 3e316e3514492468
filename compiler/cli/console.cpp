#include "bulkhead/cli/console.h"

#include <cerrno>
#include <cstdlib>
#include <string>

#include <unistd.h>

#include "bulkhead/base/render.h"
#include "bulkhead/base/text.h"

namespace bulkhead::cli {

void Console::print(std::string_view product) {
  if (std::fwrite(product.data(), 1, product.size(), out_) != product.size() && failed_errno_ == 0) {
    failed_errno_ = errno;
  }
}

// Nobody is left to tell when this fails.
void Console::complain(std::string_view diagnostics) {
  std::fwrite(diagnostics.data(), 1, diagnostics.size(), err_);
  std::fflush(err_);
}

void Console::fail(const Error& error) {
  // A child's report has lines of its own.
  std::string text;
  for (const std::string_view line : split(error.message(), '\n')) {
    text += (text.empty() ? "" : "\n") + printable(line);
  }
  complain(program_ + (color_ ? ": \033[1;31merror:\033[0m " : ": error: ") + text + '\n');
}

void Console::choose_color(std::string_view when) {
  const char* const no_color = std::getenv("NO_COLOR");
  const char* const terminal = std::getenv("TERM");
  const bool wanted = (no_color == nullptr || *no_color == '\0') &&
                      (terminal == nullptr || std::string_view(terminal) != "dumb") && is_terminal();
  color_ = when == "always" || (when == "auto" && wanted);
}

bool Console::is_terminal() const {
  return ::isatty(::fileno(err_)) == 1;
}

Result<void> Console::flush() {
  if (failed_errno_ == 0 && std::fflush(out_) != 0) {
    failed_errno_ = errno;
  }
  if (failed_errno_ != 0) {
    return Error::from_errno("write to stdout", failed_errno_);
  }
  return {};
}

}  // namespace bulkhead::cli
