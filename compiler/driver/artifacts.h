// Everything that compile writes, made in memory. In: a host and its proven policy. Out: the files of DESIGN.md section
// 5 by relative path. Of the binary the files say nothing but its digest, so that they are made while checkpolicy runs,
// and the digest is put in at the end.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "bulkhead/base/files.h"
#include "bulkhead/report/report.h"
#include "pipeline.h"

namespace bulkhead::driver {

// The files but policy.conf and xenpolicy, with a stand-in where the digest of the policy belongs. It reads no part of
// the host that compile_host changes. `root` is where the file system of the host that will boot stands: "" or a folder
// in which the kernels and ramdisks lie at their absolute paths.
struct Draft {
  FileTree files;
  std::string stand_in;  // as long as a digest
  report::ProofFigures figures;
  std::chrono::nanoseconds took{};
};
[[nodiscard]] Draft draft_artifacts(const Host& host, const std::string& root);

// Takes the source and the binary out of `policy`, whose proof holds.
[[nodiscard]] FileTree finish_artifacts(Draft draft, Policy& policy);

// Whether compile writes a file of this name: what a folder may hold that it replaces.
[[nodiscard]] bool is_artifact(std::string_view relative_path);

}  // namespace bulkhead::driver
