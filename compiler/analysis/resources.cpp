#include "resources.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <fmt/format.h>

namespace bulkhead::analysis {
namespace {

std::optional<std::uint64_t> number(std::string_view text) {
  const bool is_hex = text.starts_with("0x");
  if (is_hex) text.remove_prefix(2);
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, is_hex ? 16 : 10);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<Resource> range(ResourceKind kind, std::string_view text) {
  const std::size_t dash = text.find('-');
  const auto first = number(text.substr(0, dash));
  const auto last = dash == std::string_view::npos ? first : number(text.substr(dash + 1));
  if (!first || !last || *last < *first) return std::nullopt;
  return Resource{kind, *first, *last};
}

spec::PciAddress address_of(std::uint64_t sbdf) {
  return {static_cast<std::uint16_t>(sbdf >> 16), static_cast<std::uint8_t>(sbdf >> 8),
          static_cast<std::uint8_t>(sbdf >> 3 & 0x1F), static_cast<std::uint8_t>(sbdf & 7)};
}

template <typename Ranges>
bool meets(const Ranges& ranges, const Resource& resource) {
  return std::any_of(ranges.begin(), ranges.end(), [&](const auto& each) {
    return each.value.first <= resource.last && resource.first <= each.value.last;
  });
}

bool is_of(const model::Device& device, const Resource& resource) {
  switch (resource.kind) {
    case ResourceKind::kPci:
      return device.pci && device.pci->sbdf() == resource.first;
    case ResourceKind::kIrq:
      return std::any_of(device.irqs.begin(), device.irqs.end(),
                         [&](const auto& irq) { return irq.value == resource.first; });
    case ResourceKind::kPorts:
      return meets(device.ioports, resource);
    case ResourceKind::kFrames:
      return meets(device.iomem, resource);
  }
  return false;
}

bool is_of(const spec::InventoryDevice& device, const Resource& resource) {
  switch (resource.kind) {
    case ResourceKind::kPci:
      return device.pci.sbdf() == resource.first;
    case ResourceKind::kIrq:
      return device.irq == resource.first;
    case ResourceKind::kPorts:
      return meets(device.ioports, resource);
    case ResourceKind::kFrames:
      return meets(device.iomem, resource);
  }
  return false;
}

bool holds(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

}  // namespace

std::optional<Resource> parse_resource(std::string_view text) {
  if (text.starts_with("pci:")) {
    const auto address = spec::PciAddress::parse(text.substr(4));
    if (!address) return std::nullopt;
    return Resource{ResourceKind::kPci, address->sbdf(), address->sbdf()};
  }
  constexpr std::array<std::pair<std::string_view, ResourceKind>, 3> kPrefixes{
      {{"irq:", ResourceKind::kIrq}, {"port:", ResourceKind::kPorts}, {"frame:", ResourceKind::kFrames}}};
  for (const auto& [prefix, kind] : kPrefixes) {
    if (text.starts_with(prefix)) return range(kind, text.substr(prefix.size()));
  }
  return std::nullopt;
}

std::vector<Resource> resources_of(std::string_view object, std::string_view permission, std::string_view target_type) {
  std::vector<Resource> result;
  const auto add = [&](ResourceKind kind, std::string_view text) {
    if (const auto resource = range(kind, text)) result.push_back(*resource);
  };
  if (object.starts_with("device=")) add(ResourceKind::kPci, object.substr(7));
  if (object.starts_with("irq=")) add(ResourceKind::kIrq, object.substr(4));
  if (object.starts_with("range=")) {
    const bool is_ports = holds(permission, "ioport") || target_type == "ioport_t";
    const bool is_frames = holds(permission, "iomem") || target_type == "iomem_t";
    if (!is_frames) add(ResourceKind::kPorts, object.substr(6));
    if (!is_ports) add(ResourceKind::kFrames, object.substr(6));
  }
  return result;
}

std::string text_of(const Resource& resource) {
  const bool is_one = resource.first == resource.last;
  switch (resource.kind) {
    case ResourceKind::kPci:
      return fmt::format("PCI device {}", address_of(resource.first).text());
    case ResourceKind::kIrq:
      return fmt::format("interrupt {}", resource.first);
    case ResourceKind::kPorts:
      return is_one ? fmt::format("port {:#x}", resource.first)
                    : fmt::format("ports {:#x} to {:#x}", resource.first, resource.last);
    case ResourceKind::kFrames:
      return is_one ? fmt::format("page frame {:#x}", resource.first)
                    : fmt::format("page frames {:#x} to {:#x}", resource.first, resource.last);
  }
  return {};
}

std::vector<model::DeviceId> devices_at(const model::Model& model, const Resource& resource) {
  std::vector<model::DeviceId> found;
  for (std::uint32_t i = 0; i < model.devices.size(); ++i) {
    if (is_of(model.devices[i], resource)) found.push_back(model::DeviceId{i});
  }
  return found;
}

const spec::InventoryDevice* inventory_device_at(const spec::Inventory* inventory, const Resource& resource) {
  if (inventory == nullptr) return nullptr;
  const auto found = std::find_if(inventory->devices.begin(), inventory->devices.end(),
                                  [&](const spec::InventoryDevice& device) { return is_of(device, resource); });
  return found == inventory->devices.end() ? nullptr : &*found;
}

}  // namespace bulkhead::analysis
