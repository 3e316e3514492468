// The model and its privileges as a launch plan. In: what the stages before decided, and the digests that the driver
// took. Out: a plan that read_launch_plan accepts. Pure: no file is looked at here.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bulkhead/base/source.h"
#include "bulkhead/model/model.h"
#include "bulkhead/plan/launch_plan.h"
#include "bulkhead/privilege/privileges.h"

namespace bulkhead::plan {

struct PlanInputs {
  const SourceSet& sources;
  std::string spec_path;  // as the user named it
  std::string spec_sha256;
  std::string policy_sha256;            // of the binary
  std::optional<FileDigest> inventory;  // when the spec names one
  std::vector<FileDigest> files;        // of files_to_digest, in any order
};

// Kernels and ramdisks of the host, sorted, each once.
[[nodiscard]] std::vector<std::string> files_to_digest(const model::Model& model);

[[nodiscard]] LaunchPlan make_launch_plan(const model::Model& model, const privilege::Derived& derived,
                                          const PlanInputs& inputs);

}  // namespace bulkhead::plan
