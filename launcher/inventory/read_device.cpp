#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "bulkhead/base/text.h"
#include "configuration.h"
#include "interrupts.h"
#include "parts.h"
#include "resources.h"

namespace bulkhead::inventory {
namespace {

constexpr std::uint64_t kMax16 = 0xFFFF;
constexpr std::uint64_t kMaxClass = 0xFFFFFF;
constexpr std::size_t kMaxConfiguration = 4096;

template <typename T>
std::optional<T> fixed_hex(std::string_view digits, std::size_t count, unsigned maximum) {
  unsigned value = 0;
  if (digits.size() != count) return std::nullopt;
  const auto [stop, error] = std::from_chars(digits.data(), digits.data() + count, value, 16);
  if (error != std::errc{} || stop != digits.data() + count || value > maximum) return std::nullopt;
  return static_cast<T>(value);
}

class DeviceReader {
 public:
  DeviceReader(ShownFiles& files, std::string_view folder) : files_(files), folder_(folder) {}

  Device read(const Address& at) {
    device_.at = at;
    device_.vendor = hex16("vendor");
    device_.device = hex16("device");
    device_.device_class = static_cast<std::uint32_t>(files_.hexadecimal(path("class"), kMaxClass).value_or(0));
    const std::optional<Configuration> configuration = read_configuration();
    if (!configuration) {
      check_resources();
      return std::move(device_);
    }
    device_.msi = configuration->msi;
    if (!configuration->is_bridge) read_subsystem();
    read_resources(configuration->is_bridge);
    read_interrupt(*configuration);
    read_group();
    read_node();
    return std::move(device_);
  }

 private:
  [[nodiscard]] std::string path(std::string_view attribute) const { return fmt::format("{}/{}", folder_, attribute); }

  std::uint16_t hex16(std::string_view attribute) {
    return static_cast<std::uint16_t>(files_.hexadecimal(path(attribute), kMax16).value_or(0));
  }

  std::optional<Configuration> read_configuration() {
    const std::optional<std::string> bytes = files_.bytes(path("config"), kMaxConfiguration);
    if (!bytes) return std::nullopt;
    ConfigurationReading reading = parse_configuration(*bytes);
    if (!reading.configuration) files_.problem(path("config"), reading.problem);
    return reading.configuration;
  }

  // Vendor 0 is nobody: the device has no such registers.
  void read_subsystem() {
    if (!files_.has(path("subsystem_vendor"))) return;
    const std::uint16_t vendor = hex16("subsystem_vendor");
    const std::uint16_t card = hex16("subsystem_device");
    if (vendor == 0) return;
    device_.subsystem_vendor = vendor;
    device_.subsystem_device = card;
  }

  void read_resources(bool is_bridge) {
    const std::optional<std::string> text = files_.bytes(path("resource"), ShownFiles::kMaxAttribute);
    if (!text) return;
    Resources resources = parse_resources(*text, is_bridge);
    for (const std::string& problem : resources.problems) files_.problem(path("resource"), problem);
    device_.iomem = std::move(resources.iomem);
    device_.ioports = std::move(resources.ioports);
    if (is_bridge)
      device_.notes.emplace_back("a bridge: what it forwards is not listed, but the devices behind it are");
    device_.notes.insert(device_.notes.end(), resources.notes.begin(), resources.notes.end());
  }
  // Its lines mean something else on a bridge; without the header only their form can be looked at.
  void check_resources() {
    const std::optional<std::string> text = files_.bytes(path("resource"), ShownFiles::kMaxAttribute);
    if (!text) return;
    for (const std::string& problem : parse_resources(*text, false).problems) files_.problem(path("resource"), problem);
  }

  void read_interrupt(const Configuration& configuration) {
    if (!files_.has(path("irq"))) return;
    const std::optional<std::int64_t> irq = files_.decimal(path("irq"));
    if (!irq) return;
    if (*irq < 0) return files_.problem(path("irq"), fmt::format("{} is below 0", *irq));
    InterruptSigns signs;
    signs.irq = static_cast<std::uint64_t>(*irq);
    if (files_.has(path("msi_irqs"))) {
      for (const std::string& name : files_.names(path("msi_irqs"))) {
        if (const auto number = parse_decimal(name); number && *number >= 0) {
          signs.messages.push_back(static_cast<std::uint64_t>(*number));
        } else {
          files_.problem(path("msi_irqs"), fmt::format("{} is no interrupt", shown(name)));
        }
      }
    }
    if (files_.has(path("enable"))) signs.enabled = files_.decimal(path("enable")).value_or(0) != 0;
    const std::string descriptor = fmt::format("/sys/kernel/irq/{}", *irq);
    if (files_.has(descriptor + "/chip_name")) signs.chip = files_.line(descriptor + "/chip_name").value_or("");
    if (files_.has(descriptor + "/hwirq")) read_pin_of_chip(descriptor + "/hwirq", signs);
    Interrupt interrupt = find_gsi(signs, configuration);
    device_.irq = interrupt.gsi;
    if (!interrupt.note.empty()) device_.notes.push_back(std::move(interrupt.note));
  }
  void read_pin_of_chip(const std::string& file, InterruptSigns& signs) {
    const std::optional<std::string> text = files_.line(file);
    if (!text || text->empty()) return;  // empty: the number is of no domain of interrupts
    const std::optional<std::int64_t> pin = parse_decimal(*text);
    if (!pin || *pin < 0) return files_.problem(file, fmt::format("{} is no whole number", shown(*text)));
    signs.pin_of_chip = static_cast<std::uint64_t>(*pin);
  }

  void read_group() {
    if (!files_.has(path("iommu_group"))) return;
    const std::optional<std::string> name = files_.link(path("iommu_group"));
    if (!name) return;
    const std::optional<std::int64_t> group = parse_decimal(*name);
    if (!group || *group < 0) {
      return files_.problem(path("iommu_group"), fmt::format("{} is no number of a group", shown(*name)));
    }
    device_.iommu_group = static_cast<std::uint64_t>(*group);
  }

  // -1: the firmware names none, or the kernel keeps no nodes.
  void read_node() {
    if (!files_.has(path("numa_node"))) return;
    const std::optional<std::int64_t> node = files_.decimal(path("numa_node"));
    if (node && *node >= 0) device_.node = static_cast<std::uint64_t>(*node);
  }

  ShownFiles& files_;
  std::string folder_;
  Device device_;
};

}  // namespace

std::optional<Address> parse_address(std::string_view name) {
  const std::vector<std::string_view> parts = split(name, ':');
  if (parts.size() != 3 || parts[2].size() != 4 || parts[2][2] != '.') return std::nullopt;
  const auto segment = fixed_hex<std::uint16_t>(parts[0], 4, 0xFFFF);
  const auto bus = fixed_hex<std::uint8_t>(parts[1], 2, 0xFF);
  const auto device = fixed_hex<std::uint8_t>(parts[2].substr(0, 2), 2, 0x1F);
  const auto function = fixed_hex<std::uint8_t>(parts[2].substr(3), 1, 7);
  if (!segment || !bus || !device || !function) return std::nullopt;
  return Address{*segment, *bus, *device, *function};
}

Device read_device(ShownFiles& files, const Address& at, std::string_view folder) {
  return DeviceReader(files, folder).read(at);
}

}  // namespace bulkhead::inventory
