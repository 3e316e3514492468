#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "bulkhead/verify/verify.h"
#include "parts.h"
#include "read_keys.h"

namespace bulkhead::verify {

namespace {

using hypervisor::DomainFacts;
using hypervisor::Hypervisor;

const DomainFacts* find(const std::vector<DomainFacts>& domains, hypervisor::Domid domid) {
  const auto found =
      std::find_if(domains.begin(), domains.end(), [&](const DomainFacts& facts) { return facts.domid == domid; });
  return found == domains.end() ? nullptr : &*found;
}

// The control domain has one label before sealing and another one after it; which of the two it should be by now is
// launch/seal.h's matter.
bool may_have(const plan::Domain& domain, const std::string& label) {
  return label == domain.label || (domain.control && label == domain.booting_label);
}

Result<void> compare_domain(const plan::Domain& domain, const DomainFacts* facts, Hypervisor& hypervisor,
                            std::vector<Finding>& findings) {
  if (facts == nullptr) {
    if (domain.start == plan::Start::kBoot) {
      findings.push_back(about(domain, "domain-missing", "it is not there", "a running domain",
                               fmt::format("restart it: bulkhead-launch restart {}", domain.name)));
    }
    return {};
  }
  const auto label = hypervisor.label_of(facts->sid);
  if (!label) {
    return label.error();
  }
  if (!may_have(domain, *label)) {
    findings.push_back(about(domain, "label", fmt::format("label is {}", *label), domain.label,
                             "find out who relabelled it; reboot the host"));
  }
  if (facts->state != hypervisor::RunState::kRunning) {
    findings.push_back(about(domain, "domain-state", fmt::format("it is {}", to_text(facts->state)), "running",
                             fmt::format("restart it: bulkhead-launch restart {}", domain.name)));
  }
  return {};
}

// A device of a domain that is not there now is in quarantine or with the hardware domain.
bool is_absent_owner(const plan::LaunchPlan& plan, const plan::Device& device, const std::vector<DomainFacts>& domains,
                     const std::optional<PciOwner>& owner) {
  const bool apart = owner && (owner->kind == PciOwner::Kind::kQuarantine ||
                               *owner == PciOwner{PciOwner::Kind::kDomain, plan.host.hardware_domid});
  return apart && find(domains, planned_owner(plan, device)) == nullptr;
}

Result<void> compare_devices(const plan::LaunchPlan& plan, const std::vector<DomainFacts>& domains,
                             Hypervisor& hypervisor, std::vector<Finding>& findings) {
  const auto owners = read_pci_owners(hypervisor);
  if (!owners) {
    return owners.error();
  }
  std::vector<hypervisor::Sbdf> planned;
  for (const plan::Device& device : plan.devices) {
    const auto sbdf = device.sbdf ? hypervisor::parse_sbdf(*device.sbdf) : std::nullopt;
    if (!sbdf) {
      continue;
    }
    planned.push_back(*sbdf);
    const auto owner = owners->find(*sbdf);
    if (is_absent_owner(plan, device, domains, owner == owners->end() ? std::nullopt : std::optional(owner->second))) {
      continue;
    }
    const std::vector<Finding> wrong = compare_owner(plan, device, *owners);
    findings.insert(findings.end(), wrong.begin(), wrong.end());
  }
  for (const auto& [sbdf, owner] : *owners) {
    const bool is_planned = std::find(planned.begin(), planned.end(), sbdf) != planned.end();
    if (!is_planned && owner.kind == PciOwner::Kind::kDomain && owner.domid != plan.host.hardware_domid) {
      findings.push_back({"device-extra", fmt::format("device at {}", to_text(sbdf)),
                          fmt::format("its owner is {}", describe(plan, owner)),
                          describe(plan, plan.host.hardware_domid),
                          "nothing may use the device until it is known who reassigned it; reboot the host", ""});
    }
  }
  return {};
}

Result<std::vector<Finding>> verify(const plan::LaunchPlan& plan, Scope scope, Hypervisor& hypervisor) {
  const auto domains = hypervisor.domains();
  if (!domains) {
    return domains.error();
  }
  std::vector<Finding> findings;
  for (const plan::Domain& domain : plan.domains) {
    if (auto done = compare_domain(domain, find(*domains, domain.domid), hypervisor, findings); !done) {
      return done.error();
    }
  }
  for (const DomainFacts& facts : *domains) {
    if (plan::find_domain(plan, facts.domid) == nullptr) {
      const auto label = hypervisor.label_of(facts.sid);
      findings.push_back({"unknown-domain", fmt::format("domain {}", facts.domid),
                          fmt::format("it is {}, its label is {}", to_text(facts.state), label ? *label : "unknown"),
                          "no such domain", "find out who started it; destroy it", ""});
    }
  }
  if (scope == Scope::kEverything) {
    if (auto done = compare_devices(plan, *domains, hypervisor, findings); !done) {
      return done.error();
    }
  }
  return findings;
}

}  // namespace

Result<std::vector<Finding>> verify_running_host(const plan::LaunchPlan& plan, Scope scope, Hypervisor& hypervisor) {
  auto findings = verify(plan, scope, hypervisor);
  if (!findings) {
    return Error(findings.error()).with_context("verify the host");
  }
  return findings;
}

}  // namespace bulkhead::verify
