// For tests: policy.conf text in, the bytes that checkpolicy makes of it out. Unlike the compiler's own call, any
// version, levels and the treatment of unknown operations can be asked for.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "bulkhead/base/files.h"
#include "bulkhead/base/process.h"
#include "bulkhead/base/result.h"

namespace bulkhead::test {

struct CheckpolicyOptions {
  int version = 30;
  bool mls = false;
  std::string target = "Xen";
  std::string handle_unknown = "deny";
};

// An Error with what checkpolicy printed when it refuses the text.
inline Result<std::string> run_checkpolicy(const std::string& conf, const CheckpolicyOptions& options = {}) {
  Result<TemporaryFolder> folder = TemporaryFolder::make();
  if (!folder) return folder.error();
  const std::string source = folder->path() + "/policy.conf";
  const std::string binary = folder->path() + "/xenpolicy";
  const Result<void> written = write_scratch_file(source, conf);
  if (!written) return written.error();
  std::vector<std::string> command{"checkpolicy", "-t", options.target, "-c", std::to_string(options.version)};
  if (options.mls) command.emplace_back("-M");
  command.insert(command.end(), {"-U", options.handle_unknown, "-o", binary, source});
  const Result<ProcessResult> run = run_process(command);
  if (!run) return run.error();
  if (run->exit_code != 0) return Error("checkpolicy: " + run->standard_output + run->standard_error);
  return read_file(binary, std::size_t{128} << 20);
}

}  // namespace bulkhead::test
