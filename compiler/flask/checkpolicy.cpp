#include "bulkhead/flask/checkpolicy.h"

#include <fmt/core.h>

#include "bulkhead/base/files.h"
#include "bulkhead/base/process.h"

namespace bulkhead::flask {
namespace {

Error failed(const ProcessResult& run) {
  // checkpolicy writes progress to stdout and what is wrong to stderr, one line each.
  const std::string& said = run.standard_error.empty() ? run.standard_output : run.standard_error;
  if (run.signal != 0) return Error(fmt::format("checkpolicy was ended by signal {}\n{}", run.signal, said));
  return Error(fmt::format("checkpolicy refused the policy (exit code {})\n{}", run.exit_code, said));
}

}  // namespace

Result<std::string> compile_policy(const std::string& policy_conf) {
  auto folder = TemporaryFolder::make();
  if (!folder) return Error(folder.error()).with_context("make a place to compile in");
  const std::string source = folder->path() + "/policy.conf";
  const std::string binary = folder->path() + "/xenpolicy";
  if (auto written = write_scratch_file(source, policy_conf); !written) return written.error();

  const auto run =
      run_process({"checkpolicy", "-t", "Xen", "-c", std::to_string(kPolicyVersion), "-o", binary, source});
  if (!run) {
    return Error(run.error()).with_context("run checkpolicy (Debian: apt-get install checkpolicy)");
  }
  if (run->signal != 0 || run->exit_code != 0) return failed(*run);
  auto bytes = read_file(binary, kMaxPolicyBytes);
  if (!bytes) return Error(bytes.error()).with_context("read what checkpolicy wrote; Xen takes 64 MiB at most");
  return bytes;
}

}  // namespace bulkhead::flask
