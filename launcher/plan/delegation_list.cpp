#include "bulkhead/plan/delegation_list.h"

#include <algorithm>

#include <fmt/format.h>

#include "consistency.h"

namespace bulkhead::plan {

DelegationList make_delegation_list(const LaunchPlan& plan) {
  DelegationList list{plan.host.hardware_domid, plan.digests.policy_sha256, {}};
  for (const Device& device : plan.devices) {
    if (device.owner_domid && *device.owner_domid != plan.host.hardware_domid) {
      list.devices.push_back({.name = device.name,
                              .sbdf = device.sbdf,
                              .owner_domid = *device.owner_domid,
                              .iomem = device.iomem,
                              .ioports = device.ioports,
                              .irqs = device.irqs});
    }
  }
  std::sort(list.devices.begin(), list.devices.end(),
            [](const DelegatedDevice& a, const DelegatedDevice& b) { return a.name < b.name; });
  return list;
}

std::optional<std::string> find_inconsistency(const DelegationList& list) {
  for (std::size_t i = 0; i < list.devices.size(); ++i) {
    const DelegatedDevice& device = list.devices[i];
    if (i != 0 && list.devices[i - 1].name >= device.name) {
      return fmt::format("devices[{}].name: not sorted, or twice", i);
    }
    if (device.owner_domid == list.hardware_domid) {
      return fmt::format("devices[{}].owner_domid: {} is the domain that gives it", i, device.owner_domid);
    }
  }
  return std::nullopt;
}

}  // namespace bulkhead::plan
