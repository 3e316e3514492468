// The host of examples/split, started by its steps, with the channels and grants that its domains make then; each test
// changes one thing.
#pragma once

#include <string>
#include <vector>

#include "../launch/launched_host.h"
#include "bulkhead/verify/conform.h"
#include "support/finding_text.h"

namespace bulkhead::test {

struct RunningHost : LaunchedHost {
  RunningHost();

  [[nodiscard]] hypervisor::Domid id(const std::string& name) const { return domid_of(plan, name); }
  [[nodiscard]] FakeDomain& domain(const std::string& name) { return host.state.at(id(name)); }
  [[nodiscard]] verify::Observation observe(bool only_allowed = false);
  [[nodiscard]] std::vector<verify::Finding> findings() { return verify::conform(plan, observe()); }

  // An entry of its grant table (version 1).
  void grant(const std::string& granter, const std::string& peer, bool writable = true);
  void connect(const std::string& owner, const std::string& remote, const std::string& label);
};

// Without what to do, which is for people.
[[nodiscard]] verify::Finding brief(verify::Finding finding);
[[nodiscard]] std::vector<verify::Finding> brief(std::vector<verify::Finding> findings);

}  // namespace bulkhead::test
