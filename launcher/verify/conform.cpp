#include "bulkhead/verify/conform.h"

#include <fmt/format.h>

#include "conform_parts.h"
#include "parts.h"

namespace bulkhead::verify {

namespace {

// What was asked and not answered. What the plan denies to the label that asks is no finding: it was decided so.
void conform_unseen(const plan::LaunchPlan& plan, const Observation& seen, Findings& findings) {
  for (const Unseen& unseen : seen.unseen) {
    if (unseen.why != Unseen::Why::kFailed) {
      continue;
    }
    Finding finding{.id = "unseen",
                    .object = std::string(describe(unseen.aspect)),
                    .found = "not seen: " + unseen.reason,
                    .wanted = "an answer",
                    .remedy = "until it is seen, nothing is known about it",
                    .origin = {},
                    .severity = Severity::kDegraded,
                    .domain = {}};
    if (unseen.domid) {
      finding.object += fmt::format(" of {}", describe(plan, *unseen.domid));
      finding.domain = domain_name(plan, *unseen.domid);
    }
    findings.push_back(std::move(finding));
  }
}

}  // namespace

void Limited::add(Finding finding) {
  if (++added_ <= kMost) {
    findings_.push_back(std::move(finding));
  } else {
    last_ = std::move(finding);
  }
}

void Limited::finish() {
  if (added_ > kMost) {
    last_.found = fmt::format("{} more like the ones before", added_ - kMost);
    last_.wanted = "none";
    findings_.push_back(last_);
  }
  added_ = 0;
}

std::vector<Finding> conform(const plan::LaunchPlan& plan, const Observation& observation) {
  Findings findings;
  conform_domains(plan, observation, findings);
  conform_flask(observation, findings);
  conform_devices(plan, observation, findings);
  conform_ranges(plan, observation, findings);
  conform_channels(plan, observation, findings);
  conform_grants(plan, observation, findings);
  conform_store(plan, observation, findings);
  conform_denials(observation, findings);
  conform_unseen(plan, observation, findings);
  return findings;
}

}  // namespace bulkhead::verify
