#include <map>

#include <fmt/format.h>

#include "bulkhead/base/check.h"
#include "bulkhead/base/text.h"
#include "bulkhead/model/boot_options.h"
#include "bulkhead/model/model.h"
#include "bulkhead/spec/read.h"
#include "to_spec.h"
#include "words.h"

namespace bulkhead::model {
namespace {

std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  for (const char letter : text) {
    if (letter == '"' || letter == '\\') out += '\\';
    out += letter;
  }
  return out + '"';
}

std::string name_list(const std::vector<spec::Text>& names) {
  std::vector<std::string> parts;
  parts.reserve(names.size());
  for (const spec::Text& name : names) parts.push_back(name.value);
  return '[' + join(parts, ", ") + ']';
}

std::string place_text(const spec::Place& place) {
  std::vector<std::string> parts;
  if (place.near) parts.push_back("near: " + place.near->value);
  if (place.node) parts.push_back(fmt::format("node: {}", place.node->value));
  if (place.cpus) parts.push_back(fmt::format("cpus: \"{}-{}\"", place.cpus->value.first, place.cpus->value.last));
  return "{ " + join(parts, ", ") + " }";
}

// One entry of `domains:`, a key a line.
class DomainText {
 public:
  DomainText(const Model& model, const spec::Domain& written, std::string& out)
      : model_(model), written_(written), range_(model.find_range(written.name.value)), out_(out) {}

  void write() {
    const Domain& domain = model_.at(range_.first);
    out_ += fmt::format("  {}:\n", written_.name.value);
    add("role", domain.role, false);
    add("type", word(domain.type), domain.type_is_default);
    if (written_.instances) write_instances(domain);
    if (!written_.devices.empty()) add("devices", name_list(written_.devices), false);
    if (!domain.kernel.empty()) add("kernel", in_quotes(domain.kernel), false);
    if (!domain.ramdisk.empty()) add("ramdisk", in_quotes(domain.ramdisk), false);
    if (!domain.command_line.empty()) add("cmdline", in_quotes(domain.command_line), false);
    if (const std::string full = kernel_command_line(model_, domain); full != domain.command_line) {
      out_ += fmt::format("    # with what the devices ask for, the kernel gets: {}\n", in_quotes(full));
    }
    write_limits(domain);
    add("restart", word(domain.restart.value), domain.restart.is_default);
    add("start", word(domain.start.value), domain.start.is_default);
    if (written_.place) add("place", place_text(*written_.place), false);
    if (written_.target) add("target", written_.target->value, false);
    if (written_.console) add("console", written_.console->value, domain.console_is_default);
    if (!written_.after.empty()) add("after", name_list(written_.after), false);
  }

 private:
  void add(std::string_view key, std::string_view value, bool is_default) {
    out_ += fmt::format("    {}: {}{}\n", key, value, is_default ? "  # default" : "");
  }
  void add(std::string_view key, const Setting<std::uint64_t>& setting) {
    add(key, fmt::format("{}", setting.value), setting.is_default);
  }
  void write_instances(const Domain& first) {
    const Domain& last = model_.at(range_[range_.count - 1]);
    out_ += fmt::format("    instances: {}  # {} (domid {}) to {} (domid {})\n", range_.count, first.name,
                        first.domid.value, last.name, last.domid.value);
  }
  void write_limits(const Domain& domain) {
    add("memory", size_text(domain.memory_bytes.value), domain.memory_bytes.is_default);
    add("vcpus", domain.vcpus);
    if (written_.domid) add("domid", domain.domid);
    add("max-grant-frames", domain.max_grant_frames);
    add("max-maptrack-frames", domain.max_maptrack_frames);
    add("max-event-channels", domain.max_event_channels);
  }

  const Model& model_;
  const spec::Domain& written_;
  DomainRange range_;
  std::string& out_;
};

std::string range_list(const std::vector<spec::Located<spec::Range>>& ranges) {
  std::vector<std::string> parts;
  parts.reserve(ranges.size());
  for (const auto& range : ranges) parts.push_back(fmt::format("{:#x}-{:#x}", range.value.first, range.value.last));
  return join(parts, ", ");
}

void add_resources(const Device& device, std::string& out) {
  std::vector<std::string> parts;
  if (!device.iomem.empty()) parts.push_back("iomem " + range_list(device.iomem));
  if (!device.ioports.empty()) parts.push_back("ioports " + range_list(device.ioports));
  for (const auto& irq : device.irqs) parts.push_back(fmt::format("irq {}", irq.value));
  if (device.iommu_group) parts.push_back(fmt::format("IOMMU group {}", *device.iommu_group));
  if (device.node) parts.push_back(fmt::format("node {}", *device.node));
  out += fmt::format("#   {}: {}\n", device.name, join(parts, "; "));
}

std::string short_list(const Model& model, const std::vector<DomainId>& domains) {
  return join(short_names(model, domains), ", ");
}

// What no key of the language says: connections that the compiler adds, what the inventory knows, and the order.
std::string remarks(const Model& model) {
  std::string out;
  std::map<std::pair<std::string_view, DomainId>, std::vector<DomainId>> added;
  for (const Link& link : model.links) {
    std::vector<DomainId>& seconds = added[{link.kind->name, link.ends[0]}];
    if (!link.declared && (seconds.empty() || seconds.back() != link.ends[1])) seconds.push_back(link.ends[1]);
  }
  out += "# added by the compiler:\n";
  for (const auto& [key, seconds] : added) {
    if (seconds.empty()) continue;
    out += fmt::format("#   {}: {} with {}\n", key.first, model.at(key.second).name, short_list(model, seconds));
  }
  bool is_first = true;
  for (const Device& device : model.devices) {
    if (!device.in_inventory) continue;
    if (is_first) out += "# from the inventory:\n";
    is_first = false;
    add_resources(device, out);
  }
  return out + "# started in this order: " + short_list(model, model.start_order) + "\n";
}

}  // namespace

std::string show(const Model& model) {
  constexpr std::string_view kGap = "domains: {}\n";
  spec::Spec spec = to_spec(model);
  std::vector<spec::Domain> domains = std::move(spec.domains);
  spec.domains.clear();
  const std::string frame = spec::print_spec(spec);
  const std::size_t gap = frame.find(kGap);
  BULKHEAD_CHECK(gap != std::string::npos, "a spec without domains is printed with an empty mapping of them");
  std::string out = frame.substr(0, gap) + "domains:\n";
  for (const spec::Domain& domain : domains) DomainText(model, domain, out).write();
  return out + frame.substr(gap + kGap.size()) + remarks(model);
}

}  // namespace bulkhead::model
