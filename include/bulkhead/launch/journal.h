// Who is told what a launch does, as it happens. Calls come from one thread.
#pragma once

#include <chrono>
#include <string_view>

#include "bulkhead/base/result.h"
#include "bulkhead/launch/step.h"

namespace bulkhead::launch {

class Journal {
 public:
  using Duration = std::chrono::nanoseconds;
  virtual ~Journal() = default;
  Journal() = default;
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;
  Journal(Journal&&) = delete;
  Journal& operator=(Journal&&) = delete;

  virtual void started(const Step& step) = 0;
  virtual void finished(const Step& step, Duration took) = 0;
  virtual void failed(const Step& step, Duration took, const Error& error) = 0;
  virtual void undone(const Step& step, const Result<void>& outcome) = 0;
  virtual void note(std::string_view text) = 0;
};

}  // namespace bulkhead::launch
