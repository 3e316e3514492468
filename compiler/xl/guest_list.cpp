// What runs now, as `xl list -l` prints it: a list of {"domid", "config": {c_info, b_info, disks, nics, pcidevs}}, the
// JSON form of libxl's types (libxl_domain_config). JSON is YAML, so that the strict reader has read it.
#include <fmt/format.h>

#include "bulkhead/base/text.h"
#include "bulkhead/xl/import.h"

namespace bulkhead::xl {
namespace {

class Import {
 public:
  Import(const Node& entry, Diagnostics& diagnostics) : entry_(entry), diagnostics_(&diagnostics) {}

  std::optional<Guest> run();

 private:
  void take_build(const Node& build);
  void take_disk(const Node& disk);
  void take_nic(const Node& nic);
  void take_device(const Node& device);
  void wrong(const Node& node, std::string message) {
    diagnostics_->error(DiagnosticId::kXlValue, node.span(), std::move(message));
  }
  [[nodiscard]] std::string text(const Node& mapping, std::string_view key);
  [[nodiscard]] std::optional<std::uint64_t> number(const Node& mapping, std::string_view key);

  Node entry_;
  Diagnostics* diagnostics_;
  Guest guest_;
};

std::string Import::text(const Node& mapping, std::string_view key) {
  const Node node = mapping.find(key);
  if (!node || node.kind() == NodeKind::kNull) {
    return {};
  }
  if (node.kind() != NodeKind::kText) {
    wrong(node, fmt::format("{} takes a text", quoted(key)));
    return {};
  }
  return std::string(node.scalar());
}

std::optional<std::uint64_t> Import::number(const Node& mapping, std::string_view key) {
  const Node node = mapping.find(key);
  if (!node || node.kind() == NodeKind::kNull) {
    return std::nullopt;
  }
  if (node.kind() == NodeKind::kBool) {
    return node.scalar().starts_with('t') || node.scalar().starts_with('T') ? 1 : 0;
  }
  const std::optional<std::int64_t> value = node.integer();
  if (!value || *value < 0) {
    wrong(node, fmt::format("{} takes a whole number", quoted(key)));
    return std::nullopt;
  }
  return static_cast<std::uint64_t>(*value);
}

// libxl moved some of these from the part of a type to the common one.
void Import::take_build(const Node& build) {
  const std::pair<std::string_view, std::string*> texts[] = {
      {"kernel", &guest_.kernel}, {"ramdisk", &guest_.ramdisk}, {"cmdline", &guest_.command_line}};
  const Node parts[] = {build, build.find("type.pv"), build.find("type.pvh"), build.find("type.hvm")};
  std::string loader;
  for (const Node& part : parts) {
    if (!part || part.kind() != NodeKind::kMapping) {
      continue;
    }
    for (const auto& [key, place] : texts) {
      *place = place->empty() ? text(part, key) : *place;
    }
    loader = loader.empty() ? text(part, "bootloader") : loader;
  }
  const auto target = number(build, "target_memkb");
  guest_.memory_kib = target ? target : number(build, "max_memkb");
  guest_.vcpus = number(build, "max_vcpus");
  guest_.boot = !loader.empty()         ? fmt::format("the boot loader {}", loader)
                : guest_.kernel.empty() ? "something that the list does not name"
                                        : "";
}

void Import::take_disk(const Node& disk) {
  const std::string format = text(disk, "format");
  const Disk taken{text(disk, "pdev_path"), text(disk, "vdev"), format == "raw" ? "" : format,
                   text(disk, "backend_domname"), number(disk, "readwrite").value_or(0) == 0};
  if (number(disk, "is_cdrom").value_or(0) != 0 || format == "empty") {
    guest_.left_out.push_back(fmt::format("the CD {}", quoted(taken.target)));
  } else if (taken.target.empty() || taken.device.empty()) {
    wrong(disk, "a disk needs `pdev_path` and `vdev`");
  } else {
    guest_.disks.push_back(taken);
  }
}

void Import::take_nic(const Node& nic) {
  const std::string bridge = text(nic, "bridge");
  guest_.nics.push_back({text(nic, "mac"), bridge.empty() ? "xenbr0" : bridge, text(nic, "backend_domname")});
}

void Import::take_device(const Node& device) {
  const auto segment = number(device, "domain").value_or(0);
  const auto bus = number(device, "bus").value_or(0);
  const auto slot = number(device, "dev").value_or(0);
  const auto function = number(device, "func").value_or(0);
  if (segment > 0xFFFF || bus > 0xFF || slot > 31 || function > 7) {
    wrong(device, "no PCI address has such numbers");
    return;
  }
  guest_.devices.push_back({static_cast<std::uint16_t>(segment), static_cast<std::uint8_t>(bus),
                            static_cast<std::uint8_t>(slot), static_cast<std::uint8_t>(function)});
}

std::optional<Guest> Import::run() {
  const std::size_t errors = diagnostics_->error_count();
  const Node config = entry_.find("config");
  const Node create = config && config.kind() == NodeKind::kMapping ? config.find("c_info") : Node{};
  const Node build = create ? config.find("b_info") : Node{};
  if (!create || create.kind() != NodeKind::kMapping || !build || build.kind() != NodeKind::kMapping) {
    wrong(entry_, "an entry of the list has `config` with `c_info` and `b_info`");
    return std::nullopt;
  }
  guest_.xl_name = text(create, "name");
  guest_.span = create.find("name") ? create.find("name").span() : entry_.span();
  guest_.label = text(create, "seclabel");
  const std::string type = text(create, "type");
  guest_.type = type == "hvm" ? spec::DomainType::kHvm : type == "pvh" ? spec::DomainType::kPvh : spec::DomainType::kPv;
  if (type != "hvm" && type != "pvh" && type != "pv") {
    wrong(create, fmt::format("{} is no type of a domain", quoted(type)));
  }
  take_build(build);
  // libxl prints a truth value that may be unset as a text.
  const Node backend = create.find("driver_domain");
  guest_.is_backend = backend && (backend.scalar() == "True" || backend.scalar() == "true");
  using Take = void (Import::*)(const Node&);
  const std::pair<std::string_view, Take> lists[] = {
      {"disks", &Import::take_disk}, {"nics", &Import::take_nic}, {"pcidevs", &Import::take_device}};
  for (const auto& [key, take] : lists) {
    const Node list = config.find(key);
    for (const Node& item : list ? list.items() : std::vector<Node>{}) {
      if (item.kind() == NodeKind::kMapping) {
        (this->*take)(item);
      } else {
        wrong(item, fmt::format("{} is a list of mappings", quoted(key)));
      }
    }
  }
  guest_.on_crash = text(config, "on_crash");
  if (guest_.xl_name.empty()) {
    diagnostics_->error(DiagnosticId::kXlName, guest_.span, "the domain has no name");
  }
  return diagnostics_->error_count() == errors ? std::optional(std::move(guest_)) : std::nullopt;
}

}  // namespace

std::vector<Guest> guests_of_list(const Document& list, Diagnostics& diagnostics) {
  std::vector<Guest> guests;
  const Node root = list.root();
  if (root.kind() != NodeKind::kSequence) {
    diagnostics.error(DiagnosticId::kXlValue, root.span(), "`xl list -l` prints a list of domains");
    return guests;
  }
  for (const Node& entry : root.items()) {
    if (entry.kind() != NodeKind::kMapping) {
      diagnostics.error(DiagnosticId::kXlValue, entry.span(), "an entry of the list is a mapping");
      continue;
    }
    const Node domid = entry.find("domid");
    if (domid && domid.integer() == 0) {
      continue;  // domain 0, which every spec has
    }
    if (std::optional<Guest> guest = Import(entry, diagnostics).run()) {
      guests.push_back(*std::move(guest));
    }
  }
  return guests;
}

}  // namespace bulkhead::xl
