// What each kind of step does to the world, and how it is undone. perform.cpp decides when.
#pragma once

#include <map>

#include "bulkhead/launch/perform.h"
#include "nodes.h"

namespace bulkhead::launch {

// What a step about one is about.
[[nodiscard]] const plan::Device& device_of(const plan::LaunchPlan& plan, const Step& step);
[[nodiscard]] const plan::Connection& connection_of(const plan::LaunchPlan& plan, const Step& step);

enum class Progress : std::uint8_t {
  kDone,
  kPending,  // poll() until it is done
};

// run() and undo() of steps of different domains may be called side by side; of one domain only one after the other.
class Actions {
 public:
  Actions(const plan::LaunchPlan& plan, Images& images, const World& world, const PerformOptions& options);

  [[nodiscard]] Result<Progress> run(const Step& step);
  // Of a pending step: whether it is done now. `thorough`: also whether the one that is waited for is still alive.
  [[nodiscard]] Result<Progress> poll(const Step& step, bool thorough);
  [[nodiscard]] Result<void> undo(const Step& step);
  // Of a step that has waited too long: what it last saw.
  [[nodiscard]] std::string awaited(const Step& step);

 private:
  struct DomainState {
    Rings rings;
    bool created = false;
    std::uint64_t request = 0;  // number of the delegation that is under way
  };

  [[nodiscard]] const plan::Domain& domain(const Step& step) const;
  [[nodiscard]] hypervisor::NewDomain shell(const plan::Domain& domain) const;
  [[nodiscard]] Result<Progress> create(const plan::Domain& domain);
  [[nodiscard]] Result<void> build(const plan::Domain& domain);
  [[nodiscard]] Result<void> relabel(const plan::Domain& domain);
  [[nodiscard]] Result<void> introduce(const plan::Domain& domain);
  [[nodiscard]] Result<Progress> delegate(const Step& step);
  [[nodiscard]] Result<Progress> poll_delegation(const Step& step);
  [[nodiscard]] Result<void> give(const plan::Domain& domain, const plan::Device& device);
  [[nodiscard]] Result<void> verify(const plan::Domain& domain);
  [[nodiscard]] Result<void> destroy(const plan::Domain& domain);
  [[nodiscard]] Result<void> disconnect(const plan::Connection& connection);
  [[nodiscard]] Result<void> still_alive(std::uint32_t domid);
  [[nodiscard]] std::string delegation_path(const Step& step) const;

  const plan::LaunchPlan& plan_;
  Images& images_;
  const World& world_;
  const PerformOptions& options_;
  std::map<std::uint32_t, DomainState> states_;  // one for each domain of the plan, made once
};

}  // namespace bulkhead::launch
