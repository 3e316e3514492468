// Preflight: is this host, as it is now, the one that the plan was made for? All findings at once; nothing is changed.
// An Error means that a question could not be asked, and is as good a reason not to start as a finding.
#pragma once

#include <vector>

#include "bulkhead/base/result.h"
#include "bulkhead/launch/images.h"
#include "bulkhead/launch/perform.h"
#include "bulkhead/plan/launch_plan.h"
#include "bulkhead/verify/finding.h"

namespace bulkhead::launch {

struct PreflightAnswer {
  std::vector<verify::Finding> findings;
  std::uint64_t cells = 0;  // of the policy that were asked
  std::uint64_t transitions = 0;
};

// FLASK active and enforcing; every cell and transition of the policy; Xen's version; IOMMU and interrupt remapping as
// the plan demands; hardware_dom=; digests of kernels and ramdisks; the card in each slot; free memory; no domain but
// this one; what this release cannot start.
[[nodiscard]] Result<PreflightAnswer> preflight(const plan::LaunchPlan& plan, Images& images, const World& world);

}  // namespace bulkhead::launch
