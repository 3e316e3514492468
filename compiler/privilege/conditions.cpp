#include "conditions.h"

#include <algorithm>

namespace bulkhead::privilege {
namespace {

template <typename T>
bool admits(const std::vector<T>& list, const T& value) {
  return list.empty() || std::find(list.begin(), list.end(), value) != list.end();
}

bool device_has(const model::Device& device, const std::string& what) {
  if (what == "pci") return device.pci.has_value();
  if (what == "iomem") return !device.iomem.empty();
  if (what == "ioports") return !device.ioports.empty();
  return what == "irqs" && !device.irqs.empty();
}

bool device_admits(const std::vector<std::string>& list, const Site& site, const model::Model& model) {
  if (list.empty()) return true;
  if (!site.device) return false;
  const model::Device& device = model.at(*site.device);
  return std::any_of(list.begin(), list.end(), [&](const std::string& what) { return device_has(device, what); });
}

}  // namespace

bool holds(const catalogue::Condition& condition, const Site& site, const model::Model& model,
           const catalogue::Catalogue& catalogue) {
  for (int end = 0; end < 2; ++end) {
    const model::Domain& domain = model.at(site.ends[end]);
    if (!admits(condition.types[end], domain.type)) return false;
    const auto& roles = condition.roles[end];
    const bool has_role = std::any_of(roles.begin(), roles.end(),
                                      [&](const std::string& role) { return catalogue.is_a(domain.role, role); });
    if (!roles.empty() && !has_role) return false;
  }
  if (condition.since && model.abi->version < *condition.since) return false;
  if (condition.split && *condition.split != model.split) return false;
  if (!admits(condition.iommu, model.iommu)) return false;
  if (!device_admits(condition.device_has, site, model)) return false;
  if (condition.verifies && model.verifier != site.ends[1]) return false;
  return !condition.placed || model.at(site.ends[1]).place.has_value();
}

bool is_rebuilt(const Site& site, const model::Model& model) {
  // The builder's part in these is one end's port, which outlives the other end.
  if (site.kind != nullptr && site.kind->built_channel)
    return model.at(site.ends[*site.kind->built_channel]).is_rebuilt();
  return std::any_of(std::begin(site.ends), std::end(site.ends),
                     [&](model::DomainId id) { return !model.at(id).is_control && model.at(id).is_rebuilt(); });
}

}  // namespace bulkhead::privilege
