#include "parts.h"

#include <fmt/format.h>

#include "bulkhead/base/check.h"

namespace bulkhead::verify {

std::string_view to_text(hypervisor::RunState state) {
  switch (state) {
    case hypervisor::RunState::kPaused:
      return "paused";
    case hypervisor::RunState::kRunning:
      return "running";
    case hypervisor::RunState::kShutdown:
      return "shut down";
    case hypervisor::RunState::kDying:
      return "dying";
  }
  BULKHEAD_CHECK(false, "a domain is in one of four states");
}

std::string describe(const plan::LaunchPlan& plan, hypervisor::Domid domid) {
  const plan::Domain* domain = plan::find_domain(plan, domid);
  return domain != nullptr ? fmt::format("domain {} ({})", domain->name, domid) : fmt::format("domain {}", domid);
}

std::string describe(const plan::LaunchPlan& plan, const PciOwner& owner) {
  switch (owner.kind) {
    case PciOwner::Kind::kDomain:
      return describe(plan, owner.domid);
    case PciOwner::Kind::kNobody:
      return "nobody";
    case PciOwner::Kind::kQuarantine:
      return "quarantine";
  }
  BULKHEAD_CHECK(false, "a device is a domain's, in quarantine, or nobody's");
}

std::string domain_name(const plan::LaunchPlan& plan, hypervisor::Domid domid) {
  const plan::Domain* domain = plan::find_domain(plan, domid);
  return domain != nullptr ? domain->name : std::to_string(domid);
}

Finding about(const plan::Domain& domain, std::string id, std::string found, std::string wanted, std::string remedy,
              Severity severity) {
  return {std::move(id),     fmt::format("domain {}", domain.name),
          std::move(found),  std::move(wanted),
          std::move(remedy), domain.origin,
          severity,          domain.name};
}

hypervisor::Domid planned_owner(const plan::LaunchPlan& plan, const plan::Device& device) {
  return device.owner_domid.value_or(plan.host.hardware_domid);
}

std::vector<Finding> compare_owner(const plan::LaunchPlan& plan, const plan::Device& device,
                                   const std::map<hypervisor::Sbdf, PciOwner>& owners) {
  const auto sbdf = device.sbdf ? hypervisor::parse_sbdf(*device.sbdf) : std::nullopt;
  if (!sbdf) {
    return {};
  }
  const hypervisor::Domid wanted = planned_owner(plan, device);
  const auto found = owners.find(*sbdf);
  Finding finding{.id = "device-owner",
                  .object = fmt::format("device {} at {}", device.name, *device.sbdf),
                  .found = {},
                  .wanted = describe(plan, wanted),
                  .remedy = {},
                  .origin = device.origin,
                  .severity = Severity::kBreach,
                  .domain = domain_name(plan, wanted)};
  if (found == owners.end()) {
    finding.id = "device-missing";
    finding.severity = Severity::kDegraded;
    finding.found = "Xen knows no such device";
    finding.wanted = fmt::format("that {} has it", describe(plan, wanted));
    finding.remedy = "compare the inventory with the host: the card may be in another slot or broken";
    return {finding};
  }
  if (found->second == PciOwner{PciOwner::Kind::kDomain, wanted}) {
    return {};
  }
  finding.found = fmt::format("its owner is {}", describe(plan, found->second));
  finding.remedy = "nothing may use the device until it is known who reassigned it; reboot the host";
  return {finding};
}

}  // namespace bulkhead::verify
