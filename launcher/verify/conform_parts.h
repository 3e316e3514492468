// The comparisons of conform(), one for each aspect; each adds what differs. Pure.
#pragma once

#include <string>
#include <vector>

#include "bulkhead/verify/conform.h"
#include "plan_policy.h"

namespace bulkhead::verify {

using Findings = std::vector<Finding>;

void conform_domains(const plan::LaunchPlan& plan, const Observation& seen, Findings& findings);
void conform_flask(const Observation& seen, Findings& findings);  // enforcement, booleans, policy
void conform_devices(const plan::LaunchPlan& plan, const Observation& seen, Findings& findings);
void conform_ranges(const plan::LaunchPlan& plan, const Observation& seen, Findings& findings);
void conform_channels(const plan::LaunchPlan& plan, const Observation& seen, Findings& findings);
void conform_grants(const plan::LaunchPlan& plan, const Observation& seen, Findings& findings);
void conform_store(const plan::LaunchPlan& plan, const Observation& seen, Findings& findings);
void conform_denials(const Observation& seen, Findings& findings);

// Takes the findings of one kind about one domain: the first ones as they are, of the others one that counts them.
class Limited {
 public:
  explicit Limited(Findings& findings) : findings_(findings) {}
  void add(Finding finding);
  void finish();  // of this domain

 private:
  static constexpr std::size_t kMost = 20;
  Findings& findings_;
  std::size_t added_ = 0;
  Finding last_;
};

}  // namespace bulkhead::verify
