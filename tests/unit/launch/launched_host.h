// The plan of examples/split, a fake host that fits it, and a journal that keeps what it is told.
#pragma once

#include <string>
#include <vector>

#include "bulkhead/launch/perform.h"
#include "bulkhead/plan/launch_plan.h"
#include "support/fake_host.h"

namespace bulkhead::test {

[[nodiscard]] const plan::LaunchPlan& split_plan();
// "net" is domain 5, whatever number the compiler gave it.
[[nodiscard]] hypervisor::Domid domid_of(const plan::LaunchPlan& plan, const std::string& name);

class KeptJournal final : public launch::Journal {
 public:
  explicit KeptJournal(const plan::LaunchPlan& plan) : plan_(plan) {}

  void started(const launch::Step& step) override { lines.push_back("start " + launch::title(step, plan_)); }
  void finished(const launch::Step& step, Duration) override { lines.push_back("done " + launch::title(step, plan_)); }
  void failed(const launch::Step& step, Duration, const Error& error) override {
    lines.push_back("failed " + launch::title(step, plan_) + ": " + error.message());
  }
  void undone(const launch::Step& step, const Result<void>& outcome) override {
    lines.push_back("undo " + launch::title(step, plan_) + (outcome ? "" : ": " + outcome.error().message()));
  }
  void note(std::string_view text) override { lines.emplace_back(text); }

  std::vector<std::string> lines;

 private:
  const plan::LaunchPlan& plan_;
};

// A plan, its host, and a launch of it.
struct LaunchedHost {
  explicit LaunchedHost(plan::LaunchPlan of = split_plan());

  Result<void> perform(const std::vector<launch::Step>& steps, unsigned workers = 1, bool (*told_to_end)() = nullptr);
  [[nodiscard]] launch::World world() { return {host, host, host}; }

  plan::LaunchPlan plan;
  FakeHost host;
  launch::Images images;
  KeptJournal journal;
};

}  // namespace bulkhead::test
