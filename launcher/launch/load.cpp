#include "bulkhead/launch/load.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "bulkhead/launch/seal.h"
#include "bulkhead/verify/verify.h"

namespace bulkhead::launch {
namespace {

using verify::Finding;

constexpr std::size_t kShownDifferences = 5;

std::string_view label_of(const plan::LaunchPlan& plan, const plan::InitialSid& sid) {
  return plan.expectations.labels[sid.label];
}

void compare_initial_sids(const plan::LaunchPlan& running, const plan::LaunchPlan& wanted,
                          std::vector<Finding>& findings) {
  const auto& old_sids = running.expectations.initial_sids;
  const auto& new_sids = wanted.expectations.initial_sids;
  for (std::size_t i = 0; i < std::max(old_sids.size(), new_sids.size()); ++i) {
    const bool both = i < old_sids.size() && i < new_sids.size();
    if (both && label_of(running, old_sids[i]) == label_of(wanted, new_sids[i])) {
      continue;
    }
    const plan::InitialSid& named = i < new_sids.size() ? new_sids[i] : old_sids[i];
    findings.push_back({"initial-sid",
                        "initial SID " + named.name,
                        both ? std::string(label_of(running, old_sids[i])) : "missing in one of the two policies",
                        i < new_sids.size() ? std::string(label_of(wanted, new_sids[i])) : "no such SID",
                        "Xen reads initial SIDs only when it boots: reboot with the new policy",
                        {}});
  }
}

const plan::Device* at_address(const plan::LaunchPlan& plan, const plan::Device& device) {
  const auto found = std::find_if(plan.devices.begin(), plan.devices.end(), [&](const plan::Device& other) {
    return device.sbdf ? other.sbdf == device.sbdf : other.name == device.name;
  });
  return found != plan.devices.end() ? &*found : nullptr;
}

void compare_devices(const plan::LaunchPlan& running, const plan::LaunchPlan& wanted, std::vector<Finding>& findings) {
  const auto compare = [&](const plan::Device& device, const plan::Device* other) {
    if (other != nullptr && other->label == device.label && other->iomem == device.iomem &&
        other->ioports == device.ioports && other->irqs == device.irqs) {
      return;
    }
    findings.push_back(
        {"device-context", "device " + device.name, device.label,
         other != nullptr ? other->label + ", or other ranges" : std::string("no label of its own"),
         "a device must not change its label under the domain that drives it: reboot with the new policy",
         device.origin});
  };
  for (const plan::Device& device : running.devices) {
    compare(device, at_address(wanted, device));
  }
  for (const plan::Device& device : wanted.devices) {
    if (at_address(running, device) == nullptr) {
      compare(device, nullptr);
    }
  }
}

// A channel, too, keeps the label that it was made with, and Xen names none of those that exist: a label that the new
// policy lacks may be one in use, which would turn into `unlabeled` for good.
void compare_labels(const plan::LaunchPlan& running, const plan::LaunchPlan& wanted, std::vector<Finding>& findings) {
  const auto& kept = wanted.expectations.labels;
  for (const std::string& label : running.expectations.labels) {
    if (std::find(kept.begin(), kept.end(), label) == kept.end()) {
      findings.push_back({"label-vanishes",
                          "label " + label,
                          "missing in the new policy",
                          "every label that the policy that runs has",
                          "with other domains running, only labels may be added: reboot with the new policy",
                          {}});
    }
  }
}

std::string wanted_label(const plan::LaunchPlan& wanted, hypervisor::Domid domid) {
  const plan::Domain* domain = plan::find_domain(wanted, domid);
  if (domain == nullptr) {
    return "no domain of this number";
  }
  return domain->control ? domain->booting_label.value_or(domain->label) : domain->label;
}

// Whether any domain but domain 0 runs.
Result<bool> compare_domains(const plan::LaunchPlan& wanted, hypervisor::Hypervisor& hypervisor,
                             std::vector<Finding>& findings) {
  const auto domains = hypervisor.domains();
  if (!domains) {
    return domains.error();
  }
  for (const hypervisor::DomainFacts& facts : *domains) {
    const auto label = hypervisor.label_of(facts.sid);
    if (!label) {
      return label.error();
    }
    const std::string wants = wanted_label(wanted, facts.domid);
    if (*label != wants) {
      findings.push_back({"running-label",
                          fmt::format("domain {}", facts.domid),
                          *label,
                          wants,
                          "the new policy must keep the label of every domain that runs: reboot with it, or stop the "
                          "domain first",
                          {}});
    }
  }
  return domains->size() > 1;
}

}  // namespace

Result<std::vector<Finding>> load_findings(const plan::LaunchPlan& running, const plan::LaunchPlan& wanted,
                                           hypervisor::Hypervisor& hypervisor) {
  std::vector<Finding> findings;
  const auto now = phase(running, hypervisor);
  if (!now) {
    return now.error();
  }
  if (*now == Phase::kSealed) {
    findings.push_back({"already-sealed",
                        "domain 0",
                        "it runs under its sealed label",
                        "the booting label",
                        "a sealed host cannot load a policy; reboot with the new one",
                        {}});
    return findings;
  }
  auto matrix = verify::verify_policy(running, kShownDifferences, hypervisor);
  if (!matrix) {
    return matrix.error();
  }
  if (!matrix->findings.empty()) {
    findings = std::move(matrix->findings);
    findings.push_back({"other-policy",
                        "Xen",
                        "it does not run the policy that was named as the running one",
                        "the policy with SHA-256 " + running.digests.policy_sha256,
                        "name the plan of the policy that Xen was booted with",
                        {}});
    return findings;
  }
  if (running.host.xen != wanted.host.xen) {
    findings.push_back(
        {"xen-version", "Xen", running.host.xen, wanted.host.xen, "compile for the release that runs", {}});
  }
  compare_initial_sids(running, wanted, findings);
  const auto others = compare_domains(wanted, hypervisor, findings);
  if (!others) {
    return others.error();
  }
  if (*others) {
    compare_devices(running, wanted, findings);
    compare_labels(running, wanted, findings);
  }
  return findings;
}

Result<void> load(const PolicyFile& running, const PolicyFile& wanted, hypervisor::Hypervisor& hypervisor,
                  Journal& journal) {
  if (const auto loaded = hypervisor.load_policy(wanted.binary); !loaded) {
    return Error(loaded.error()).with_context("the policy that ran before is still in force");
  }
  const auto matrix = verify::verify_policy(wanted.plan, kShownDifferences, hypervisor);
  if (matrix && matrix->findings.empty()) {
    journal.note(
        fmt::format("{} cells and {} transitions are as the new plan says", matrix->cells, matrix->transitions));
    return {};
  }
  const std::string why = matrix ? to_text(matrix->findings.front()) : matrix.error().message();
  const auto back = hypervisor.load_policy(running.binary);
  const auto old_again = back ? verify::verify_policy(running.plan, kShownDifferences, hypervisor) : back.error();
  const bool restored = old_again && old_again->findings.empty();
  return Error(fmt::format("the new policy does not answer as its plan says: {}; {}", why,
                           restored ? "the policy that ran before is loaded again"
                                    : "and the policy that ran before could not be loaded again: reboot the host"));
}

}  // namespace bulkhead::launch
