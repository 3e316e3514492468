// A text compiled and read, or the test fails.
#pragma once

#include <string>

#include <catch2/catch.hpp>

#include "bulkhead/flask/binary_policy.h"
#include "support/run_checkpolicy.h"

namespace bulkhead::test {

inline std::string compiled_bytes(const std::string& conf, const CheckpolicyOptions& options = {}) {
  const Result<std::string> bytes = run_checkpolicy(conf, options);
  if (!bytes) FAIL(bytes.error().message());
  return *bytes;
}

inline flask::BinaryPolicy read_policy(const std::string& bytes) {
  Result<flask::BinaryPolicy> policy = flask::read_binary_policy(bytes);
  if (!policy) FAIL(policy.error().message());
  return std::move(*policy);
}

inline flask::BinaryPolicy compiled_policy(const std::string& conf, const CheckpolicyOptions& options = {}) {
  return read_policy(compiled_bytes(conf, options));
}

}  // namespace bulkhead::test
