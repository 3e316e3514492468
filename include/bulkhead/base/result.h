// Result<T>: a value, or the reason why the world did not give one (a file, a process, a hypercall). What is wrong with
// the user's text is never an Error but a Diagnostic (diagnostic.h). Member names are a subset of std::expected's, so
// that C++23 replaces this file by an alias.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "bulkhead/base/check.h"

namespace bulkhead {

// What failed, and around it what was being done, outermost first: "write `out`: open `out/policy.conf`: No space
// left".
class Error {
 public:
  explicit Error(std::string message) : message_(std::move(message)) {}

  // For a system call: appends the text of `errno_value`, which the caller saved right after the call.
  static Error from_errno(std::string_view what, int errno_value);

  // Says what was being done when the error came up; add it once per layer.
  [[nodiscard]] Error with_context(std::string_view doing) &&;

  [[nodiscard]] const std::string& message() const { return message_; }

 private:
  std::string message_;
};

template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : value_(std::move(value)) {}      // NOLINT(google-explicit-constructor): as std::expected
  Result(Error error) : error_(std::move(error)) {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] bool has_value() const { return value_.has_value(); }
  explicit operator bool() const { return has_value(); }

  T& operator*() & { return checked(); }
  const T& operator*() const& { return const_cast<Result*>(this)->checked(); }
  T&& operator*() && { return std::move(checked()); }
  T* operator->() { return &checked(); }
  const T* operator->() const { return &const_cast<Result*>(this)->checked(); }

  [[nodiscard]] const Error& error() const {
    BULKHEAD_CHECK(error_.has_value(), "error() is only asked of a failed Result");
    return *error_;
  }

 private:
  T& checked() {
    BULKHEAD_CHECK(value_.has_value(), "the value is only asked of a Result that has one");
    return *value_;
  }
  std::optional<T> value_;
  std::optional<Error> error_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] bool has_value() const { return !error_.has_value(); }
  explicit operator bool() const { return has_value(); }
  [[nodiscard]] const Error& error() const {
    BULKHEAD_CHECK(error_.has_value(), "error() is only asked of a failed Result");
    return *error_;
  }

 private:
  std::optional<Error> error_;
};

}  // namespace bulkhead
