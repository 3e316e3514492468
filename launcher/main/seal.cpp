// seal: domain 0 takes its weaker label. Only a reboot undoes it.
#include "bulkhead/launch/seal.h"

#include <fmt/format.h>

#include "actions.h"
#include "findings.h"
#include "plan_file.h"
#include "world.h"

namespace bulkhead::launcher {
namespace {

Result<ExitCode> seal(const plan::LaunchPlan& plan, const OpenWorld& world, const Invocation& invocation,
                      Console& console) {
  const auto phase = launch::phase(plan, *world.hypervisor);
  if (!phase) {
    return phase.error();
  }
  if (*phase == launch::Phase::kSealed) {
    console.print("domain 0 is sealed already\n");
    return ExitCode::kDone;
  }
  const auto findings = verify::verify_running_host(plan, verify::Scope::kEverything, *world.hypervisor);
  if (!findings) {
    return findings.error();
  }
  if (print_findings(*findings, invocation, console) != ExitCode::kDone) {
    console.complain("the running host is not what the plan says: domain 0 is not sealed\n");
    return ExitCode::kRejected;
  }
  if (const auto sealed = launch::seal(plan, *world.hypervisor); !sealed) {
    return sealed.error();
  }
  console.print(fmt::format("sealed: domain 0 runs as {}\n", plan.domains.front().label));
  return ExitCode::kDone;
}

}  // namespace

Result<ExitCode> run_seal(const Invocation& invocation, Console& console) {
  return with_host(plan_path(invocation), console, [&](const plan::LaunchPlan& plan, const OpenWorld& world) {
    return seal(plan, world, invocation, console);
  });
}

}  // namespace bulkhead::launcher
