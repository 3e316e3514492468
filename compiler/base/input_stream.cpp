#include "bulkhead/base/input_stream.h"

#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bulkhead/base/text.h"

namespace bulkhead {
namespace {

constexpr std::size_t kPieceBytes = std::size_t{1} << 20;

}  // namespace

Result<InputStream> InputStream::open(const std::string& path) {
  if (path == "-") {
    return InputStream(STDIN_FILENO, "stdin");
  }
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) {
    return Error::from_errno("open " + quoted(path), errno);
  }
  InputStream stream(descriptor, path);
  struct stat status {};
  if (::fstat(descriptor, &status) == 0 && S_ISDIR(status.st_mode)) {
    return Error::from_errno("read " + quoted(path), EISDIR);
  }
  return stream;
}

InputStream::InputStream(InputStream&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      path_(std::move(other.path_)),
      buffer_(std::move(other.buffer_)) {}

InputStream& InputStream::operator=(InputStream&& other) noexcept {
  if (this != &other) {
    close();
    descriptor_ = std::exchange(other.descriptor_, -1);
    path_ = std::move(other.path_);
    buffer_ = std::move(other.buffer_);
  }
  return *this;
}

InputStream::~InputStream() {
  close();
}

void InputStream::close() {
  if (descriptor_ > STDIN_FILENO) {
    ::close(descriptor_);
  }
  descriptor_ = -1;
}

Result<std::string_view> InputStream::next() {
  buffer_.resize(kPieceBytes);
  for (;;) {
    const ssize_t got = ::read(descriptor_, buffer_.data(), buffer_.size());
    if (got >= 0) {
      return std::string_view(buffer_.data(), static_cast<std::size_t>(got));
    }
    if (errno != EINTR) {
      return Error::from_errno("read " + quoted(path_), errno);
    }
  }
}

}  // namespace bulkhead
