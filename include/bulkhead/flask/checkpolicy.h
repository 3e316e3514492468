// The distribution's policy compiler, as a child process.
#pragma once

#include <string>

#include "bulkhead/base/result.h"

namespace bulkhead::flask {

inline constexpr int kPolicyVersion = 30;                              // 24 and 30 are all that Xen takes
inline constexpr std::size_t kMaxPolicyBytes = std::size_t{64} << 20;  // xen/xsm/flask/flask_op.c MAX_POLICY_SIZE

// Compiles for target Xen, version 30, in a temporary folder of its own. An Error says what checkpolicy printed, or why
// it did not run ("not found: apt-get install checkpolicy").
[[nodiscard]] Result<std::string> compile_policy(const std::string& policy_conf);

}  // namespace bulkhead::flask
