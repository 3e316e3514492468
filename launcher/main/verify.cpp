// verify: is the running host what the plan says?
#include <ctime>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "actions.h"
#include "bulkhead/verify/conform.h"
#include "bulkhead/verify/report.h"
#include "observing.h"
#include "plan_file.h"
#include "world.h"

namespace bulkhead::launcher {

std::string now_in_utc() {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)));
}

std::optional<verify::ObserveOptions> observe_options(const plan::LaunchPlan& plan, const Invocation& invocation,
                                                      Console& console) {
  verify::ObserveOptions options;
  options.from = plan.host.control_domid;
  if (invocation.has("as")) {
    const plan::Domain* domain = find_named(plan, invocation.value("as"), console);
    if (domain == nullptr) {
      return std::nullopt;
    }
    options.from = domain->domid;
  }
  const std::string scope = invocation.value("scope");
  options.only_allowed = scope != "all";
  if (scope == "domains") {
    options.aspects = {verify::Aspect::kDomains, verify::Aspect::kEnforcement, verify::Aspect::kBooleans};
  }
  return options;
}

namespace {

// Whether all that is wrong is that something was not answered.
bool only_unseen(const std::vector<verify::Finding>& findings) {
  for (const verify::Finding& finding : findings) {
    if (finding.severity != verify::Severity::kNotice && finding.id != "unseen") {
      return false;
    }
  }
  return !holds(findings);
}

Result<ExitCode> verify_host(const plan::LaunchPlan& plan, const Invocation& invocation, Console& console) {
  const auto options = observe_options(plan, invocation, console);
  if (!options) {
    return ExitCode::kUsage;
  }
  const auto world = open_world(plan, options->from);
  if (!world) {
    return world.error();
  }
  const std::string taken_at = now_in_utc();
  verify::Observation seen = verify::observe(plan, *options, *world->hypervisor, *world->store, *world->machine);
  seen.taken_at = taken_at;
  const auto findings = verify::conform(plan, seen);
  if (invocation.value("format") == "json") {
    console.print(to_json(plan, seen, findings));
  } else {
    for (const verify::Finding& finding : findings) {
      console.complain(fmt::format("{}: {}", to_text(finding.severity), to_text(finding)));
    }
    console.print(to_text(plan, seen, findings));
  }
  if (only_unseen(findings)) {
    return ExitCode::kEnvironment;
  }
  return holds(findings) ? ExitCode::kDone : ExitCode::kRejected;
}

}  // namespace

Result<ExitCode> run_verify(const Invocation& invocation, Console& console) {
  return with_plan(plan_path(invocation), console,
                   [&](const plan::LaunchPlan& plan) { return verify_host(plan, invocation, console); });
}

}  // namespace bulkhead::launcher
