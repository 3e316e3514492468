#include <algorithm>

#include <fmt/format.h>

#include "bulkhead/verify/verify.h"
#include "parts.h"
#include "ranges.h"
#include "read_keys.h"

namespace bulkhead::verify {

namespace {

using hypervisor::Hypervisor;
using hypervisor::Range;

constexpr std::string_view kNotOurs = "destroy the domain; something other than the launcher has changed it";

void compare_facts(const plan::Domain& domain, const hypervisor::DomainFacts& facts, const std::string& label,
                   std::vector<Finding>& findings) {
  const auto add = [&](const char* id, std::string found, std::string wanted) {
    findings.push_back(about(domain, id, std::move(found), std::move(wanted), std::string(kNotOurs)));
  };
  if (label != domain.label) {
    add("label", fmt::format("label is {}", label), domain.label);
  }
  if (facts.state != hypervisor::RunState::kPaused) {
    add("domain-state", fmt::format("it is {}", to_text(facts.state)), "paused");
  }
  if (facts.hvm != (domain.type != plan::DomainType::kPv)) {
    add("domain-type", facts.hvm ? "it is PVH or HVM" : "it is PV", facts.hvm ? "PV" : "PVH or HVM");
  }
  if (facts.vcpus != domain.vcpus) {
    add("domain-vcpus", fmt::format("it has {} virtual processors", facts.vcpus), fmt::format("{}", domain.vcpus));
  }
  const std::uint64_t most = domain.memory_kib + hypervisor::kMemorySlackKib;
  if (facts.max_memory_kib < domain.memory_kib || facts.max_memory_kib > most) {
    add("domain-memory", fmt::format("its memory limit is {} KiB", facts.max_memory_kib),
        fmt::format("{} to {}", domain.memory_kib, most));
  }
}

void compare_devices(const plan::LaunchPlan& plan, const plan::Domain& domain,
                     const std::map<hypervisor::Sbdf, PciOwner>& owners, std::vector<Finding>& findings) {
  std::vector<hypervisor::Sbdf> planned;
  for (const plan::Device& device : plan.devices) {
    const auto sbdf = device.sbdf ? hypervisor::parse_sbdf(*device.sbdf) : std::nullopt;
    if (!sbdf || planned_owner(plan, device) != domain.domid) {
      continue;
    }
    planned.push_back(*sbdf);
    const std::vector<Finding> wrong = compare_owner(plan, device, owners);
    findings.insert(findings.end(), wrong.begin(), wrong.end());
  }
  if (domain.domid == plan.host.hardware_domid) {
    return;  // it has all that nobody else has, among it what is given to others later
  }
  for (const auto& [sbdf, owner] : owners) {
    const bool is_planned = std::find(planned.begin(), planned.end(), sbdf) != planned.end();
    if (owner == PciOwner{PciOwner::Kind::kDomain, domain.domid} && !is_planned) {
      findings.push_back(about(domain, "device-extra", fmt::format("it has the device at {}", to_text(sbdf)),
                               "only the devices of the plan", std::string(kNotOurs)));
    }
  }
}

void compare_ranges(const plan::LaunchPlan& plan, const plan::Domain& domain, const Ranges& found,
                    std::vector<Finding>& findings) {
  const Ranges wanted = planned_ranges(plan, domain.domid);
  const auto compare = [&](const char* id, const char* what, const std::vector<Range>& is,
                           const std::vector<Range>& should, bool hex) {
    if (merged(is) != should) {
      findings.push_back(about(domain, id, fmt::format("its {} are {}", what, to_text(is, hex)), to_text(should, hex),
                               std::string(kNotOurs)));
    }
  };
  compare("iomem", "frames of devices", found.iomem, wanted.iomem, true);
  compare("ioports", "I/O ports", found.ioports, wanted.ioports, true);
  compare("interrupts", "interrupts", found.irqs, wanted.irqs, false);
}

Result<void> verify_hardware(const plan::LaunchPlan& plan, const plan::Domain& domain, Hypervisor& hypervisor,
                             std::vector<Finding>& findings) {
  const auto owners = read_pci_owners(hypervisor);
  if (!owners) {
    return owners.error();
  }
  compare_devices(plan, domain, *owners, findings);
  if (domain.domid == plan.host.hardware_domid) {
    return {};
  }
  const auto ranges = read_domain_ranges(hypervisor);
  if (!ranges) {
    return ranges.error();
  }
  const auto found = ranges->find(domain.domid);
  if (found == ranges->end()) {
    return Error("Xen printed nothing about it");
  }
  compare_ranges(plan, domain, found->second, findings);
  return {};
}

Result<std::vector<Finding>> verify(const plan::LaunchPlan& plan, const plan::Domain& domain, Scope scope,
                                    Hypervisor& hypervisor) {
  const auto domains = hypervisor.domains();
  if (!domains) {
    return domains.error();
  }
  const auto facts = std::find_if(domains->begin(), domains->end(), [&](const hypervisor::DomainFacts& candidate) {
    return candidate.domid == domain.domid;
  });
  if (facts == domains->end()) {
    return std::vector{about(domain, "domain-missing", "it is not there", "a paused domain",
                             "run the launcher again; something other than it has destroyed the domain")};
  }
  const auto label = hypervisor.label_of(facts->sid);
  if (!label) {
    return label.error();
  }
  std::vector<Finding> findings;
  compare_facts(domain, *facts, *label, findings);
  if (scope == Scope::kEverything) {
    if (auto done = verify_hardware(plan, domain, hypervisor, findings); !done) {
      return done.error();
    }
  }
  return findings;
}

}  // namespace

Result<std::vector<Finding>> verify_paused_domain(const plan::LaunchPlan& plan, const plan::Domain& domain, Scope scope,
                                                  Hypervisor& hypervisor) {
  auto findings = verify(plan, domain, scope, hypervisor);
  if (!findings) {
    return Error(findings.error()).with_context(fmt::format("verify domain {}", domain.name));
  }
  return findings;
}

}  // namespace bulkhead::verify
