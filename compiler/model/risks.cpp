#include "bulkhead/model/risks.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/core.h>

#include "bulkhead/base/text.h"
#include "words.h"

namespace bulkhead::model {
namespace {

Risk make_risk(DiagnosticId id, const Span& span, std::string message) {
  Risk risk;
  risk.id = id;
  risk.finding = std::string(info(id).id);
  risk.span = span;
  risk.message = std::move(message);
  return risk;
}

void sort_unique(Risk& risk) {
  std::sort(risk.domains.begin(), risk.domains.end());
  risk.domains.erase(std::unique(risk.domains.begin(), risk.domains.end()), risk.domains.end());
  std::sort(risk.devices.begin(), risk.devices.end());
}

// One who has a share in a group or an interrupt: a device of the spec, or one of the machine that it does not list.
struct Share {
  DomainId holder{};
  std::optional<DeviceId> device;
  std::string name;
  Span span;
};
using Shares = std::map<std::uint64_t, std::vector<Share>>;

Share share_of(const Model& model, DeviceId id) {
  const Device& device = model.at(id);
  return {device.owner.value_or(model.hardware), id, quoted(device.name), device.span};
}

Share share_of(const Model& model, const Neighbour& neighbour) {
  return {model.hardware, std::nullopt, neighbour.pci.text(), {}};
}

bool is_split(const std::vector<Share>& shares) {
  return std::any_of(shares.begin(), shares.end(),
                     [&](const Share& share) { return share.holder != shares.front().holder; });
}

void add_split_shares(const Model& model, const Shares& shares, DiagnosticId id, std::string_view what,
                      std::vector<Risk>& risks) {
  for (const auto& [number, all] : shares) {
    if (!is_split(all)) continue;
    std::vector<std::string> parts;
    const Share* first = nullptr;
    for (const Share& share : all) {
      parts.push_back(fmt::format("{} in `{}`", share.name, model.at(share.holder).name));
      if (share.device && (first == nullptr || share.span < first->span)) first = &share;
    }
    Risk risk = make_risk(id, first->span, fmt::format("{} {} is shared by {}", what, number, join(parts, ", ")));
    for (const Share& share : all) {
      risk.domains.push_back(share.holder);
      if (share.device) risk.devices.push_back(*share.device);
      if (share.device && &share != first) risk.notes.push_back({share.span, "another is here"});
    }
    sort_unique(risk);
    risks.push_back(std::move(risk));
  }
}

void add_weak_iommu(const Model& model, std::vector<Risk>& risks) {
  if (model.iommu == spec::IommuStrength::kRequired) return;
  const std::string_view why = model.iommu == spec::IommuStrength::kNone
                                   ? "every device that is passed through can read and write all memory"
                                   : "a device that is passed through can raise any interrupt of the machine";
  risks.push_back(
      make_risk(DiagnosticId::kWeakIommu, model.iommu_span, fmt::format("`iommu: {}`: {}", word(model.iommu), why)));
}

void add_shared_devices(const Model& model, std::vector<Risk>& risks) {
  Shares groups;
  Shares interrupts;
  for (std::uint32_t i = 0; i < model.devices.size(); ++i) {
    const Device& device = model.devices[i];
    if (!device.owner && model.hardware == kNoDomain) continue;
    if (device.iommu_group) groups[*device.iommu_group].push_back(share_of(model, DeviceId{i}));
    for (const auto& irq : device.irqs) interrupts[irq.value].push_back(share_of(model, DeviceId{i}));
  }
  for (const Neighbour& neighbour : model.neighbours) {
    if (neighbour.iommu_group) {
      const auto found = groups.find(*neighbour.iommu_group);
      if (found != groups.end()) found->second.push_back(share_of(model, neighbour));
    }
    const auto found = neighbour.irq ? interrupts.find(*neighbour.irq) : interrupts.end();
    if (found != interrupts.end()) found->second.push_back(share_of(model, neighbour));
  }
  add_split_shares(model, groups, DiagnosticId::kSharedIommuGroup, "IOMMU group", risks);
  add_split_shares(model, interrupts, DiagnosticId::kSharedIrq, "interrupt", risks);
}

// One disk in two front ends, and at least one of them writes: what it writes, the other reads.
void add_shared_disks(const Model& model, std::vector<Risk>& risks) {
  std::map<std::pair<DomainId, std::string_view>, std::vector<const Link*>> targets;
  for (const Link& link : model.links) {
    if (link.kind->name == "disk") targets[{link.ends[0], link.target}].push_back(&link);
  }
  for (const auto& entry : targets) {
    const auto& [server, target] = entry.first;
    const std::vector<const Link*>& links = entry.second;
    const auto writer = std::find_if(links.begin(), links.end(),
                                     [](const Link* link) { return link->access == spec::Access::kReadWrite; });
    const auto other = std::find_if(links.begin(), links.end(), [&](const Link* link) {
      return writer != links.end() && link->ends[1] != (*writer)->ends[1];
    });
    if (writer == links.end() || other == links.end()) continue;
    std::set<DomainId> clients;
    for (const Link* const link : links) clients.insert(link->ends[1]);
    Risk risk = make_risk(DiagnosticId::kSharedDisk, (*writer)->origin,
                          fmt::format("`{}` of `{}` is a disk of {} domains, and `{}` writes to it", target,
                                      model.at(server).name, clients.size(), model.at((*writer)->ends[1]).name));
    risk.domains.assign(clients.begin(), clients.end());
    if ((*other)->origin != (*writer)->origin) risk.notes.push_back({(*other)->origin, "another has it here"});
    risks.push_back(std::move(risk));
  }
}

bool covers_domains(const Model& model, const std::vector<spec::Text>& names, const std::vector<DomainId>& domains) {
  if (names.empty()) return true;
  return std::all_of(domains.begin(), domains.end(), [&](DomainId domain) {
    return std::any_of(names.begin(), names.end(), [&](const spec::Text& name) {
      return name.value == model.at(domain).name || name.value == model.at(domain).family;
    });
  });
}

bool covers_devices(const Model& model, const std::vector<spec::Text>& names, const std::vector<DeviceId>& devices) {
  if (names.empty()) return true;
  return std::all_of(devices.begin(), devices.end(), [&](DeviceId device) {
    return std::any_of(names.begin(), names.end(),
                       [&](const spec::Text& name) { return name.value == model.at(device).name; });
  });
}

}  // namespace

std::vector<Risk> device_risks(const Model& model) {
  std::vector<Risk> risks;
  add_weak_iommu(model, risks);
  add_shared_devices(model, risks);
  add_shared_disks(model, risks);
  return risks;
}

void report_risks(const Model& model, const std::vector<Risk>& risks, const std::vector<std::string>& findings,
                  Diagnostics& diagnostics) {
  std::vector<bool> is_used(model.accepts.size(), false);
  for (const Risk& risk : risks) {
    bool is_accepted = false;
    for (std::size_t i = 0; i < model.accepts.size(); ++i) {
      const spec::Accept& accept = model.accepts[i];
      if (accept.finding.value != risk.finding || !covers_domains(model, accept.domains, risk.domains) ||
          !covers_devices(model, accept.devices, risk.devices)) {
        continue;
      }
      is_used[i] = true;
      is_accepted = true;
    }
    if (!is_accepted) diagnostics.error(risk.id, risk.span, risk.message).notes = risk.notes;
  }
  for (std::size_t i = 0; i < model.accepts.size(); ++i) {
    const spec::Text& finding = model.accepts[i].finding;
    if (is_used[i] || finding.value.empty()) continue;
    if (std::find(findings.begin(), findings.end(), finding.value) == findings.end()) {
      diagnostics.error(
          DiagnosticId::kUnknownFinding, finding.span,
          fmt::format("there is no finding `{}`{}", finding.value, did_you_mean(finding.value, findings)));
    } else {
      diagnostics.error(DiagnosticId::kUnusedAccept, finding.span,
                        fmt::format("there is no such `{}` to accept", finding.value));
    }
  }
}

}  // namespace bulkhead::model
