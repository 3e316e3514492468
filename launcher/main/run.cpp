// run: preflight, then every domain that starts at boot, verified, and at the end domain 0 seals itself.
#include <fmt/format.h>

#include "actions.h"
#include "bulkhead/launch/preflight.h"
#include "bulkhead/launch/seal.h"
#include "findings.h"
#include "performing.h"
#include "plan_file.h"
#include "text_journal.h"
#include "world.h"

namespace bulkhead::launcher {
namespace {

Result<ExitCode> start(const plan::LaunchPlan& plan, const Invocation& invocation, const OpenWorld& world,
                       Console& console) {
  TextJournal journal(plan, console, *world.machine);
  if (const auto logging = begin_log(journal, invocation); !logging) {
    return logging.error();
  }
  launch::Images images(plan, *world.machine);
  const auto answer = launch::preflight(plan, images, world.view());
  if (!answer) {
    return answer.error();
  }
  if (print_findings(answer->findings, invocation, console) != ExitCode::kDone) {
    journal.note(fmt::format("preflight: {} findings; nothing is started", answer->findings.size()));
    return ExitCode::kRejected;
  }
  journal.note(fmt::format("preflight: the host is as the plan says; {} cells and {} transitions of the policy asked",
                           answer->cells, answer->transitions));
  const auto performed = launch::perform(launch::start_steps(plan), plan, images, world.view(),
                                         perform_options(invocation, verify::Scope::kEverything), journal);
  if (!performed) {
    return performed.error();
  }
  auto findings = verify::verify_running_host(plan, verify::Scope::kEverything, *world.hypervisor);
  if (!findings) {
    return findings.error();
  }
  if (print_findings(*findings, invocation, console) != ExitCode::kDone) {
    journal.note("the running host is not what the plan says; domain 0 is not sealed, so that it can be looked at");
    return ExitCode::kRejected;
  }
  journal.note("every domain runs under its label; every device is where the plan puts it");
  if (!invocation.has("seal")) {
    return ExitCode::kDone;
  }
  if (const auto sealed = launch::seal(plan, *world.hypervisor); !sealed) {
    return Error(sealed.error()).with_context("seal domain 0");
  }
  findings = verify::verify_running_host(plan, verify::Scope::kWithoutDevices, *world.hypervisor);
  if (!findings) {
    return findings.error();
  }
  const ExitCode code = print_findings(*findings, invocation, console);
  journal.note(fmt::format("sealed: domain 0 runs as {}", plan.domains.front().label));
  return code;
}

}  // namespace

Result<ExitCode> run_host(const Invocation& invocation, Console& console) {
  if (invocation.has("dry-run")) {
    return with_plan(plan_path(invocation), console, [&](const plan::LaunchPlan& plan) {
      console.print(print_steps(launch::start_steps(plan), plan));
      return ExitCode::kDone;
    });
  }
  return with_host(plan_path(invocation), console, [&](const plan::LaunchPlan& plan, const OpenWorld& world) {
    return start(plan, invocation, world, console);
  });
}

}  // namespace bulkhead::launcher
