// A child process, without a shell.
#pragma once

#include <string>
#include <vector>

#include "bulkhead/base/result.h"

namespace bulkhead {

struct ProcessResult {
  int exit_code = -1;  // -1 when a signal ended it
  int signal = 0;      // 0 when it exited
  std::string standard_output;
  std::string standard_error;
};

// `arguments[0]` is looked up in PATH. The child gets /dev/null as input and no other open file. An Error means that it
// could not be started or that its output could not be read; a child that fails is a ProcessResult like any other.
[[nodiscard]] Result<ProcessResult> run_process(const std::vector<std::string>& arguments);

}  // namespace bulkhead
