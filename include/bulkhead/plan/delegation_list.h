// What the delegation agent in the hardware domain may give away: a part of the launch plan, in a file of its own that
// stands in that domain's ramdisk (so it cannot be in the plan, which holds the ramdisk's digest). The agent takes
// nothing else from anybody.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/base/result.h"
#include "bulkhead/plan/launch_plan.h"

namespace bulkhead::plan {

inline constexpr std::uint32_t kDelegationVersion = 1;

struct DelegatedDevice {
  std::string name;
  std::optional<std::string> sbdf;
  std::uint32_t owner_domid = 0;  // the only domain that gets it
  std::vector<Range> iomem;       // page frames
  std::vector<Range> ioports;
  std::vector<std::uint32_t> irqs;
  bool operator==(const DelegatedDevice&) const = default;
};

struct DelegationList {
  std::uint32_t hardware_domid = 0;
  std::string policy_sha256;
  std::vector<DelegatedDevice> devices;  // by name, each once
  bool operator==(const DelegationList&) const = default;
};

// Every device of the plan that another domain than the hardware domain owns.
[[nodiscard]] DelegationList make_delegation_list(const LaunchPlan& plan);

// Canonical and strict, as the plan's writer and reader are.
[[nodiscard]] std::string write_delegation_list(const DelegationList& list);
[[nodiscard]] Result<DelegationList> read_delegation_list(std::string_view json);

}  // namespace bulkhead::plan
