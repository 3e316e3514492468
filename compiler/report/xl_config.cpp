#include <iterator>

#include <fmt/format.h>

#include "bulkhead/base/check.h"
#include "index.h"
#include "quote.h"

namespace bulkhead::report {

namespace {

std::string_view word(spec::DomainType type) {
  switch (type) {
    case spec::DomainType::kPv:
      return "pv";
    case spec::DomainType::kPvh:
      return "pvh";
    case spec::DomainType::kHvm:
      return "hvm";
  }
  BULKHEAD_CHECK(false, "a domain is of one of the three types");
}

struct Restarting {
  std::string_view on_poweroff;
  std::string_view on_reboot;
  std::string_view on_crash;
};

// What the sealed control domain has the right to do again; of a domain that is never rebuilt, nothing.
Restarting restarting(spec::Restart restart) {
  switch (restart) {
    case spec::Restart::kNever:
      return {"destroy", "destroy", "destroy"};
    case spec::Restart::kOnFailure:
      return {"destroy", "restart", "restart"};
    case spec::Restart::kAlways:
      return {"restart", "restart", "restart"};
  }
  BULKHEAD_CHECK(false, "restart is one of its three values");
}

// Links by the domain that they serve; one pass for all guests.
std::vector<std::vector<const model::Link*>> links_by_client(const model::Model& model) {
  std::vector<std::vector<const model::Link*>> links(model.domains.size());
  for (const model::Link& link : model.links) {
    links[model::index(link.ends[1])].push_back(&link);
  }
  return links;
}

class XlConfig {
 public:
  XlConfig(const Index& index, model::DomainId id, const std::vector<const model::Link*>& links)
      : index_(index), model_(index.model()), id_(id), domain_(model_.at(id)), links_(links) {}
  [[nodiscard]] std::string write();

 private:
  template <typename... Args>
  void line(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(out_), format, std::forward<Args>(args)...);
    out_ += '\n';
  }
  void text(std::string_view key, std::string_view value) {
    if (!value.empty()) {
      line("{} = {}", key, xl_quoted(value));
    }
  }
  [[nodiscard]] std::string label(privilege::TypeId type) const { return privilege::context(index_.type(type)); }

  void head();
  void resources();
  void labels();
  void device_model();
  void list(std::string_view key, std::string_view kind, std::string (XlConfig::*entry)(const model::Link&));
  std::string network(const model::Link& link);
  std::string disk(const model::Link& link);
  std::string vtpm(const model::Link& link);
  void passthrough();

