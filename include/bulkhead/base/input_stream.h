// A file, a pipe or stdin, read piece by piece in memory that does not grow with it: for logs, which can be of any
// length. In: a path; `-` is stdin. Out: its bytes in order. An Error says which file could not be opened or read.
#pragma once

#include <string>
#include <string_view>

#include "bulkhead/base/result.h"

namespace bulkhead {

class InputStream {
 public:
  [[nodiscard]] static Result<InputStream> open(const std::string& path);
  InputStream(InputStream&& other) noexcept;
  InputStream& operator=(InputStream&& other) noexcept;
  InputStream(const InputStream&) = delete;
  InputStream& operator=(const InputStream&) = delete;
  ~InputStream();

  // The next bytes, valid until the next call; none at the end.
  [[nodiscard]] Result<std::string_view> next();

 private:
  InputStream(int descriptor, std::string path) : descriptor_(descriptor), path_(std::move(path)) {}
  void close();

  int descriptor_ = -1;
  std::string path_;
  std::string buffer_;
};

}  // namespace bulkhead
