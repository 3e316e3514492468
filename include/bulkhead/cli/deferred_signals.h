// SIGINT and SIGTERM wait while files are made, so that none stays behind: the stages look at is_pending() and return,
// which removes what they made, and the signal takes effect when the last of these is gone. A child has its own
// signals: Ctrl-C ends checkpolicy at once.
#pragma once

#include <csignal>

namespace bulkhead::cli {

class DeferredSignals {
 public:
  DeferredSignals();
  DeferredSignals(const DeferredSignals&) = delete;
  DeferredSignals& operator=(const DeferredSignals&) = delete;
  DeferredSignals(DeferredSignals&&) = delete;
  DeferredSignals& operator=(DeferredSignals&&) = delete;
  ~DeferredSignals();

  [[nodiscard]] static bool is_pending();

 private:
  sigset_t before_{};
};

}  // namespace bulkhead::cli
