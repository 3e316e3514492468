#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "bulkhead/base/json_text.h"
#include "bulkhead/base/render.h"
#include "bulkhead/base/text.h"
#include "bulkhead/xl/import.h"

namespace bulkhead::xl {
namespace {

constexpr std::size_t kMaxName = 32;
constexpr std::string_view kAssumedRelease = "4.17";

std::string in_quotes(std::string_view text) {
  std::string out;
  JsonText::append_text(out, text);
  return out;
}

// xl takes any name, the language small letters, digits and `-`.
std::string spec_name(std::string_view xl_name) {
  std::string name;
  for (const char c : xl_name) {
    const bool is_capital = c >= 'A' && c <= 'Z';
    const bool fits = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    name += is_capital ? static_cast<char>(c - 'A' + 'a') : fits ? c : '-';
  }
  // Names that mean something else in the language, or that this spec gives.
  constexpr std::string_view kTaken[] = {"control", "none",   "self",      "xen",     "security",
                                         "domio",   "domxen", "unlabeled", "hardware"};
  const bool is_taken = std::find(std::begin(kTaken), std::end(kTaken), name) != std::end(kTaken);
  if (name.empty() || name[0] < 'a' || name[0] > 'z' || is_taken || name.starts_with("default-")) {
    name = "guest-" + name;
  }
  return name.substr(0, kMaxName);
}

std::string_view word(spec::DomainType type) {
  switch (type) {
    case spec::DomainType::kPv:
      return "pv";
    case spec::DomainType::kPvh:
      return "pvh";
    case spec::DomainType::kHvm:
      return "hvm";
  }
  return {};
}

class Writer {
 public:
  Writer(const std::vector<Guest>& guests, const SpecOptions& options) : guests_(guests), options_(options) {}

  bool name_all(Diagnostics& diagnostics);
  std::string write();

 private:
  void head();
  void today();
  void host();
  void devices();
  void domains();
  void domain(const Guest& guest);
  void device_model(const Guest& guest);
  void connections();
  void connection(const Guest& guest, const Disk& disk);
  void connection(const Guest& guest, const Nic& nic);
  void ask(std::string_view indent, const std::string& question) {
    out_ += fmt::format("{}# Q{}: {}\n", indent, ++questions_, printable(question));
  }
  void remark(std::string_view indent, const std::string& text) {
    out_ += fmt::format("{}# {}\n", indent, printable(text));
  }
  [[nodiscard]] std::string server(const std::string& xl_name) const;
  [[nodiscard]] bool serves(const Guest& guest) const { return guest.is_backend || servers_.contains(guest.xl_name); }

