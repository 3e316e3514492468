// Kernels and ramdisks of the plan: each file is read once, checked against the plan's digest, and handed out as the
// very bytes that were checked. Several threads may ask.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "bulkhead/base/result.h"
#include "bulkhead/hypervisor/machine.h"
#include "bulkhead/launch/step.h"
#include "bulkhead/plan/launch_plan.h"

namespace bulkhead::launch {

class Images {
 public:
  Images(const plan::LaunchPlan& plan, hypervisor::Machine& machine) : plan_(plan), machine_(machine) {}

  // Error: the file is missing, has another digest, or the plan has none for it.
  [[nodiscard]] Result<hypervisor::Bytes> get(const std::string& path);

 private:
  [[nodiscard]] Result<hypervisor::Bytes> read(const std::string& path);

  const plan::LaunchPlan& plan_;
  hypervisor::Machine& machine_;
  std::mutex mutex_;
  std::map<std::string, hypervisor::Bytes> read_;
};

// All that the steps will build from. A restart calls it before anything is destroyed: a file that is missing or
// another costs nobody a domain, and the time that reading takes is not one without the domain.
[[nodiscard]] Result<void> read_images(const std::vector<Step>& steps, const plan::LaunchPlan& plan, Images& images);

}  // namespace bulkhead::launch