  const Index& index_;
  const model::Model& model_;
  model::DomainId id_;
  const model::Domain& domain_;
  const std::vector<const model::Link*>& links_;
  std::string out_;
};

void XlConfig::head() {
  line(
      "# {}, as bulkhead compiled it from {}. Its labels give it the privileges of the spec; without them it has none.",
      domain_.name, comment_text(index_.origin(domain_.span)));
  if (!domain_.is_rebuilt()) {
    line("# The sealed control domain may not create it: the spec says neither `restart` nor `start: on-demand`.");
  }
  text("name", domain_.name);
  text("type", word(domain_.type));
  text("kernel", domain_.kernel);
  text("ramdisk", domain_.ramdisk);
  text("extra", domain_.command_line);
}

void XlConfig::resources() {
  constexpr std::uint64_t kMiB = std::uint64_t{1} << 20U;
  if (domain_.memory_bytes.value % kMiB != 0) {
    line("# xl counts whole MiB; the spec says {} KiB", domain_.memory_bytes.value / 1024);
  }
  line("memory = {}", domain_.memory_bytes.value / kMiB);
  line("vcpus = {}", domain_.vcpus.value);
  if (domain_.place && domain_.place->cpus) {
    line("cpus = \"{}-{}\"", domain_.place->cpus->first, domain_.place->cpus->last);
  } else if (domain_.place && domain_.place->node) {
    line("cpus = \"node:{}\"", *domain_.place->node);
  }
  line("max_grant_frames = {}", domain_.max_grant_frames.value);
  line("max_maptrack_frames = {}", domain_.max_maptrack_frames.value);
  line("event_channels = {}", domain_.max_event_channels.value);
  const Restarting then = restarting(domain_.restart.value);
  line("on_poweroff = \"{}\"\non_reboot = \"{}\"\non_crash = \"{}\"", then.on_poweroff, then.on_reboot, then.on_crash);
}

void XlConfig::labels() {
  const privilege::DomainTypes& types = index_.types(id_);
  line("seclabel = \"{}\"", label(types.running));
  if (types.building) {
    line("init_seclabel = \"{}\"", label(*types.building));
  }
  line("# libvirt: <seclabel type='static' model='flask'><label>{}</label></seclabel>", label(types.running));
  line(
      "# It has no label for the time of building, and this policy lets nobody build a domain under the label that it "
      "runs with:");
  line("# a domain that libvirt is to create needs a policy that gives the control domain that right.");
}

void XlConfig::device_model() {
  if (!domain_.device_model) {
    return;
  }
  const model::Domain& model = model_.at(*domain_.device_model);
  line(
      "# Its device model is the domain `{}`. xl would create a stub domain under the label that it runs with, which "
      "this",
      model.name);
  line("# policy lets nobody do; bulkhead-launch builds it. For a policy that allows it:");
  line("# device_model_version = \"qemu-xen\"\n# device_model_stubdomain_override = 1");
  line("# device_model_stubdomain_seclabel = \"{}\"", label(index_.types(*domain_.device_model).running));
}

std::string XlConfig::network(const model::Link& link) {
  std::string entry = "backend=" + model_.at(link.ends[0]).name;
  for (const auto& [key, value] :
       {std::pair<std::string_view, std::string_view>("bridge", link.bridge), {"mac", link.mac}}) {
    if (!value.empty() && !is_xl_list_value(value)) {
      return {};
    }
    entry += value.empty() ? "" : fmt::format(",{}={}", key, value);
  }
  return entry;
}

std::string XlConfig::disk(const model::Link& link) {
  if (!is_xl_list_value(link.vdev)) {
    return {};
  }
  // `target` takes the rest of the entry, whatever stands in it, and so comes last.
  return fmt::format("format=raw,vdev={},access={},backend={},target={}", link.vdev,
                     link.access == spec::Access::kReadOnly ? "ro" : "rw", model_.at(link.ends[0]).name, link.target);
}

std::string XlConfig::vtpm(const model::Link& link) {
  return "backend=" + model_.at(link.ends[0]).name;
}

void XlConfig::list(std::string_view key, std::string_view kind, std::string (XlConfig::*entry)(const model::Link&)) {
  std::string entries;
  for (const model::Link* link : links_) {
    if (link->kind->name != kind) {
      continue;
    }
    const std::string written = (this->*entry)(*link);
    if (written.empty()) {
      line("# {}: the connection of {} has a text that xl's lists cannot hold", key,
           comment_text(index_.origin(link->origin)));
    } else {
      entries += (entries.empty() ? "" : ", ") + xl_quoted(written);
    }
  }
  if (!entries.empty()) {
    line("{} = [ {} ]", key, entries);
  }
}

void XlConfig::passthrough() {
  std::string entries;
  for (const model::DeviceId id : domain_.devices) {
    const model::Device& device = model_.at(id);
    if (device.pci) {
      entries += (entries.empty() ? "\"" : ", \"") + device.pci->text() + "\"";
    }
  }
  if (entries.empty()) {
    return;
  }
  if (model_.split) {
    line(
        "# xl can only pass devices through that domain 0 holds; on this host they are the hardware domain's, and "
        "bulkhead-launch");
    line("# passes them through.");
  }
  line("{}pci = [ {} ]", model_.split ? "# " : "", entries);
}

std::string XlConfig::write() {
  head();
  resources();
  labels();
  device_model();
  list("vif", "network", &XlConfig::network);
  list("disk", "disk", &XlConfig::disk);
  list("vtpm", "vtpm", &XlConfig::vtpm);
  passthrough();
  return std::move(out_);
}

}  // namespace

FileTree xl_configs(const Inputs& inputs) {
  const Index index(inputs);
  const auto links = links_by_client(inputs.model);
  FileTree files;
  for (std::size_t i = 0; i < inputs.model.domains.size(); ++i) {
    const model::Domain& domain = inputs.model.domains[i];
    if (domain.is_guest) {
      files.emplace("xl/" + domain.name + ".cfg", XlConfig(index, static_cast<model::DomainId>(i), links[i]).write());
    }
  }
  return files;
}

}  // namespace bulkhead::report
