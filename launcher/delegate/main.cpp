// bulkhead-delegate, which runs in the hardware domain. The loop is all that is here; what it does is in agent.cpp.
#include <chrono>
#include <cstdio>
#include <string>
#include <string_view>
#include <thread>

#include <fmt/format.h>

#include "bulkhead/base/files.h"
#include "bulkhead/delegate/agent.h"
#include "bulkhead/hypervisor/libxen.h"

namespace {

using bulkhead::Error;
using bulkhead::Result;

constexpr std::string_view kUsage =
    "usage: bulkhead-delegate [--once] [LIST]\n"
    "Gives driver domains the memory, ports and interrupts of their devices when the launcher asks for it. Runs in "
    "the\n"
    "hardware domain.\n\n"
    "  LIST     delegation.json, as compile wrote it; /etc/bulkhead/delegation.json when left out\n"
    "  --once   answer what has been asked so far and end\n";
constexpr std::size_t kMaxListBytes = std::size_t{4} << 20U;
constexpr auto kPause = std::chrono::milliseconds(50);
constexpr int kDone = 0;
constexpr int kUsageStatus = 2;
constexpr int kEnvironmentStatus = 3;

void say(const std::string& line) {
  std::fputs(("bulkhead-delegate: " + line + "\n").c_str(), stderr);
}

Result<void> serve(const std::string& file, bool once) {
  const auto text = bulkhead::read_file(file, kMaxListBytes);
  if (!text) {
    return text.error();
  }
  const auto list = bulkhead::plan::read_delegation_list(*text);
  if (!list) {
    return Error(list.error()).with_context("read `" + file + "`");
  }
  const auto hypervisor = bulkhead::hypervisor::open_hypervisor();
  if (!hypervisor) {
    return hypervisor.error();
  }
  const auto store = bulkhead::hypervisor::open_xenstore(bulkhead::hypervisor::StoreRoute::kKernel);
  if (!store) {
    return store.error();
  }
  say(fmt::format("{} devices may be given", list->devices.size()));
  while (true) {
    auto answered = bulkhead::delegate::answer_requests(*list, **hypervisor, **store, say);
    if (once) {
      return answered;
    }
    if (!answered) {  // another transaction was in the way, or a node has just been removed; the next look tells
      say(answered.error().message());
    }
    std::this_thread::sleep_for(kPause);
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::string file;
  bool once = false;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--help" || word == "-h") {
      std::fputs(std::string(kUsage).c_str(), stdout);
      return kDone;
    }
    if (word == "--version") {
      std::fputs("bulkhead-delegate " BULKHEAD_VERSION "\n", stdout);
      return kDone;
    }
    if (word == "--once") {
      once = true;
    } else if (word.empty() || word.starts_with('-') || !file.empty()) {
      std::fputs(std::string(kUsage).c_str(), stderr);
      return kUsageStatus;
    } else {
      file = word;
    }
  }
  if (const auto served = serve(file.empty() ? "/etc/bulkhead/delegation.json" : file, once); !served) {
    say("error: " + served.error().message());
    return kEnvironmentStatus;
  }
  return kDone;
}
