// How long each stage took. With --timings each stage is a JSON line on stderr; on a terminal, a run that takes longer
// than a second says what it is doing.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "bulkhead/cli/console.h"

namespace bulkhead::driver {

class StageClock {
 public:
  // One that tells nobody: for work beside another's clock.
  StageClock() = default;
  // `console` outlives the clock.
  StageClock(cli::Console& console, bool print_timings);
  StageClock(const StageClock&) = delete;
  StageClock& operator=(const StageClock&) = delete;
  StageClock(StageClock&&) = delete;
  StageClock& operator=(StageClock&&) = delete;
  ~StageClock();

  // Ends the stage before it. The name is that of --timings and of the progress line.
  void begin(std::string_view stage);
  void end();
  // What another thread did meanwhile: it costs no time of its own.
  void add(std::string_view stage, std::chrono::nanoseconds took);

  [[nodiscard]] std::chrono::nanoseconds total() const { return std::chrono::steady_clock::now() - start_; }

 private:
  void show_progress();

  cli::Console* console_ = nullptr;
  bool print_timings_ = false;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point stage_start_ = start_;
  std::string stage_;  // empty: between two

  // What the progress line needs, read by its thread.
  std::mutex mutex_;
  std::condition_variable changed_;
  std::string shown_;
  bool done_ = false;
  std::thread progress_;  // only on a terminal
};

}  // namespace bulkhead::driver
