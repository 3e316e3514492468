// What becomes of each setting of a configuration (xl.cfg(5), xl-disk-configuration(5), xl-network-configuration(5)).
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "bulkhead/base/text.h"
#include "bulkhead/xl/import.h"

namespace bulkhead::xl {
namespace {

constexpr std::string_view kDefaultBridge = "xenbr0";  // xl's own

std::string trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  return first == std::string_view::npos ? std::string()
                                         : std::string(text.substr(first, text.find_last_not_of(" \t") - first + 1));
}

class Import {
 public:
  Import(const Config& config, Diagnostics& diagnostics) : config_(&config), diagnostics_(&diagnostics) {}

  std::optional<Guest> run();

 private:
  void take(const Setting& setting);
  bool take_text(const Setting& setting);
  bool take_list(const Setting& setting);
  void take_disk(const Value& value);
  void take_nic(const Value& value);
  void take_device(const Value& value);
  void set_type();
  void wrong(const Value& value, std::string message) {
    diagnostics_->error(DiagnosticId::kXlValue, value.span, std::move(message));
  }
  [[nodiscard]] std::string text_of(const Setting& setting);
  [[nodiscard]] std::optional<std::uint64_t> number_of(const Setting& setting);

  const Config* config_;
  Diagnostics* diagnostics_;
  Guest guest_;
  std::string root_, extra_;
};

std::string Import::text_of(const Setting& setting) {
  if (setting.value.kind != ValueKind::kText) {
    wrong(setting.value, fmt::format("{} takes a text in quotes", quoted(setting.key)));
    return {};
  }
  return setting.value.text;
}

// xl takes a number in quotes too.
std::optional<std::uint64_t> Import::number_of(const Setting& setting) {
  if (setting.value.kind == ValueKind::kNumber) {
    return setting.value.number;
  }
  const std::string& text = setting.value.text;
  const bool is_number = setting.value.kind == ValueKind::kText && !text.empty() && text.size() <= 18 &&
                         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!is_number) {
    wrong(setting.value, fmt::format("{} takes a whole number", quoted(setting.key)));
    return std::nullopt;
  }
  return std::stoull(text);
}

void Import::set_type() {
  const Value* type = config_->find("type");
  const Value* builder = config_->find("builder");
  const std::string word = type != nullptr ? type->text : builder != nullptr ? builder->text : "";
  if (word == "hvm") {
    guest_.type = spec::DomainType::kHvm;
  } else if (word == "pvh") {
    guest_.type = spec::DomainType::kPvh;
  } else if (!word.empty() && word != "pv" && word != "generic" && word != "linux") {
    wrong(type != nullptr ? *type : *builder, fmt::format("{} is no type of a domain", quoted(word)));
  }
}

bool Import::take_text(const Setting& setting) {
  const std::pair<std::string_view, std::string*> texts[] = {{"name", &guest_.xl_name},
                                                             {"kernel", &guest_.kernel},
                                                             {"ramdisk", &guest_.ramdisk},
                                                             {"cmdline", &guest_.command_line},
                                                             {"root", &root_},
                                                             {"extra", &extra_},
                                                             {"seclabel", &guest_.label},
                                                             {"on_crash", &guest_.on_crash}};
  for (const auto& [key, text] : texts) {
    if (key == setting.key) {
      *text = text_of(setting);
      return true;
    }
  }
  return false;
}

bool Import::take_list(const Setting& setting) {
  using Take = void (Import::*)(const Value&);
  const std::pair<std::string_view, Take> lists[] = {
      {"disk", &Import::take_disk}, {"vif", &Import::take_nic}, {"pci", &Import::take_device}};
  for (const auto& [key, take] : lists) {
    if (key != setting.key) {
      continue;
    }
    if (setting.value.kind != ValueKind::kList) {
      wrong(setting.value, fmt::format("{} takes a list of texts", quoted(setting.key)));
      return true;
    }
    for (const Value& item : setting.value.items) {
      if (item.kind == ValueKind::kText) {
        (this->*take)(item);
      } else {
        wrong(item, fmt::format("{} takes a list of texts", quoted(setting.key)));
      }
    }
    return true;
  }
  return false;
}

void Import::take(const Setting& setting) {
  constexpr auto kTaken = std::to_array<std::string_view>({"type", "builder"});
  if (std::find(kTaken.begin(), kTaken.end(), setting.key) != kTaken.end()) {
    (void)text_of(setting);
  } else if (take_text(setting) || take_list(setting)) {
    return;
  } else if (setting.key == "memory") {
    const auto mib = number_of(setting);
    if (mib && *mib > (std::uint64_t{1} << 40)) {
      wrong(setting.value, "`memory` is in MiB, and no machine has that much");
    } else if (mib) {
      guest_.memory_kib = *mib * 1024;
    }
  } else if (setting.key == "vcpus") {
    guest_.vcpus = number_of(setting);
  } else if (setting.key == "driver_domain") {
    guest_.is_backend = number_of(setting).value_or(0) != 0;
  } else if (setting.key == "bootloader") {
    guest_.boot = fmt::format("the boot loader {}", text_of(setting));
  } else if (setting.key == "firmware") {
    guest_.boot = fmt::format("the firmware {}", text_of(setting));
  } else {
    guest_.left_out.push_back(setting.key);
  }
}

