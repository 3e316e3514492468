#include "support/model_text.h"

#include <fmt/format.h>

#include "bulkhead/spec/read.h"

namespace bulkhead::test {
namespace {

using model::DeviceId;
using model::DomainId;
using model::Model;

std::string name_of(const Model& model, const std::optional<DomainId>& domain) {
  if (!domain || *domain == model::kNoDomain) return "-";
  return model.at(*domain).name;
}

std::string ranges_text(const std::vector<spec::Located<spec::Range>>& ranges) {
  std::string out;
  for (const auto& range : ranges) out += fmt::format(" {:x}-{:x}", range.value.first, range.value.last);
  return out;
}

std::string number_text(const std::optional<std::uint64_t>& number) {
  return number ? fmt::format("{}", *number) : "-";
}

std::string place_text(const Model& model, const model::Place& place) {
  std::string out = fmt::format(" near={}", place.near ? model.at(*place.near).name : "-");
  out += " node=" + number_text(place.node);
  if (place.cpus) out += fmt::format(" cpus={}-{}", place.cpus->first, place.cpus->last);
  return out;
}

std::string domain_text(const Model& model, const model::Domain& domain) {
  std::string out = fmt::format("{} family={} instance={} role={}", domain.name, domain.family,
                                number_text(domain.instance), domain.role);
  if (domain.is_control) out += " control";
  if (domain.is_hardware) out += " hardware";
  if (domain.is_guest) out += " guest";
  out += fmt::format(" type={} devices=", static_cast<int>(domain.type));
  for (const DeviceId device : domain.devices) out += model.at(device).name + ",";
  out += fmt::format(" kernel='{}' ramdisk='{}' cmdline='{}'", domain.kernel, domain.ramdisk, domain.command_line);
  out += fmt::format(" memory={} vcpus={} domid={} grants={} maptrack={} events={} restart={} start={}",
                     domain.memory_bytes.value, domain.vcpus.value, domain.domid.value, domain.max_grant_frames.value,
                     domain.max_maptrack_frames.value, domain.max_event_channels.value,
                     static_cast<int>(domain.restart.value), static_cast<int>(domain.start.value));
  if (domain.place) out += place_text(model, *domain.place);
  out += fmt::format(" target={} device-model={} console={} after=", name_of(model, domain.target),
                     name_of(model, domain.device_model), name_of(model, domain.console));
  for (const DomainId after : domain.after) out += model.at(after).name + ",";
  return out + "\n";
}

}  // namespace

std::string domains_text(const Model& model) {
  std::string out;
  for (const model::Domain& domain : model.domains) out += domain_text(model, domain);
  return out;
}

std::string devices_text(const Model& model) {
  std::string out;
  for (const model::Device& device : model.devices) {
    out += fmt::format("{} pci={} inventory={} iomem={} ioports={} irqs=", device.name,
                       device.pci ? device.pci->text() : "-", device.in_inventory, ranges_text(device.iomem),
                       ranges_text(device.ioports));
    for (const auto& irq : device.irqs) out += fmt::format(" {}", irq.value);
    out += fmt::format(" group={} node={} owner={}\n", number_text(device.iommu_group), number_text(device.node),
                       name_of(model, device.owner));
  }
  for (const model::Neighbour& neighbour : model.neighbours) {
    out += fmt::format("beside: {} group={} irq={}\n", neighbour.pci.text(), number_text(neighbour.iommu_group),
                       number_text(neighbour.irq));
  }
  return out;
}

std::string links_text(const Model& model) {
  std::string out;
  for (const model::Link& link : model.links) {
    out += fmt::format("{} {} -> {}", link.kind->name, name_of(model, link.ends[0]), name_of(model, link.ends[1]));
    if (link.device) out += " " + model.at(*link.device).name;
    if (!link.bridge.empty()) out += " bridge=" + link.bridge;
    if (!link.mac.empty()) out += " mac=" + link.mac;
    if (!link.vdev.empty()) out += " " + link.vdev + "=" + link.target;
    if (link.access == spec::Access::kReadOnly) out += " read-only";
    if (link.pages != 0) out += fmt::format(" pages={}", link.pages);
    out += "\n";
  }
  return out;
}

std::string order_text(const Model& model) {
  std::string out;
  for (const DomainId domain : model.start_order) out += (out.empty() ? "" : " ") + model.at(domain).name;
  return out;
}

std::string model_text(const Model& model) {
  spec::Spec rest;  // what the model has as the spec wrote it
  rest.roles = model.roles;
  rest.assertions = model.assertions;
  rest.accepts = model.accepts;
  for (const model::Device& device : model.devices) {
    spec::Device written;
    written.name.value = device.name;
    written.identity = device.identity;
    rest.devices.push_back(written);
  }
  return fmt::format("{} {} inventory='{}' {} iommu={} control={} hardware={} xenstore={}\n", model.host_name,
                     model.abi == nullptr ? "-" : model.abi->version.text(), model.inventory,
                     model.split ? "split" : "classic", static_cast<int>(model.iommu), name_of(model, model.control),
                     name_of(model, model.hardware), name_of(model, model.xenstore)) +
         domains_text(model) + devices_text(model) + links_text(model) + order_text(model) + "\n" +
         spec::print_spec(rest);
}

}  // namespace bulkhead::test
