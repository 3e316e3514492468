// What was compiled beside what the hypervisor answered, for each domain and each device.
#include <algorithm>
#include <bit>
#include <map>

#include <fmt/format.h>

#include "parts.h"

namespace bulkhead::audit {

namespace {

std::string mib(std::uint64_t kib) {
  return fmt::format("{} MiB", kib >> 10U);
}

const SeenDomain* find_seen(const Observed& observed, std::uint32_t domid) {
  const auto found = std::find_if(observed.domains.begin(), observed.domains.end(),
                                  [&](const SeenDomain& domain) { return domain.domid == domid; });
  return found == observed.domains.end() ? nullptr : &*found;
}

std::string wanted_label(const plan::Domain& domain, const std::optional<bool>& sealed) {
  return domain.booting_label && sealed == false ? *domain.booting_label : domain.label;
}

// Distinct permissions and targets of the running label, as it stands in the plan.
std::string cells_text(const Index& index, const plan::Domain& domain) {
  const plan::Expectations& expected = index.plan().expectations;
  std::size_t permissions = 0;
  std::size_t targets = 0;
  std::map<std::uint32_t, std::uint32_t> classes;
  std::optional<std::uint32_t> last;
  for (const plan::Cell& cell : expected.cells) {
    if (expected.labels[cell.source] != domain.label) {
      continue;
    }
    classes[cell.access_class] |= cell.vector;
    targets += last == cell.target ? 0 : 1;
    last = cell.target;
  }
  for (const auto& [access_class, vector] : classes) {
    permissions += static_cast<std::size_t>(std::popcount(vector));
  }
  return fmt::format("{} distinct permissions over {} labels", permissions, targets);
}

Compared compare_cells(const Index& index, const plan::Domain& domain) {
  const auto& differences = index.inputs().observed.policy_differences;
  Compared policy{"policy", cells_text(index, domain), "not seen", std::nullopt};
  if (differences) {
    policy.answered = *differences == 0 ? "every cell as compiled" : "the policy differs: see the findings";
    policy.equal = *differences == 0;
  }
  return policy;
}

std::string owned_by(const Index& index, std::uint32_t domid) {
  const auto domain = index.domain(domid);
  return domain ? index.name(*domain) : fmt::format("domain {}", domid);
}

std::string owner_text(const Index& index, const std::string& seen) {
  for (const plan::Domain& domain : index.plan().domains) {
    if (seen == fmt::format("domain {}", domain.domid)) {
      return domain.name;
    }
  }
  return seen;
}

}  // namespace

std::vector<Compared> compare_domain(const Index& index, std::size_t place) {
  const plan::Domain& domain = index.plan().domains[place];
  const Observed& observed = index.inputs().observed;
  const SeenDomain* seen = find_seen(observed, domain.domid);
  const bool awaited = domain.start == plan::Start::kBoot || domain.control;
  std::vector<Compared> compared;
  const auto add = [&](std::string_view what, const std::string& compiled, const std::string& answered, bool equal) {
    compared.push_back({std::string(what), compiled, seen == nullptr ? "not seen" : answered,
                        seen == nullptr ? std::nullopt : std::optional(equal)});
  };
  const std::string state = awaited ? "running" : "started on demand";
  if (observed.saw_domains && seen == nullptr) {
    compared.push_back({"state", state, "not there", awaited ? std::optional(false) : std::nullopt});
  } else {
    add("state", state, seen == nullptr ? "" : seen->state, seen != nullptr && seen->state == "running");
  }
  const std::string label = wanted_label(domain, observed.sealed);
  add("label", label, seen == nullptr ? "" : seen->label, seen != nullptr && seen->label == label);
  compared.push_back(compare_cells(index, domain));
  add("processors", std::to_string(domain.vcpus), seen == nullptr ? "" : std::to_string(seen->vcpus),
      seen != nullptr && seen->vcpus <= domain.vcpus);
  // Not compared: a guest may give memory back.
  compared.push_back(
      {"memory", mib(domain.memory_kib), seen == nullptr ? "not seen" : mib(seen->memory_kib), std::nullopt});
  return compared;
}

std::vector<DeviceAudit> compare_devices(const Index& index) {
  const Observed& observed = index.inputs().observed;
  std::vector<DeviceAudit> devices;
  for (const plan::Device& device : index.plan().devices) {
    DeviceAudit audit{.name = device.name,
                      .sbdf = device.sbdf.value_or(""),
                      .owner = owned_by(index, device.owner_domid.value_or(index.plan().host.hardware_domid)),
                      .answered = {},
                      .origin = device.origin};
    for (const SeenOwner& owner : observed.owners) {
      if (!audit.sbdf.empty() && owner.sbdf == audit.sbdf) {
        audit.answered = owner_text(index, owner.owner);
      }
    }
    if (audit.answered.empty() && observed.saw_owners && !audit.sbdf.empty()) {
      audit.answered = "not there";
    }
    devices.push_back(std::move(audit));
  }
  return devices;
}

}  // namespace bulkhead::audit
