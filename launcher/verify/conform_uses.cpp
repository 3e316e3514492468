// Event channels and grants: who has, or offers, something to whom. What is right is asked of the plan's policy.
#include <algorithm>

#include <fmt/format.h>

#include "conform_parts.h"
#include "parts.h"

namespace bulkhead::verify {

namespace {

using hypervisor::Domid;

const char* const kWho = "find out which of the two did it, and whether the spec lacks a connection";

// --- Event channels

enum class ChannelFit : std::uint8_t { kFits, kOtherLabel, kNoRight };

// A port is labelled by its owner's label and the other end's at the moment in which it is made, by whoever makes it.
ChannelFit fit(const PlanPolicy& policy, Domid owner, const ChannelUse& use, std::string& wanted) {
  const std::vector<PlanPolicy::Label> own = policy.labels_of(owner);
  bool labelled = false;
  for (const PlanPolicy::Label from : own) {
    for (const PlanPolicy::Label to : policy.seen_by(from, use.remote)) {
      const std::string made = policy.transition(from, to, "event");
      wanted = wanted.empty() ? made : wanted;
      labelled = labelled || made == use.label;
    }
  }
  if (!labelled) {
    return wanted.empty() ? ChannelFit::kNoRight : ChannelFit::kOtherLabel;
  }
  const auto label = policy.label(use.label);
  const bool may = label && std::any_of(own.begin(), own.end(), [&](PlanPolicy::Label from) {
                     return policy.vector(from, *label, "event") != 0;
                   });
  return may ? ChannelFit::kFits : ChannelFit::kNoRight;
}

void conform_channel(const plan::LaunchPlan& plan, const PlanPolicy& policy, const plan::Domain& domain,
                     const ChannelUse& use, Limited& findings) {
  std::string wanted;
  const ChannelFit fits = fit(policy, domain.domid, use, wanted);
  if (fits == ChannelFit::kFits) {
    return;
  }
  const std::string what = fmt::format("{} port{}, the first of them {}, {} {}", use.count, use.count == 1 ? "" : "s",
                                       use.first_port, use.bound ? "bound to" : "open to", describe(plan, use.remote));
  if (fits == ChannelFit::kOtherLabel) {
    findings.add(about(domain, "channel-label",
                       fmt::format("{}, labelled {}", what, use.label.empty() ? "with nothing" : use.label),
                       fmt::format("label {}", wanted), kWho));
  } else {
    findings.add(about(domain, "channel-stray", what, "no event channel between the two", kWho,
                       use.bound ? Severity::kBreach : Severity::kAttempt));
  }
}

// --- Grants

bool allowed(const PlanPolicy& policy, Domid granter, const GrantUse& use, bool mapped) {
  const auto may = [&](const char* permission) { return policy.domain_may(use.peer, granter, "grant", permission); };
  switch (use.way) {
    case GrantUse::Way::kRead:
      // What is only offered may also be meant for a copy, which the policy decides for each direction.
      return may("map_read") || (!mapped && policy.domain_may(granter, use.peer, "grant", "copy"));
    case GrantUse::Way::kWrite:
      return may("map_write") || (!mapped && may("copy"));
    case GrantUse::Way::kTransfer:
      return may("transfer");
    case GrantUse::Way::kTransitive:
      return false;  // no role and no connection has them
  }
  return false;
}

const char* verb(GrantUse::Way way, bool mapped) {
  switch (way) {
    case GrantUse::Way::kRead:
      return mapped ? "mapped for reading by" : "offered for reading to";
    case GrantUse::Way::kWrite:
      return mapped ? "mapped for writing by" : "offered for writing to";
    case GrantUse::Way::kTransfer:
      return "open for a transfer from";
    case GrantUse::Way::kTransitive:
      return "passed on from another domain to";
  }
  return "";
}

void conform_grant(const plan::LaunchPlan& plan, const PlanPolicy& policy, const plan::Domain& domain,
                   const GrantUse& use, bool mapped, Limited& findings) {
  if (allowed(policy, domain.domid, use, mapped)) {
    return;
  }
  const std::string found =
      fmt::format("{} of its pages, the first of them by reference {}, {} {} {}", use.count, use.first_ref,
                  use.count == 1 ? "is" : "are", verb(use.way, mapped), describe(plan, use.peer));
  GrantUse reading = use;
  reading.way = GrantUse::Way::kRead;
  const Severity severity = mapped ? Severity::kBreach : Severity::kAttempt;
  if (use.way == GrantUse::Way::kWrite && allowed(policy, domain.domid, reading, mapped)) {
    findings.add(about(domain, "grant-writable", found, "for reading only", kWho, severity));
  } else {
    findings.add(about(domain, "grant-stray", found, "nothing granted to that domain", kWho, severity));
  }
}

}  // namespace

void conform_channels(const plan::LaunchPlan& plan, const Observation& seen, Findings& findings) {
  const PlanPolicy policy(plan);
  Limited limited(findings);
  for (const plan::Domain& domain : plan.domains) {
    const auto channels = seen.channels.find(domain.domid);
    if (channels == seen.channels.end()) {
      continue;
    }
    for (const ChannelUse& use : channels->second) {
      conform_channel(plan, policy, domain, use, limited);
    }
    limited.finish();
  }
}

void conform_grants(const plan::LaunchPlan& plan, const Observation& seen, Findings& findings) {
  const PlanPolicy policy(plan);
  Limited limited(findings);
  for (const plan::Domain& domain : plan.domains) {
    for (const bool mapped : {true, false}) {
      const auto& all = mapped ? seen.mapped : seen.tables;
      const auto uses = all.find(domain.domid);
      if (uses == all.end()) {
        continue;
      }
      for (const GrantUse& use : uses->second) {
        conform_grant(plan, policy, domain, use, mapped, limited);
      }
      limited.finish();
    }
  }
}

}  // namespace bulkhead::verify
