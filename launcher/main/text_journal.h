// The journal of a launch as people read it, a line a step with its time, and as JSON lines for programs (--log):
// {"at": 12.345, "event": "finished", "step": "create net", "kind": "create", "domid": 5, "took": 0.118}.
#pragma once

#include <cstdio>
#include <memory>
#include <string>

#include "bulkhead/cli/console.h"
#include "bulkhead/hypervisor/machine.h"
#include "bulkhead/launch/journal.h"
#include "bulkhead/plan/launch_plan.h"

namespace bulkhead::launcher {

class TextJournal final : public launch::Journal {
 public:
  TextJournal(const plan::LaunchPlan& plan, cli::Console& console, hypervisor::Machine& machine);

  // Error: the file cannot be written. Lines are added to what it holds.
  [[nodiscard]] Result<void> log_to(const std::string& path);

  void started(const launch::Step& step) override;
  void finished(const launch::Step& step, Duration took) override;
  void failed(const launch::Step& step, Duration took, const Error& error) override;
  void undone(const launch::Step& step, const Result<void>& outcome) override;
  void note(std::string_view text) override;

 private:
  struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };

  [[nodiscard]] double seconds() const;  // since the journal began
  void say(std::string_view text);
  void log(std::string_view event, const launch::Step* step, const Duration* took, std::string_view text);

  const plan::LaunchPlan& plan_;
  cli::Console& console_;
  hypervisor::Machine& machine_;
  hypervisor::Machine::Time began_;
  std::unique_ptr<std::FILE, CloseFile> log_;
};

}  // namespace bulkhead::launcher
