#include "bulkhead/launch/perform.h"

#include <algorithm>
#include <future>
#include <optional>

#include <fmt/format.h>

#include "actions.h"
#include "bulkhead/base/check.h"

namespace bulkhead::launch {
namespace {

using Time = hypervisor::Machine::Time;
constexpr Time kPollEvery = std::chrono::milliseconds(20);
constexpr unsigned kThoroughEvery = 25;  // polls: twice a second

enum class State : std::uint8_t { kWaiting, kRunning, kPending, kDone, kFailed };

struct Failure {
  std::string what;  // the step's title
  Error error;
};

class Performance {
 public:
  Performance(const std::vector<Step>& steps, const plan::LaunchPlan& plan, Images& images, const World& world,
              const PerformOptions& options, Journal& journal)
      : steps_(steps),
        plan_(plan),
        world_(world),
        options_(options),
        journal_(journal),
        actions_(plan, images, world, options),
        progress_(steps.size()) {}

  Result<void> run();

 private:
  struct StepProgress {
    State state = State::kWaiting;
    Time started{};
    unsigned polls = 0;
    std::future<Result<Progress>> outcome;  // of a running step
  };

  [[nodiscard]] bool can_start(const Step& step) const;
  [[nodiscard]] std::size_t running() const;
  bool start_what_can();
  bool collect();
  bool poll();
  void look_for_end();
  void settle(std::size_t index, const Result<Progress>& outcome);
  void fail(std::size_t index, const Error& error);
  void pause_a_little();
  Result<void> undo_all();

  const std::vector<Step>& steps_;
  const plan::LaunchPlan& plan_;
  const World& world_;
  const PerformOptions& options_;
  Journal& journal_;
  Actions actions_;
  std::vector<StepProgress> progress_;
  std::vector<std::size_t> done_;  // in the order in which they were
  std::optional<Failure> failure_;
};

bool Performance::can_start(const Step& step) const {
  for (const std::size_t before : step.after) {
    if (progress_[before].state != State::kDone) {
      return false;
    }
  }
  return true;
}

std::size_t Performance::running() const {
  std::size_t count = 0;
  for (const StepProgress& progress : progress_) {
    count += progress.state == State::kRunning ? 1 : 0;
  }
  return count;
}

void Performance::fail(std::size_t index, const Error& error) {
  progress_[index].state = State::kFailed;
  journal_.failed(steps_[index], world_.machine.now() - progress_[index].started, error);
  if (!failure_) {
    failure_ = Failure{title(steps_[index], plan_), error};
  }
}

void Performance::look_for_end() {
  if (!failure_ && options_.told_to_end != nullptr && options_.told_to_end()) {
    failure_ = Failure{"end", Error("told to end by a signal")};
  }
}

void Performance::settle(std::size_t index, const Result<Progress>& outcome) {
  StepProgress& progress = progress_[index];
  if (!outcome) {
    fail(index, outcome.error());
    return;
  }
  if (*outcome == Progress::kPending) {
    progress.state = State::kPending;
    return;
  }
  progress.state = State::kDone;
  done_.push_back(index);
  journal_.finished(steps_[index], world_.machine.now() - progress.started);
}

bool Performance::start_what_can() {
  bool any = false;
  for (std::size_t i = 0; i < steps_.size() && !failure_; ++i) {
    if (progress_[i].state != State::kWaiting || !can_start(steps_[i])) {
      continue;
    }
    if (running() >= options_.workers) {
      break;
    }
    any = true;
    progress_[i].started = world_.machine.now();
    journal_.started(steps_[i]);
    if (options_.workers <= 1) {
      settle(i, actions_.run(steps_[i]));
    } else {
      progress_[i].state = State::kRunning;
      progress_[i].outcome = std::async(std::launch::async, [this, i] { return actions_.run(steps_[i]); });
    }
  }
  return any;
}

bool Performance::collect() {
  bool any = false;
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    StepProgress& progress = progress_[i];
    if (progress.state == State::kRunning &&
        progress.outcome.wait_for(std::chrono::seconds(0)) == std::future_status::ready) {
      settle(i, progress.outcome.get());
      any = true;
    }
  }
  return any;
}

bool Performance::poll() {
  bool any = false;
  for (std::size_t i = 0; i < steps_.size() && !failure_; ++i) {
    StepProgress& progress = progress_[i];
    if (progress.state != State::kPending) {
      continue;
    }
    const bool thorough = ++progress.polls % kThoroughEvery == 0;
    settle(i, actions_.poll(steps_[i], thorough));
    any = any || progress.state == State::kDone;
    const auto waited = world_.machine.now() - progress.started;
    if (progress.state == State::kPending && waited > options_.patience) {
      fail(i, Error(fmt::format("waited {} s in vain: {}",
                                std::chrono::duration_cast<std::chrono::seconds>(waited).count(),
                                actions_.awaited(steps_[i]))));
    }
  }
  return any;
}

void Performance::pause_a_little() {
  for (StepProgress& progress : progress_) {
    if (progress.state == State::kRunning) {
      progress.outcome.wait_for(kPollEvery);
      return;
    }
  }
  world_.machine.sleep(kPollEvery);
}

Result<void> Performance::undo_all() {
  std::string trouble;
  // What is still pending has begun: its request must not be answered later.
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    if (progress_[i].state == State::kPending) {
      done_.push_back(i);
    }
  }
  std::reverse(done_.begin(), done_.end());
  for (const std::size_t index : done_) {
    const Step& step = steps_[index];
    if (undo(step.kind).empty()) {
      continue;
    }
    const auto outcome = actions_.undo(step);
    journal_.undone(step, outcome);
    if (!outcome) {
      trouble += fmt::format("; `{}` could not be undone: {}", title(step, plan_), outcome.error().message());
    }
  }
  if (!trouble.empty()) {
    return Error(trouble);
  }
  return {};
}

Result<void> Performance::run() {
  while (!failure_ && done_.size() < steps_.size()) {
    const bool started = start_what_can();
    const bool collected = collect();
    const bool polled = poll();
    look_for_end();
    if (!started && !collected && !polled && !failure_) {
      pause_a_little();
    }
  }
  while (running() > 0) {
    if (!collect()) {
      pause_a_little();
    }
  }
  if (!failure_) {
    return {};
  }
  const auto undone = undo_all();
  return Error(
             fmt::format("{}{}", failure_->error.message(),
                         undone ? std::string("; what had been done before it was undone") : undone.error().message()))
      .with_context(fmt::format("`{}`", failure_->what));
}

}  // namespace

Result<void> perform(const std::vector<Step>& steps, const plan::LaunchPlan& plan, Images& images, const World& world,
                     const PerformOptions& options, Journal& journal) {
  for (std::size_t i = 0; i < steps.size(); ++i) {
    for (const std::size_t before : steps[i].after) {
      BULKHEAD_CHECK(before < i, "a step comes after earlier ones of the list only");
    }
  }
  return Performance(steps, plan, images, world, options, journal).run();
}

}  // namespace bulkhead::launch
