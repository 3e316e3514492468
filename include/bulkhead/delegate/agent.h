// The delegation agent: a process in the hardware domain that gives driver domains the frames, ports and interrupts of
// their devices, because only the domain that holds them can (xen/common/domctl.c).
//
// In: its list, and what stands in the xenstore under folder(hardware_domid). Out: hypercalls for devices of the list,
// to the domain of the list, with exactly the list's ranges; an answer to every request, and a line for the log.
// Guaranteed: nothing else is given, whatever a request says. FLASK limits the agent to the same once more.
#pragma once

#include <functional>
#include <string>

#include "bulkhead/base/result.h"
#include "bulkhead/delegate/request.h"
#include "bulkhead/hypervisor/hypervisor.h"
#include "bulkhead/hypervisor/xenstore.h"
#include "bulkhead/plan/delegation_list.h"

namespace bulkhead::delegate {

using Log = std::function<void(const std::string& line)>;

// Answers each request that has no answer yet; it keeps nothing between two calls, so that an agent that is started
// again goes on where the other one was. A device that could be given in part only is refused: the launcher destroys
// the domain. Error: the xenstore could not be asked.
[[nodiscard]] Result<void> answer_requests(const plan::DelegationList& list, hypervisor::Hypervisor& hypervisor,
                                           hypervisor::Xenstore& store, const Log& log);

}  // namespace bulkhead::delegate
