// A launch as data: a list of steps, made from the plan alone, so that it can be printed, compared and counted before
// anything happens. perform.h carries it out.
//
// A step starts when all that it comes `after` are done. Of those that could start, the first in the list goes first;
// with one worker the list is the order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/plan/launch_plan.h"

namespace bulkhead::launch {

enum class StepKind : std::uint8_t {
  kCreate,          // an empty, paused domain under its building label
  kTakeDomainEnds,  // VIRQ_DOM_EXC back to whoever runs xenstored, after the hardware domain took it
  kBuild,           // kernel, ramdisk, ports for xenstore and console
  kRelabel,         // from the building label to the one that it runs with; there is no way back
  kPublish,         // its directory in the xenstore
  kIntroduce,       // xenstored serves it
  kAwaitReady,      // it said that it is up
  kDelegate,        // the agent in the hardware domain gives it a device's frames, ports and interrupts
  kAssign,          // the device behind the IOMMU
  kConnect,         // front end's and back end's nodes of a connection
  kAwaitBackEnd,    // the back end waits for its front end
  kVerify,          // the hypervisor is asked what the domain really got
  kUnpause,
  kDestroy,     // of a restart: what is left of the domain
  kForget,      // of a restart: its xenstore directory
  kDisconnect,  // of a restart: both ends' nodes of a connection
};

struct Step {
  StepKind kind{};
  std::uint32_t domid = 0;                // whom it is done to; of kAwaitReady: who is awaited
  std::optional<std::size_t> connection;  // of kConnect, kAwaitBackEnd, kDisconnect: index into the plan's connections
  std::optional<std::size_t> device;      // of kDelegate, kAssign: index into the plan's devices
  std::vector<std::size_t> after;         // indices into the list, all smaller than its own
  bool operator==(const Step&) const = default;
};

// Of all domains that start at boot: first the hardware domain, then all others built while it boots.
[[nodiscard]] std::vector<Step> start_steps(const plan::LaunchPlan& plan);

// Of one domain that runs, has crashed or is gone: it is destroyed and started again, then those that it serves get new
// front ends (Linux' netfront does not come back on the old nodes). Linux' blkfront does not survive requests in
// flight: a domain whose disk it serves is started again as well, if its own `restart` allows that; else it only gets
// new nodes.
[[nodiscard]] std::vector<Step> restart_steps(const plan::LaunchPlan& plan, const plan::Domain& domain);

[[nodiscard]] std::string_view name(StepKind kind);    // "create", for logs
[[nodiscard]] std::string_view reason(StepKind kind);  // why it is done at this point, one sentence
[[nodiscard]] std::string_view undo(
    StepKind kind);  // what is done when a later step fails; empty: nothing is left of it
// "create net", "connect blue to net (network)"
[[nodiscard]] std::string title(const Step& step, const plan::LaunchPlan& plan);

}  // namespace bulkhead::launch
