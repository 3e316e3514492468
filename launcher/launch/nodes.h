// The xenstore nodes that a domain and its connections need, as a toolstack writes them, with the least access: every
// node is the control domain's and readable to its domain, but for those that the domain itself has to write. Pure:
// from the plan to a list of nodes.
//
// Which nodes: docs/misc/xenstore-paths.pandoc and xen/include/public/io/{netif,blkif,pciif}.h of Xen; Linux' netback
// refuses a back end without `script`, and a front end driver never looks at device/<class> unless the domain owns it.
#pragma once

#include <string>
#include <vector>

#include "bulkhead/hypervisor/xenstore.h"
#include "bulkhead/plan/launch_plan.h"
#include "bulkhead/plan/store_paths.h"

namespace bulkhead::launch {

struct Rings {  // what the build left for xenstored and the console's back end
  hypervisor::EventPort xenstore_port = 0;
  hypervisor::Frame xenstore_frame = 0;
  hypervisor::EventPort console_port = 0;
  hypervisor::Frame console_frame = 0;
};

using plan::back_end_path;
using plan::domain_path;
using plan::front_end_path;
using plan::ready_path;

[[nodiscard]] std::vector<hypervisor::StoreNode> domain_nodes(const plan::Domain& domain, const Rings& rings);
// `connection` is of a kind with a class (bulkhead/plan/store_paths.h).
[[nodiscard]] std::vector<hypervisor::StoreNode> connection_nodes(const plan::LaunchPlan& plan,
                                                                  const plan::Connection& connection);

}  // namespace bulkhead::launch
