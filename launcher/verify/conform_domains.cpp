// Domains, FLASK, devices: what the hypervisor says of the host as a whole.
#include <algorithm>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "conform_parts.h"
#include "parts.h"
#include "ranges.h"

namespace bulkhead::verify {

namespace {

using hypervisor::Domid;

constexpr const char* kReassigned = "nothing may use the device until it is known who reassigned it; reboot the host";

const SeenDomain* find(const std::vector<SeenDomain>& domains, Domid domid) {
  const auto found =
      std::lower_bound(domains.begin(), domains.end(), domid,
                       [](const SeenDomain& domain, Domid wanted) { return domain.facts.domid < wanted; });
  return found == domains.end() || found->facts.domid != domid ? nullptr : &*found;
}

// The control domain has one label before sealing and another one after it; which of the two it should be by now is
// launch/seal.h's matter.
bool may_have(const plan::Domain& domain, const std::string& label) {
  return label == domain.label || (domain.control && label == domain.booting_label);
}

void conform_domain(const plan::LaunchPlan& plan, const plan::Domain& domain, const SeenDomain* seen,
                    Findings& findings) {
  const std::string restart = fmt::format("restart it: bulkhead-launch restart {}", domain.name);
  if (seen == nullptr) {
    if (domain.start == plan::Start::kBoot) {
      findings.push_back(
          about(domain, "domain-missing", "it is not there", "a running domain", restart, Severity::kDegraded));
    }
    return;
  }
  if (!may_have(domain, seen->label)) {
    findings.push_back(about(domain, "label", fmt::format("label is {}", seen->label), domain.label,
                             "find out who relabelled it; reboot the host"));
  }
  if (seen->facts.state != hypervisor::RunState::kRunning) {
    findings.push_back(about(domain, "domain-state", fmt::format("it is {}", to_text(seen->facts.state)), "running",
                             restart, Severity::kDegraded));
  }
  // Domain 0 is made by Xen, with the flag or without it.
  const bool serves = plan.host.xenstore_domid == domain.domid;
  if (!domain.control && seen->facts.runs_xenstore != serves) {
    findings.push_back(
        about(domain, "domain-flags",
              serves ? "it was not made as the xenstore's domain" : "it was made as the xenstore's domain",
              serves ? "that it is" : "that it is not", "find out who made it; reboot the host"));
  }
}

// A device of a domain that is not there now is in quarantine or with the hardware domain.
bool is_absent_owner(const plan::LaunchPlan& plan, const plan::Device& device, const Observation& seen) {
  const auto found = seen.owners->find(*hypervisor::parse_sbdf(*device.sbdf));
  if (found == seen.owners->end() || !seen.domains) {
    return false;
  }
  const bool apart = found->second.kind == PciOwner::Kind::kQuarantine ||
                     found->second == PciOwner{PciOwner::Kind::kDomain, plan.host.hardware_domid};
  return apart && find(*seen.domains, planned_owner(plan, device)) == nullptr;
}

}  // namespace

void conform_domains(const plan::LaunchPlan& plan, const Observation& seen, Findings& findings) {
  if (!seen.domains) {
    return;
  }
  std::set<Domid> planned;
  for (const plan::Domain& domain : plan.domains) {
    planned.insert(domain.domid);
    conform_domain(plan, domain, find(*seen.domains, domain.domid), findings);
  }
  for (const SeenDomain& domain : *seen.domains) {
    if (!planned.contains(domain.facts.domid)) {
      findings.push_back({"unknown-domain", fmt::format("domain {}", domain.facts.domid),
                          fmt::format("it is {}, its label is {}", to_text(domain.facts.state),
                                      domain.label.empty() ? "unknown" : domain.label),
                          "no such domain", "find out who started it; destroy it", "", Severity::kBreach,
                          std::to_string(domain.facts.domid)});
    }
  }
}

void conform_flask(const Observation& seen, Findings& findings) {
  constexpr const char* kReboot = "the labels have meant nothing since an unknown time: reboot the host";
  if (seen.enforcement == hypervisor::Enforcement::kInactive) {
    findings.push_back({"flask-inactive", "Xen", "FLASK is not the active security module", "FLASK", kReboot, ""});
  } else if (seen.enforcement == hypervisor::Enforcement::kPermissive) {
    findings.push_back({"flask-permissive", "Xen", "FLASK logs denials and allows them", "enforcing", kReboot, ""});
  }
  if (seen.booleans) {
    for (const hypervisor::Boolean& one : *seen.booleans) {
      findings.push_back({"boolean", fmt::format("boolean {}", one.name),
                          fmt::format("it is {}{}", one.enabled ? "on" : "off",
                                      one.pending != one.enabled ? ", and will be the opposite" : ""),
                          "no booleans: the compiler makes none", "this is another policy: boot with the plan's", ""});
    }
  }
  if (seen.policy) {
    findings.insert(findings.end(), seen.policy->findings.begin(), seen.policy->findings.end());
  }
}

void conform_devices(const plan::LaunchPlan& plan, const Observation& seen, Findings& findings) {
  if (!seen.owners) {
    return;
  }
  std::set<hypervisor::Sbdf> planned;
  for (const plan::Device& device : plan.devices) {
    const auto sbdf = device.sbdf ? hypervisor::parse_sbdf(*device.sbdf) : std::nullopt;
    if (!sbdf) {
      continue;
    }
    planned.insert(*sbdf);
    if (is_absent_owner(plan, device, seen)) {
      continue;
    }
    const Findings wrong = compare_owner(plan, device, *seen.owners);
    findings.insert(findings.end(), wrong.begin(), wrong.end());
  }
  for (const auto& [sbdf, owner] : *seen.owners) {
    if (!planned.contains(sbdf) && owner.kind == PciOwner::Kind::kDomain && owner.domid != plan.host.hardware_domid) {
      findings.push_back({"device-extra", fmt::format("device at {}", to_text(sbdf)),
                          fmt::format("its owner is {}", describe(plan, owner)),
                          describe(plan, plan.host.hardware_domid), kReassigned, "", Severity::kBreach,
                          domain_name(plan, owner.domid)});
    }
  }
}

}  // namespace bulkhead::verify
