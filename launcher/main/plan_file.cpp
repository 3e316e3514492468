#include "plan_file.h"

#include <vector>

#include <fmt/format.h>

#include "bulkhead/base/diagnostic.h"
#include "bulkhead/base/files.h"
#include "bulkhead/base/text.h"

namespace bulkhead::launcher {
namespace {

// Some thousand domains; more would only keep the machine busy.
constexpr std::size_t kMaxPlanBytes = std::size_t{64} << 20U;

// A plan is written by a program, so there are three ways to spoil one.
std::string_view remedy(std::string_view problem) {
  if (problem.starts_with("format_version: ")) {
    return "compile the spec again with the bulkhead of this release";
  }
  if (problem.starts_with("not JSON: ")) {
    return "the file is cut off or no launch plan; copy it again, or compile the spec again";
  }
  return "a plan is not edited by hand; change the spec and compile it again";
}

}  // namespace

std::string plan_path(const cli::Invocation& invocation, std::size_t position) {
  const std::string given = invocation.argument(position);
  return given.empty() ? std::string(kDefaultPlan) : given;
}

Result<cli::ExitCode> with_plan(const std::string& path, cli::Console& console, const PlanCommand& command) {
  const Result<std::string> text = read_file(path, kMaxPlanBytes);
  if (!text) {
    return Error(fmt::format("{}; the plan is launch-plan.json in the folder that `bulkhead compile` wrote",
                             text.error().message()))
        .with_context("read the launch plan");
  }
  const Result<plan::LaunchPlan> plan = plan::read_launch_plan(*text);
  if (!plan) {
    const std::string& problem = plan.error().message();
    console.fail(Error(fmt::format("the launch plan {} is refused: {}; {}", quoted(path), problem, remedy(problem))));
    return cli::ExitCode::kRejected;
  }
  return command(*plan);
}

const plan::Domain* find_named(const plan::LaunchPlan& plan, const std::string& name, cli::Console& console) {
  if (const plan::Domain* const found = plan::find_domain(plan, name)) {
    return found;
  }
  std::vector<std::string> names;
  for (const plan::Domain& domain : plan.domains) {
    names.push_back(domain.name);
  }
  console.fail(Error(fmt::format("the plan has no domain {}{}", quoted(name), did_you_mean(name, names))));
  return nullptr;
}

}  // namespace bulkhead::launcher
