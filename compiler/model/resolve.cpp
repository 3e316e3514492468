#include <algorithm>

#include "order.h"
#include "resolution.h"

namespace bulkhead::model {
namespace {

void take_host(Resolution& resolution) {
  const spec::Host& host = resolution.inputs.spec.host;
  Model& model = resolution.model;
  const auto version = abi::XenVersion::parse(host.xen.value);
  model.abi = version ? abi::find_abi(*version) : nullptr;
  if (host.name) model.host_name = host.name->value;
  if (host.inventory) model.inventory = host.inventory->value;
  model.iommu = host.iommu.value;
  model.iommu_span = host.iommu.span;
  model.host_span = host.span;
  model.control = kNoDomain;
  model.hardware = kNoDomain;
  model.xenstore = kNoDomain;
  model.verifier = kNoDomain;
  model.has_inventory = resolution.inputs.inventory != nullptr;
  model.roles = resolution.inputs.spec.roles;
  std::sort(model.roles.begin(), model.roles.end(),
            [](const spec::Role& a, const spec::Role& b) { return a.name.value < b.name.value; });
  model.assertions = resolution.inputs.spec.assertions;
  model.accepts = resolution.inputs.spec.accepts;
}

}  // namespace

Model resolve(const Inputs& inputs, Diagnostics& diagnostics) {
  Resolution resolution{inputs, diagnostics, {}, {}};
  take_host(resolution);
  add_domains(resolution);
  choose_special_domains(resolution);
  settle_domids(resolution);
  Origins origins;
  origins.devices = add_devices(resolution);
  resolve_references(resolution);
  origins.consoles = settle_consoles(resolution);
  add_declared_links(resolution);
  add_implied_links(resolution, origins);
  sort_links(resolution);
  resolution.model.start_order = start_order(resolution.model).order;
  return std::move(resolution.model);
}

}  // namespace bulkhead::model
