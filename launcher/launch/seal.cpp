#include "bulkhead/launch/seal.h"

#include <fmt/format.h>

#include "bulkhead/base/check.h"

namespace bulkhead::launch {
namespace {

const plan::Domain& control_of(const plan::LaunchPlan& plan) {
  BULKHEAD_CHECK(!plan.domains.empty() && plan.domains.front().control,
                 "the plan's reader puts the control domain first");
  return plan.domains.front();
}

Result<std::string> own_label(const plan::LaunchPlan& plan, hypervisor::Hypervisor& hypervisor) {
  const auto domains = hypervisor.domains();
  if (!domains) {
    return domains.error();
  }
  for (const hypervisor::DomainFacts& facts : *domains) {
    if (facts.domid == plan.host.control_domid) {
      return hypervisor.label_of(facts.sid);
    }
  }
  return Error("the hypervisor does not list the control domain");
}

}  // namespace

Result<Phase> phase(const plan::LaunchPlan& plan, hypervisor::Hypervisor& hypervisor) {
  const plan::Domain& control = control_of(plan);
  const auto label = own_label(plan, hypervisor);
  if (!label) {
    return label.error();
  }
  if (control.booting_label == *label) {
    return Phase::kBooting;
  }
  if (control.label == *label) {
    return Phase::kSealed;
  }
  return Error(
      fmt::format("domain 0 runs as `{}`, which is neither of its two labels in the plan (`{}` while booting, "
                  "`{}` once sealed): this host runs another policy",
                  *label, control.booting_label.value_or(""), control.label));
}

Result<void> seal(const plan::LaunchPlan& plan, hypervisor::Hypervisor& hypervisor) {
  const plan::Domain& control = control_of(plan);
  // security check_context; domain2 relabelself and domain transition from the booting label to the sealed one.
  const auto sid = hypervisor.sid_of(control.label);
  if (!sid) {
    return sid.error();
  }
  if (auto relabelled = hypervisor.relabel_self(*sid); !relabelled) {
    return relabelled;
  }
  const auto label = own_label(plan, hypervisor);
  if (!label) {
    return label.error();
  }
  if (*label != control.label) {
    return Error(fmt::format("domain 0 still runs as `{}` after its relabel to `{}`", *label, control.label));
  }
  return {};
}

}  // namespace bulkhead::launch
