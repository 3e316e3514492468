// How FakeHost counts, fails and records a call; for its own source files.
#pragma once

#include <cerrno>

#include "fake_host.h"

namespace bulkhead::test {

template <typename T, typename Body>
Result<T> FakeHost::call(Kind kind, const std::string& line, Body body) {
  const std::lock_guard lock(mutex_);
  if (kind == Kind::kQuestion && given.meddle && !meddling_) {
    meddling_ = true;
    given.meddle(*this);
    meddling_ = false;
  }
  const std::optional<Fails> failure = due(kind);
  const Error injected = Error::from_errno(line, EIO);
  if (failure == Fails::kInstead) {
    if (kind == Kind::kChange) {
      changes_.push_back(line + " = fails");
    }
    return injected;
  }
  Result<T> result = body();
  if (kind == Kind::kChange) {
    changes_.push_back(line + (!result ? " = " + result.error().message() : failure ? " = fails afterwards" : ""));
  }
  if (failure == Fails::kAfterwards) {
    return injected;
  }
  return result;
}

}  // namespace bulkhead::test
