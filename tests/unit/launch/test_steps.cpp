#include <algorithm>
#include <map>

#include <catch2/catch.hpp>

#include "launched_host.h"

using namespace bulkhead;
using namespace bulkhead::launch;
using bulkhead::test::domid_of;
using bulkhead::test::split_plan;

namespace {

std::vector<std::string> titles(const std::vector<Step>& steps, const plan::LaunchPlan& plan) {
  std::vector<std::string> out;
  out.reserve(steps.size());
  for (const Step& step : steps) {
    out.push_back(title(step, plan));
  }
  return out;
}

// All steps that must be done before `step`, directly or through others.
std::vector<bool> before(const std::vector<Step>& steps, std::size_t step) {
  std::vector<bool> found(steps.size());
  std::vector<std::size_t> open = steps[step].after;
  while (!open.empty()) {
    const std::size_t one = open.back();
    open.pop_back();
    if (!found[one]) {
      found[one] = true;
      open.insert(open.end(), steps[one].after.begin(), steps[one].after.end());
    }
  }
  return found;
}

std::size_t find(const std::vector<Step>& steps, StepKind kind, std::uint32_t domid) {
  const auto found = std::find_if(steps.begin(), steps.end(),
                                  [&](const Step& step) { return step.kind == kind && step.domid == domid; });
  REQUIRE(found != steps.end());
  return static_cast<std::size_t>(found - steps.begin());
}

}  // namespace

TEST_CASE("the hardware domain is created first, and everything else waits until it runs") {
  const auto& plan = split_plan();
  const auto steps = start_steps(plan);
  CHECK(titles({steps.begin(), steps.begin() + 8}, plan) ==
        std::vector<std::string>{"create hardware", "take domain ends control", "build hardware", "relabel hardware",
                                 "publish hardware", "introduce hardware", "verify hardware", "unpause hardware"});
  const std::size_t unpaused = find(steps, StepKind::kUnpause, plan.host.hardware_domid);
  for (std::size_t i = unpaused + 1; i < steps.size(); ++i) {
    CHECK(before(steps, i)[unpaused]);
  }
}

TEST_CASE("no domain is unpaused before it was relabelled, then verified") {
  const auto& plan = split_plan();
  const auto steps = start_steps(plan);
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (steps[i].kind == StepKind::kUnpause) {
      const auto earlier = before(steps, i);
      const std::size_t verified = find(steps, StepKind::kVerify, steps[i].domid);
      CHECK(earlier[verified]);
      CHECK(before(steps, verified)[find(steps, StepKind::kRelabel, steps[i].domid)]);
    }
  }
}

TEST_CASE("a device is delegated and assigned after the relabel and before the verification") {
  const auto& plan = split_plan();
  const auto steps = start_steps(plan);
  const auto net = domid_of(plan, "net");
  const std::size_t delegated = find(steps, StepKind::kDelegate, net);
  const std::size_t assigned = find(steps, StepKind::kAssign, net);
  CHECK(before(steps, delegated)[find(steps, StepKind::kRelabel, net)]);
  CHECK(before(steps, delegated)[find(steps, StepKind::kAwaitReady, plan.host.hardware_domid)]);
  CHECK(before(steps, assigned)[delegated]);
  CHECK(before(steps, find(steps, StepKind::kVerify, net))[assigned]);
}

TEST_CASE("a guest is built while the hardware domain boots, and runs when both its back ends wait for it") {
  const auto& plan = split_plan();
  const auto steps = start_steps(plan);
  const auto blue = domid_of(plan, "blue");
  const auto built = before(steps, find(steps, StepKind::kBuild, blue));
  for (std::size_t i = 0; i < steps.size(); ++i) {
    CHECK_FALSE((built[i] && steps[i].kind == StepKind::kAwaitReady));
  }
  const auto unpaused = before(steps, find(steps, StepKind::kUnpause, blue));
  std::vector<std::string> awaited;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (unpaused[i] && steps[i].kind == StepKind::kAwaitBackEnd && steps[i].domid == blue) {
      awaited.push_back(title(steps[i], plan));
    }
  }
  CHECK(awaited ==
        std::vector<std::string>{"await back end disk of blue in disk", "await back end network of blue in net"});
}

TEST_CASE("every step of the plan is done once") {
  const auto& plan = split_plan();
  const auto steps = start_steps(plan);
  std::map<std::string, int> count;
  for (const std::string& one : titles(steps, plan)) {
    CHECK(++count[one] == 1);
  }
  CHECK(std::count_if(steps.begin(), steps.end(), [](const Step& s) { return s.kind == StepKind::kCreate; }) ==
        static_cast<long>(plan.domains.size()) - 1);
}

TEST_CASE("restarting a network domain destroys it, starts it, and gives its guests new front ends") {
  const auto& plan = split_plan();
  const auto steps = restart_steps(plan, *plan::find_domain(plan, "net"));
  CHECK(titles(steps, plan) == std::vector<std::string>{"destroy net",
                                                        "forget net",
                                                        "disconnect network of blue in net",
                                                        "disconnect network of green in net",
                                                        "disconnect pci of net in hardware",
                                                        "create net",
                                                        "build net",
                                                        "relabel net",
                                                        "publish net",
                                                        "introduce net",
                                                        "delegate nic0 to net",
                                                        "assign nic0 to net",
                                                        "connect pci of net in hardware",
                                                        "await back end pci of net in hardware",
                                                        "verify net",
                                                        "unpause net",
                                                        "await net",
                                                        "connect network of blue in net",
                                                        "await back end network of blue in net",
                                                        "connect network of green in net",
                                                        "await back end network of green in net"});
}

TEST_CASE("a guest whose disk domain restarts is started again when its restart allows it, else only connected") {
  plan::LaunchPlan plan = split_plan();
  for (plan::Domain& domain : plan.domains) {
    if (domain.name == "blue") {
      domain.restart = plan::Restart::kOnFailure;
    }
  }
  const auto made = titles(restart_steps(plan, *plan::find_domain(plan, "disk")), plan);
  const auto has = [&](const std::string& one) { return std::find(made.begin(), made.end(), one) != made.end(); };
  CHECK(has("destroy blue"));
  CHECK(has("unpause blue"));
  CHECK(has("connect network of blue in net"));
  CHECK_FALSE(has("destroy green"));
  CHECK(has("connect disk of green in disk"));
}

TEST_CASE("each kind of step has a name and a reason") {
  for (int kind = 0; kind <= static_cast<int>(StepKind::kDisconnect); ++kind) {
    CHECK_FALSE(name(static_cast<StepKind>(kind)).empty());
    CHECK_FALSE(reason(static_cast<StepKind>(kind)).empty());
  }
}
