// restart: one domain anew, under the same label, with those that it serves connected again.
#include <fmt/format.h>

#include "actions.h"
#include "bulkhead/launch/seal.h"
#include "performing.h"
#include "plan_file.h"
#include "world.h"

namespace bulkhead::launcher {
namespace {

Result<ExitCode> restart(const plan::LaunchPlan& plan, const plan::Domain& domain, const Invocation& invocation,
                         Console& console) {
  const auto world = open_world(plan);
  if (!world) {
    return world.error();
  }
  const auto phase = launch::phase(plan, *world->hypervisor);
  if (!phase) {
    return phase.error();
  }
  if (*phase == launch::Phase::kSealed && domain.restart == plan::Restart::kNever) {
    console.complain(fmt::format("{} is `restart: never` in the plan ({}): the sealed label may not build it again\n",
                                 domain.name, domain.origin));
    return ExitCode::kRejected;
  }
  TextJournal journal(plan, console, *world->machine);
  if (const auto logging = begin_log(journal, invocation); !logging) {
    return logging.error();
  }
  const auto scope = *phase == launch::Phase::kSealed ? verify::Scope::kWithoutDevices : verify::Scope::kEverything;
  launch::Images images(plan, *world->machine);
  const auto steps = launch::restart_steps(plan, domain);
  if (const auto read = launch::read_images(steps, plan, images); !read) {
    return read.error();
  }
  const auto performed =
      launch::perform(steps, plan, images, world->view(), perform_options(invocation, scope), journal);
  if (!performed) {
    return performed.error();
  }
  return ExitCode::kDone;
}

Result<ExitCode> restart_named(const plan::LaunchPlan& plan, const Invocation& invocation, Console& console) {
  const plan::Domain* domain = find_named(plan, invocation.argument(0), console);
  if (domain == nullptr) {
    return ExitCode::kUsage;
  }
  if (domain->control || domain->hardware) {
    console.complain(fmt::format("{} cannot be restarted: {}\n", domain->name,
                                 domain->control ? "it is the domain that restarts the others"
                                                 : "Xen keeps pointing at its hardware domain; reboot the host"));
    return ExitCode::kRejected;
  }
  if (invocation.has("dry-run")) {
    console.print(print_steps(launch::restart_steps(plan, *domain), plan));
    return ExitCode::kDone;
  }
  return holding_signals(console, [&] { return restart(plan, *domain, invocation, console); });
}

}  // namespace

Result<ExitCode> run_restart(const Invocation& invocation, Console& console) {
  return with_plan(plan_path(invocation, 1), console,
                   [&](const plan::LaunchPlan& plan) { return restart_named(plan, invocation, console); });
}

}  // namespace bulkhead::launcher
