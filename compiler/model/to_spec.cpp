#include "to_spec.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace bulkhead::model {
namespace {

spec::Text text(const std::string& value) {
  return {value, {}};
}

std::optional<spec::Text> text_unless_empty(const std::string& value) {
  return value.empty() ? std::nullopt : std::optional(text(value));
}

template <typename T>
std::optional<spec::Located<T>> located(const T& value) {
  return spec::Located<T>{value, {}};
}

std::vector<spec::Text> texts(const std::vector<std::string>& names) {
  std::vector<spec::Text> result;
  result.reserve(names.size());
  for (const std::string& name : names) result.push_back(text(name));
  return result;
}

spec::Host host_of(const Model& model) {
  spec::Host host;
  host.name = text_unless_empty(model.host_name);
  host.xen = text(model.abi == nullptr ? std::string() : model.abi->version.text());
  if (model.split) host.hardware_domain = text(model.at(model.hardware).name);
  host.inventory = text_unless_empty(model.inventory);
  host.iommu.value = model.iommu;
  if (model.verifier != kNoDomain) host.verify = text(model.at(model.verifier).name);
  return host;
}

spec::Device device_of(const Device& device) {
  spec::Device written;
  written.name = text(device.name);
  if (device.pci) written.pci = located(*device.pci);
  written.identity = device.identity;
  if (!device.in_inventory) {
    written.iomem = device.iomem;
    written.ioports = device.ioports;
  }
  if (device.irqs_are_written) written.irqs = device.irqs;
  return written;
}

spec::Place place_of(const Model& model, const Place& place) {
  spec::Place written;
  if (place.near) written.near = text(model.at(*place.near).name);
  const auto implied = place.near ? model.at(*place.near).node : std::nullopt;
  if (place.node && place.node != implied) written.node = located(*place.node);
  if (place.cpus) written.cpus = located(*place.cpus);
  return written;
}

bool have_one_console(const Model& model, DomainRange family) {
  for (std::uint32_t i = 1; i < family.count; ++i) {
    if (model.at(family[i]).console != model.at(family.first).console) return false;
  }
  return true;
}

spec::Domain domain_of(const Model& model, DomainRange family) {
  const Domain& domain = model.at(family.first);
  spec::Domain written;
  written.name = text(domain.family);
  written.role = text(domain.role);
  written.type = located(domain.type);
  for (const DeviceId device : domain.devices) written.devices.push_back(text(model.at(device).name));
  written.kernel = text_unless_empty(domain.kernel);
  written.ramdisk = text_unless_empty(domain.ramdisk);
  written.command_line = text_unless_empty(domain.command_line);
  written.memory_bytes = located(domain.memory_bytes.value);
  written.vcpus = located(domain.vcpus.value);
  if (domain.instance) written.instances = located<std::uint64_t>(family.count);
  // The instances' numbers cannot be written; they come out the same, because the free ones do.
  if (family.count == 1) written.domid = located(domain.domid.value);
  written.max_grant_frames = located(domain.max_grant_frames.value);
  written.max_maptrack_frames = located(domain.max_maptrack_frames.value);
  written.max_event_channels = located(domain.max_event_channels.value);
  written.restart = located(domain.restart.value);
  written.start = located(domain.start.value);
  if (domain.place) written.place = place_of(model, *domain.place);
  if (domain.target) {
    const Domain& target = model.at(*domain.target);
    written.target = text(family.count > 1 ? target.family : target.name);
  }
  if (have_one_console(model, family)) written.console = text(domain.console ? model.at(*domain.console).name : "none");
  written.after = texts(short_names(model, domain.after));
  return written;
}

// Of links all that a statement says but the served ends.
using Statement = std::tuple<std::string_view, std::string_view, std::string_view, std::string_view, std::string_view,
                             spec::Access, std::uint64_t, DomainId>;

Statement statement_of(const Link& link) {
  return {link.kind->name, link.vdev, link.bridge, link.mac, link.target, link.access, link.pages, link.ends[0]};
}

bool differ_in_server_only(Statement a, const Statement& b) {
  std::get<DomainId>(a) = std::get<DomainId>(b);
  return a == b;
}

struct Group {
  const Link* pattern = nullptr;
  std::vector<DomainId> seconds;
};
using Groups = std::map<Statement, Group>;

Groups group_links(const Model& model) {
  Groups groups;
  for (const Link& link : model.links) {
    if (!link.declared) continue;
    Group& group = groups[statement_of(link)];
    group.pattern = &link;
    group.seconds.push_back(link.ends[1]);
  }
  return groups;
}

void add_connection(std::vector<spec::Connection>& connections, const Model& model, const Link& link,
                    const std::string& first, const std::vector<DomainId>& seconds) {
  spec::Connection written;
  written.kind = text(link.kind->name);
  written.first = text(first);
  written.bridge = text_unless_empty(link.bridge);
  written.mac = text_unless_empty(link.mac);
  written.target = text_unless_empty(link.target);
  written.device = text_unless_empty(link.vdev);
  if (link.kind->name == "disk") written.access = located(link.access);
  if (link.kind->name == "channel") written.pages = located(link.pages);
  const bool takes_list = link.kind->name != "channel" && link.kind->name != "argo";
  written.second = texts(short_names(model, seconds));
  if (takes_list) {
    connections.push_back(written);
    return;
  }
  const std::vector<spec::Text> all = std::move(written.second);
  for (const spec::Text& one : all) {
    written.second = {one};
    connections.push_back(written);
  }
}

// How many groups from `at` on say the same of the instances of one family, all of them.
std::size_t whole_family(const Model& model, Groups::const_iterator at, Groups::const_iterator end) {
  const DomainId first = std::get<DomainId>(at->first);
  const DomainRange family = model.find_range(model.at(first).family);
  if (first != family.first || family.count < 2) return 1;
  std::size_t count = 0;
  for (auto next = at; next != end && count < family.count; ++next, ++count) {
    if (std::get<DomainId>(next->first) != family[static_cast<std::uint32_t>(count)]) return 1;
    if (!differ_in_server_only(next->first, at->first) || next->second.seconds != at->second.seconds) return 1;
  }
  return count == family.count ? count : 1;
}

std::vector<spec::Connection> connections_of(const Model& model) {
  std::vector<spec::Connection> connections;
  const Groups groups = group_links(model);
  for (auto at = groups.begin(); at != groups.end();) {
    const std::size_t count = whole_family(model, at, groups.end());
    const Domain& first = model.at(std::get<DomainId>(at->first));
    add_connection(connections, model, *at->second.pattern, count > 1 ? first.family : first.name, at->second.seconds);
    std::advance(at, count);
  }
  return connections;
}

// Consoles of instances that are served differently: no `console:` of their family can say that.
void add_consoles(const Model& model, DomainRange family, std::vector<spec::Connection>& connections) {
  if (have_one_console(model, family)) return;
  for (std::uint32_t i = 0; i < family.count; ++i) {
    const Domain& domain = model.at(family[i]);
    if (domain.console_is_default || !domain.console) continue;
    spec::Connection written;
    written.kind = text("console");
    written.first = text(model.at(*domain.console).name);
    written.second = {text(domain.name)};
    connections.push_back(std::move(written));
  }
}

}  // namespace

std::vector<std::string> short_names(const Model& model, const std::vector<DomainId>& domains) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < domains.size();) {
    const Domain& domain = model.at(domains[i]);
    const DomainRange family = model.find_range(domain.family);
    const std::size_t last = i + family.count - 1;
    // Both are sorted, so that the first and the last instance in the right places mean all of them.
    const bool is_whole =
        domains[i] == family.first && last < domains.size() && domains[last] == family[family.count - 1];
    names.push_back(is_whole ? domain.family : domain.name);
    i += is_whole ? family.count : 1;
  }
  return names;
}

spec::Spec to_spec(const Model& model) {
  spec::Spec spec;
  spec.host = host_of(model);
  for (const Device& device : model.devices) spec.devices.push_back(device_of(device));
  spec.connections = connections_of(model);
  for (std::size_t i = 0; i < model.domains.size();) {
    const DomainRange family = model.find_range(model.domains[i].family);
    spec.domains.push_back(domain_of(model, family));
    add_consoles(model, family, spec.connections);
    i += family.count;
  }
  spec.roles = model.roles;
  spec.assertions = model.assertions;
  spec.accepts = model.accepts;
  return spec;
}

}  // namespace bulkhead::model
