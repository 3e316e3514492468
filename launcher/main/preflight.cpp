// preflight: is this host the one that the plan was made for? Nothing is changed.
#include "bulkhead/launch/preflight.h"

#include <fmt/format.h>

#include "actions.h"
#include "findings.h"
#include "plan_file.h"
#include "world.h"

namespace bulkhead::launcher {
namespace {

Result<ExitCode> preflight(const plan::LaunchPlan& plan, const OpenWorld& world, const Invocation& invocation,
                           Console& console) {
  launch::Images images(plan, *world.machine);
  const auto answer = launch::preflight(plan, images, world.view());
  if (!answer) {
    return answer.error();
  }
  const ExitCode code = print_findings(answer->findings, invocation, console);
  if (invocation.value("format") != "json") {
    console.print(code == ExitCode::kDone
                      ? fmt::format("the host is as the plan says: {} cells and {} transitions asked, all as planned\n",
                                    answer->cells, answer->transitions)
                      : fmt::format("{} findings: nothing may be started\n", answer->findings.size()));
  }
  return code;
}

}  // namespace

Result<ExitCode> run_preflight(const Invocation& invocation, Console& console) {
  return with_host(plan_path(invocation), console, [&](const plan::LaunchPlan& plan, const OpenWorld& world) {
    return preflight(plan, world, invocation, console);
  });
}

}  // namespace bulkhead::launcher