  const std::vector<Guest>& guests_;
  const SpecOptions& options_;
  std::map<std::string, std::string> names_;  // by xl's
  std::set<std::string> servers_;             // xl's names of back ends
  std::map<spec::PciAddress, std::string> devices_;
  std::string out_;
  std::size_t questions_ = 0;
};

bool Writer::name_all(Diagnostics& diagnostics) {
  std::map<std::string, const Guest*> given;
  for (const Guest& guest : guests_) {
    const std::string name = spec_name(guest.xl_name);
    const auto [found, is_new] = given.emplace(name, &guest);
    if (!is_new) {
      diagnostics
          .error(DiagnosticId::kXlName, guest.span,
                 fmt::format("{} and {} would both be {} in the spec", quoted(found->second->xl_name),
                             quoted(guest.xl_name), quoted(name)))
          .notes.push_back({found->second->span, "the other one"});
      return false;
    }
    names_[guest.xl_name] = name;
    for (const Disk& disk : guest.disks) {
      servers_.insert(disk.backend);
    }
    for (const Nic& nic : guest.nics) {
      servers_.insert(nic.backend);
    }
    for (const spec::PciAddress& address : guest.devices) {
      devices_.emplace(address, fmt::format("pci-{:04x}-{:02x}-{:02x}-{:x}", address.segment, address.bus,
                                            address.device, address.function));
    }
  }
  return true;
}

std::string Writer::server(const std::string& xl_name) const {
  if (xl_name.empty() || xl_name == "0" || xl_name == "Domain-0") {
    return "control";
  }
  const auto found = names_.find(xl_name);
  return found != names_.end() ? found->second : spec_name(xl_name);
}

void Writer::head() {
  remark("", "A first spec, made by `bulkhead import` from what xl runs today:");
  for (const std::string& file : options_.files) {
    remark("", "  " + file);
  }
  remark("", "Answer the questions (Q1, Q2, ...) and delete them; `bulkhead check` says what is left.");
  out_ += "#\n";
}

// What Xen's default security module decides, and for which of these domains that matters (xsm/dummy.h).
void Writer::today() {
  remark("", "What this host does not enforce today, unless it was booted with a FLASK policy of its own:");
  const std::size_t count = guests_.size();
  remark("", fmt::format(
                 "  - Domain 0 may do everything to each of the {} domains at any time, also map their memory while "
                 "they run; nothing takes that away after boot.",
                 count));
  remark("",
         fmt::format("  - Any two domains may share pages and signals as soon as both want to: {} pairs of guests that "
                     "nobody declared.",
                     count * (count == 0 ? 0 : count - 1) / 2));
  for (const Guest& guest : guests_) {
    if (serves(guest)) {
      remark("",
             fmt::format("  - {} serves others, and nothing keeps it from sharing pages with whom it does not serve.",
                         quoted(guest.xl_name)));
    }
    if (!guest.devices.empty()) {
      remark("",
             fmt::format(
                 "  - {} drives {} by itself; that no other domain reaches what it drives is domain 0's care alone.",
                 quoted(guest.xl_name),
                 guest.devices.size() == 1 ? "a device" : fmt::format("{} devices", guest.devices.size())));
    }
    if (guest.type == spec::DomainType::kHvm) {
      remark("",
             fmt::format("  - The device model of {} runs in domain 0 unless xl was told otherwise: a fault in it has "
                         "domain 0's rights over every domain.",
                         quoted(guest.xl_name)));
    }
    if (!guest.label.empty()) {
      remark("", fmt::format("  - {} asks for the label {}, which has no effect without FLASK.", quoted(guest.xl_name),
                             quoted(guest.label)));
    }
  }
  out_ += "#\n";
}

void Writer::host() {
  out_ += "bulkhead: 1\nhost:\n";
  if (options_.xen.empty()) {
    ask("  ", fmt::format("which release of Xen does the host run (`xl info`)? {} is assumed.", kAssumedRelease));
  }
  out_ += fmt::format("  xen: {}\n", in_quotes(options_.xen.empty() ? kAssumedRelease : options_.xen));
  ask("  ", "shall the hardware leave domain 0? Then add a domain of role `hardware` and write { domain: hardware }.");
  out_ += "  hardware: control\n";
  if (!devices_.empty()) {
    ask("  ",
        "write `inventory: inventory.yaml` with what `bulkhead-launch inventory` prints on the host, so that the "
        "devices have their memory, ports and interrupts.");
  }
}

void Writer::devices() {
  if (devices_.empty()) {
    return;
  }
  out_ += "\ndevices:\n";
  for (const auto& [address, name] : devices_) {
    out_ += fmt::format("  {}: {{ pci: \"{}\" }}\n", name, address.text());
  }
}

void Writer::domain(const Guest& guest) {
  const std::string& name = names_.at(guest.xl_name);
  if (name != guest.xl_name) {
    remark("  ", fmt::format("xl calls it {}", quoted(guest.xl_name)));
  }
  if (!guest.kernel.empty() && guest.type == spec::DomainType::kHvm) {
    ask("  ", fmt::format("{} is HVM: is {} what the firmware starts?", quoted(name), quoted(guest.kernel)));
  } else if (guest.kernel.empty()) {
    ask("  ", fmt::format("{} is started by {}: which `kernel` (and `ramdisk`) is it to be given?", quoted(name),
                          guest.boot));
  }
  if (guest.on_crash == "restart") {
    ask("  ", fmt::format("xl restarts {} when it crashes. `restart: on-failure` does, and lets domain 0 build it for "
                          "ever. Is that wanted?",
                          quoted(name)));
  }
  for (const std::string& setting : guest.left_out) {
    remark("  ", "left out: " + setting);
  }
  out_ +=
      fmt::format("  {}:\n    role: {}\n    type: {}\n", name, serves(guest) ? "driver" : "guest", word(guest.type));
  const std::pair<std::string_view, const std::string*> texts[] = {
      {"kernel", &guest.kernel}, {"ramdisk", &guest.ramdisk}, {"cmdline", &guest.command_line}};
  for (const auto& [key, text] : texts) {
    out_ += text->empty() ? "" : fmt::format("    {}: {}\n", key, in_quotes(*text));
  }
  if (guest.memory_kib) {
    out_ += *guest.memory_kib % 1024 == 0 ? fmt::format("    memory: {} MiB\n", *guest.memory_kib / 1024)
                                          : fmt::format("    memory: {} KiB\n", *guest.memory_kib);
  }
  if (guest.vcpus) {
    out_ += fmt::format("    vcpus: {}\n", *guest.vcpus);
  }
  if (!guest.devices.empty()) {
    std::string list;
    for (const spec::PciAddress& address : guest.devices) {
      list += (list.empty() ? "" : ", ") + devices_.at(address);
    }
    out_ += fmt::format("    devices: [{}]\n", list);
  }
}

// Its device model runs in domain 0 today; the language has it in a domain of its own.
void Writer::device_model(const Guest& guest) {
  const std::string& name = names_.at(guest.xl_name);
  ask("  ",
      fmt::format("QEMU for {} leaves domain 0: which `kernel` and `ramdisk` does its domain run?", quoted(name)));
  out_ += fmt::format("  {}-dm:\n    role: device-model\n    target: {}\n", name.substr(0, kMaxName - 3), name);
}

void Writer::domains() {
  out_ += "\ndomains:\n  control: { role: control }\n";
  for (const Guest& guest : guests_) {
    domain(guest);
    if (guest.type == spec::DomainType::kHvm) {
      device_model(guest);
    }
  }
}

void Writer::connection(const Guest& guest, const Disk& disk) {
  if (!disk.format.empty()) {
    ask("  ", fmt::format("{} has the format {}, which blkback does not serve: convert it, or which domain serves it?",
                          quoted(disk.target), quoted(disk.format)));
  }
  out_ += fmt::format("  - {{ disk: {{ backend: {}, frontend: {}, target: {}, device: {}{} }} }}\n",
                      server(disk.backend), names_.at(guest.xl_name), in_quotes(disk.target), in_quotes(disk.device),
                      disk.read_only ? ", access: read-only" : "");
}

void Writer::connection(const Guest& guest, const Nic& nic) {
  const std::string mac = nic.mac.empty() ? std::string() : fmt::format(", mac: {}", in_quotes(nic.mac));
  out_ += fmt::format("  - {{ network: {{ backend: {}, frontend: {}, bridge: {}{} }} }}\n", server(nic.backend),
                      names_.at(guest.xl_name), in_quotes(nic.bridge), mac);
}

void Writer::connections() {
  const bool any = std::any_of(guests_.begin(), guests_.end(),
                               [](const Guest& guest) { return !guest.disks.empty() || !guest.nics.empty(); });
  out_ += any ? "\nconnections:\n" : "\n";
  for (const Guest& guest : guests_) {
    for (const Nic& nic : guest.nics) {
      connection(guest, nic);
    }
    for (const Disk& disk : guest.disks) {
      connection(guest, disk);
    }
  }
  ask("", "which domains talk to each other straight (vchan, vTPM, Argo)? What is not written here cannot.");
  ask("", "what must hold for good? Write it under `assert:`, for instance that two tenants are apart.");
}

std::string Writer::write() {
  head();
  today();
  host();
  devices();
  domains();
  connections();
  return std::move(out_);
}

}  // namespace

std::string write_spec(const std::vector<Guest>& guests, const SpecOptions& options, Diagnostics& diagnostics) {
  Writer writer(guests, options);
  return writer.name_all(diagnostics) ? writer.write() : std::string();
}

}  // namespace bulkhead::xl
