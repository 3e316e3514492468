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

struct PlanFile {
  const plan::LaunchPlan& plan;
  std::string policy_path;
};

Result<ExitCode> load(const PlanFile& running, const PlanFile& wanted, const Invocation& invocation, Console& console) {
  const auto old_binary = read_policy(running.policy_path, running.plan);
  const auto new_binary = read_policy(wanted.policy_path, wanted.plan);
  for (const auto* binary : {&old_binary, &new_binary}) {
    if (!*binary) {
      console.fail(binary->error());
      return ExitCode::kRejected;
    }
  }
  const auto world = open_world(wanted.plan);
  if (!world) {
    return world.error();
  }
  const auto findings = launch::load_findings(running.plan, wanted.plan, *world->hypervisor);
  if (!findings) {
    return findings.error();
  }
  if (print_findings(*findings, invocation, console) != ExitCode::kDone) {
    console.complain("the policy is not loaded; nothing was changed\n");
    return ExitCode::kRejected;
  }
  TextJournal journal(wanted.plan, console, *world->machine);
  if (const auto logging = begin_log(journal, invocation); !logging) {
    return logging.error();
  }
  const auto loaded =
      launch::load({running.plan, *old_binary}, {wanted.plan, *new_binary}, *world->hypervisor, journal);
  if (!loaded) {
    return loaded.error();
  }
  console.print(fmt::format("loaded: the policy with SHA-256 {}\n", wanted.plan.digests.policy_sha256));
  return ExitCode::kDone;
}

}  // namespace

Result<ExitCode> run_load(const Invocation& invocation, Console& console) {
  const std::string running_path = invocation.argument(0);
  const std::string wanted_path = plan_path(invocation, 1);
  const std::string policy_path = invocation.has("policy") ? invocation.value("policy") : beside(wanted_path);
  return with_plan(running_path, console, [&](const plan::LaunchPlan& running) {
    return with_plan(wanted_path, console, [&](const plan::LaunchPlan& wanted) {
      return load({running, beside(running_path)}, {wanted, policy_path}, invocation, console);
    });
  });
}

}  // namespace bulkhead::launcher
