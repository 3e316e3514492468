#include "launched_host.h"

#include "bulkhead/base/files.h"

namespace bulkhead::test {

const plan::LaunchPlan& split_plan() {
  static const plan::LaunchPlan kPlan = [] {
    const auto text = read_file(BULKHEAD_SPLIT_PLAN, std::size_t{16} << 20U);
    return with_fake_files(*plan::read_launch_plan(*text));
  }();
  return kPlan;
}

hypervisor::Domid domid_of(const plan::LaunchPlan& plan, const std::string& name) {
  return plan::find_domain(plan, name)->domid;
}

LaunchedHost::LaunchedHost(plan::LaunchPlan of) : plan(std::move(of)), host(plan), images(plan, host), journal(plan) {}

Result<void> LaunchedHost::perform(const std::vector<launch::Step>& steps, unsigned workers, bool (*told_to_end)()) {
  return launch::perform(steps, plan, images, world(),
                         {.workers = workers,
                          .patience = std::chrono::seconds(60),
                          .scope = verify::Scope::kEverything,
                          .told_to_end = told_to_end},
                         journal);
}

}  // namespace bulkhead::test
