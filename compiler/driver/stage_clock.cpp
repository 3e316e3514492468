#include "stage_clock.h"

#include <fmt/format.h>

namespace bulkhead::driver {

using namespace std::chrono_literals;

StageClock::StageClock(cli::Console& console, bool print_timings) : console_(&console), print_timings_(print_timings) {
  if (console.is_terminal()) {
    progress_ = std::thread([this] { show_progress(); });
  }
}

StageClock::~StageClock() {
  end();
  if (progress_.joinable()) {
    {
      const std::lock_guard lock(mutex_);
      done_ = true;
    }
    changed_.notify_one();
    progress_.join();
  }
}

void StageClock::begin(std::string_view stage) {
  end();
  stage_ = stage;
  stage_start_ = std::chrono::steady_clock::now();
  const std::lock_guard lock(mutex_);
  shown_ = stage;
}

void StageClock::end() {
  if (stage_.empty()) {
    return;
  }
  add(stage_, std::chrono::steady_clock::now() - stage_start_);
  stage_.clear();
  const std::lock_guard lock(mutex_);
  shown_.clear();
}

void StageClock::add(std::string_view stage, std::chrono::nanoseconds took) {
  if (print_timings_) {
    const std::chrono::duration<double, std::milli> milliseconds = took;
    console_->complain(fmt::format("{{\"stage\":\"{}\",\"milliseconds\":{:.3f}}}\n", stage, milliseconds.count()));
  }
}

// One line, rewritten each second once a second has passed, and wiped at the end.
void StageClock::show_progress() {
  std::unique_lock lock(mutex_);
  bool written = false;
  while (!changed_.wait_for(lock, 1s, [this] { return done_; })) {
    if (shown_.empty()) {
      continue;
    }
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - start_);
    console_->complain(fmt::format("\r\033[K{} ... {} s", shown_, seconds.count()));
    written = true;
  }
  if (written) {
    console_->complain("\r\033[K");
  }
}

}  // namespace bulkhead::driver