// "TARGET, FORMAT, VDEV, ACCESS" or KEY=VALUE in any order; `target=` takes the rest.
void Import::take_disk(const Value& value) {
  Disk disk;
  std::vector<std::string> positional;
  bool is_cdrom = false;
  std::string access;
  for (const std::string_view raw : split(value.text, ',')) {
    const std::string part = trimmed(raw);
    const std::size_t equals = part.find('=');
    const std::string key = equals == std::string::npos ? part : part.substr(0, equals);
    const std::string given = equals == std::string::npos ? std::string() : part.substr(equals + 1);
    if (key == "target" && equals != std::string::npos) {
      const auto rest = static_cast<std::size_t>(raw.data() - value.text.data());
      disk.target = trimmed(std::string_view(value.text).substr(value.text.find('=', rest) + 1));
      break;
    }
    if (part == "cdrom" || part == "devtype=cdrom") {
      is_cdrom = true;
    } else if (equals == std::string::npos && positional.size() < 4) {
      positional.push_back(part);
    } else if (key == "vdev") {
      disk.device = given;
    } else if (key == "access") {
      access = given;
    } else if (key == "format") {
      disk.format = given;
    } else if (key == "backend") {
      disk.backend = given;
    } else {
      guest_.left_out.push_back(fmt::format("`{}` of the disk `{}`", key, value.text));
    }
  }
  std::string* const places[] = {&disk.target, &disk.format, &disk.device, &access};
  for (std::size_t i = 0; i < positional.size(); ++i) {
    *places[i] = positional[i].empty() ? *places[i] : positional[i];
  }
  for (const std::string_view prefix : {"phy:", "file:"}) {
    if (disk.target.starts_with(prefix)) {  // of old: "phy:/dev/vg/x,xvda,w"
      disk.target = disk.target.substr(prefix.size());
      access = positional.size() > 2 ? positional[2] : access;
      disk.device = positional.size() > 1 ? positional[1] : disk.device;
      disk.format.clear();
    }
  }
  if (disk.device.ends_with(":cdrom")) {
    is_cdrom = true;
  }
  if (is_cdrom) {
    guest_.left_out.push_back(fmt::format("the CD `{}`", value.text));
    return;
  }
  disk.read_only = access == "r" || access == "ro";
  if (disk.target.empty() || disk.device.empty()) {
    wrong(value, "a disk needs a target and a name in the guest, as in `/dev/vg/web, raw, xvda, rw`");
  } else if (!access.empty() && !disk.read_only && access != "w" && access != "rw") {
    wrong(value, fmt::format("{} is no access to a disk; write `r` or `rw`", quoted(access)));
  } else {
    disk.format = disk.format == "raw" ? "" : disk.format;
    guest_.disks.push_back(std::move(disk));
  }
}

void Import::take_nic(const Value& value) {
  Nic nic{{}, std::string(kDefaultBridge), {}};
  for (const std::string_view each : split(value.text, ',')) {
    const std::string part = trimmed(each);
    const std::size_t equals = part.find('=');
    const std::string key = part.substr(0, equals);
    const std::string given = equals == std::string::npos ? std::string() : part.substr(equals + 1);
    if (key == "mac") {
      nic.mac = given;
    } else if (key == "bridge") {
      nic.bridge = given;
    } else if (key == "backend") {
      nic.backend = given;
    } else if (!part.empty()) {
      guest_.left_out.push_back(fmt::format("`{}` of the card `{}`", key, value.text));
    }
  }
  guest_.nics.push_back(std::move(nic));
}

// "0000:03:00.0@10,permissive=1"
void Import::take_device(const Value& value) {
  const std::size_t end = value.text.find_first_of("@,");
  const std::optional<spec::PciAddress> address = spec::PciAddress::parse(trimmed(value.text.substr(0, end)));
  if (!address) {
    wrong(value, "a passed-through device is named by its PCI address, as in `0000:03:00.0`");
    return;
  }
  if (end != std::string::npos) {
    guest_.left_out.push_back(fmt::format("`{}` of the device {}", value.text.substr(end), address->text()));
  }
  guest_.devices.push_back(*address);
}

std::optional<Guest> Import::run() {
  const std::size_t errors = diagnostics_->error_count();
  guest_.span = {config_->file, 1, 1, 1};
  set_type();
  for (const Setting& setting : config_->settings) {
    take(setting);
    if (setting.key == "name") {
      guest_.span = setting.value.span;
    }
  }
  if (guest_.xl_name.empty()) {
    diagnostics_->error(DiagnosticId::kXlName, guest_.span, "the configuration gives its domain no name");
  }
  if (guest_.command_line.empty() && !(root_.empty() && extra_.empty())) {
    guest_.command_line = trimmed(root_.empty() ? extra_ : fmt::format("root={} {}", root_, extra_));
  }
  if (guest_.kernel.empty() && guest_.boot.empty()) {
    guest_.boot = "something that the configuration does not name";
  }
  return diagnostics_->error_count() == errors ? std::optional(std::move(guest_)) : std::nullopt;
}

}  // namespace

std::optional<Guest> guest_of(const Config& config, Diagnostics& diagnostics) {
  return Import(config, diagnostics).run();
}

}  // namespace bulkhead::xl
