// Numbers and addresses of the front ends' virtual devices, which the compiler fixes so that the launcher computes
// nothing and the same spec gives the same ones on every host.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/plan/launch_plan.h"

namespace bulkhead::plan {

// "xvda" is 51712; the names are those that the model's checks accept (docs/man/xen-vbd-interface.7.pandoc of Xen).
[[nodiscard]] std::uint32_t virtual_device_number(std::string_view name);

// Numbers the network connections of each front end from 0 and gives a MAC address to those that have none: Xen's
// prefix 00:16:3e and a digest of the names of host and front end and of the number, moved on until it is nobody
// else's.
void number_interfaces(std::vector<Connection>& connections, const std::vector<Domain>& domains,
                       std::string_view host_name);

}  // namespace bulkhead::plan
