// preflight: is this host the one that the plan was made for? Nothing is changed.
#include "bulkhead/launch/preflight.h"

#include <fmt/format.h>

#include "actions.h"
#include "findings.h"
#include "plan_file.h"
#include "world.h"

namespace bulkhead::launcher {

Result<ExitCode> run_preflight(const Invocation& invocation, Console& console) {
  const Result<PlanOrExit> read = read_plan_file(plan_path(invocation), console);
  if (!read) {
    return read.error();
  }
  if (const auto* const refused = std::get_if<ExitCode>(&*read)) {
    return *refused;
  }
  const auto& plan = std::get<plan::LaunchPlan>(*read);
  const auto world = open_world(plan);
  if (!world) {
    return world.error();
  }
  launch::Images images(plan, *world->machine);
  const auto answer = launch::preflight(plan, images, world->view());
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

}  // namespace bulkhead::launcher
