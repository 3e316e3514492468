// load: another policy into the running hypervisor.
#include "bulkhead/launch/load.h"

#include <filesystem>

#include <fmt/format.h>

#include "actions.h"
#include "bulkhead/base/digest.h"
#include "bulkhead/base/files.h"
#include "bulkhead/base/text.h"
#include "findings.h"
#include "performing.h"
#include "plan_file.h"
#include "world.h"

namespace bulkhead::launcher {
namespace {

constexpr std::size_t kMaxPolicyBytes = std::size_t{64} << 20U;  // xen/xsm/flask/flask_op.c, MAX_POLICY_SIZE

std::string beside(const std::string& plan_path) {
  return (std::filesystem::path(plan_path).parent_path() / "xenpolicy").string();
}

// A policy is loaded only when it is the very one that the plan was made with.
Result<std::string> read_policy(const std::string& path, const plan::LaunchPlan& plan) {
  auto binary = read_file(path, kMaxPolicyBytes);
  if (!binary) {
    return binary;
  }
  if (const std::string digest = sha256_hex(*binary); digest != plan.digests.policy_sha256) {
    return Error(
        fmt::format("{} is not the policy of the plan: its SHA-256 is {}, the plan says {}; take the xenpolicy "
                    "that was written with the plan",
                    quoted(path), digest, plan.digests.policy_sha256));
  }
  return binary;
}

}  // namespace

Result<ExitCode> run_load(const Invocation& invocation, Console& console) {
  const std::string running_path = invocation.argument(0);
  const std::string wanted_path = plan_path(invocation, 1);
  const Result<PlanOrExit> running = read_plan_file(running_path, console);
  const Result<PlanOrExit> wanted = read_plan_file(wanted_path, console);
  if (!running || !wanted) {
    return running ? wanted.error() : running.error();
  }
  for (const PlanOrExit* read : {&*running, &*wanted}) {
    if (const auto* const refused = std::get_if<ExitCode>(read)) {
      return *refused;
    }
  }
  const auto& running_plan = std::get<plan::LaunchPlan>(*running);
  const auto& wanted_plan = std::get<plan::LaunchPlan>(*wanted);
  const auto old_binary = read_policy(beside(running_path), running_plan);
  const auto new_binary =
      read_policy(invocation.has("policy") ? invocation.value("policy") : beside(wanted_path), wanted_plan);
  for (const auto* binary : {&old_binary, &new_binary}) {
    if (!*binary) {
      console.fail(binary->error());
      return ExitCode::kRejected;
    }
  }
  const auto world = open_world(wanted_plan);
  if (!world) {
    return world.error();
  }
  const auto findings = launch::load_findings(running_plan, wanted_plan, *world->hypervisor);
  if (!findings) {
    return findings.error();
  }
  if (print_findings(*findings, invocation, console) != ExitCode::kDone) {
    console.complain("the policy is not loaded; nothing was changed\n");
    return ExitCode::kRejected;
  }
  TextJournal journal(wanted_plan, console, *world->machine);
  if (const auto logging = begin_log(journal, invocation); !logging) {
    return logging.error();
  }
  const auto loaded =
      launch::load({running_plan, *old_binary}, {wanted_plan, *new_binary}, *world->hypervisor, journal);
  if (!loaded) {
    return loaded.error();
  }
  console.print(fmt::format("loaded: the policy with SHA-256 {}\n", wanted_plan.digests.policy_sha256));
  return ExitCode::kDone;
}

}  // namespace bulkhead::launcher
