#include "bulkhead/cli/deferred_signals.h"

namespace bulkhead::cli {
namespace {

sigset_t deferred() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  return set;
}

}  // namespace

DeferredSignals::DeferredSignals() {
  const sigset_t set = deferred();
  ::pthread_sigmask(SIG_BLOCK, &set, &before_);
}

DeferredSignals::~DeferredSignals() {
  ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

bool DeferredSignals::is_pending() {
  sigset_t pending;
  return ::sigpending(&pending) == 0 && (sigismember(&pending, SIGINT) == 1 || sigismember(&pending, SIGTERM) == 1);
}

}  // namespace bulkhead::cli
