#include "bulkhead/plan/make_launch_plan.h"

#include <algorithm>
#include <map>

#include "bulkhead/base/check.h"
#include "parts.h"
#include "virtual_devices.h"

namespace bulkhead::plan {

namespace {

IommuStrength iommu_of(spec::IommuStrength strength) {
  switch (strength) {
    case spec::IommuStrength::kRequired:
      return IommuStrength::kRequired;
    case spec::IommuStrength::kNoRemapping:
      return IommuStrength::kNoRemapping;
    case spec::IommuStrength::kNone:
      return IommuStrength::kNone;
  }
  BULKHEAD_CHECK(false, "the strength of the IOMMU is one of its three values");
}

Host make_host(const model::Model& model, const SourceSet& sources) {
  return {.name = model.host_name.empty() ? std::nullopt : std::optional(model.host_name),
          .xen = model.abi->version.text(),
          .shape = model.split ? Shape::kSplit : Shape::kClassic,
          .control_domid = domid_of(model, model.control),
          .hardware_domid = domid_of(model, model.hardware),
          .xenstore_domid = domid_of(model, model.xenstore),
          .iommu = iommu_of(model.iommu),
          .origin = origin_text(sources, model.host_span)};
}

Digests make_digests(const model::Model& model, const PlanInputs& inputs) {
  std::map<std::string_view, const FileDigest*> known;
  for (const FileDigest& file : inputs.files) {
    known.emplace(file.path, &file);
  }
  Digests digests{.spec_path = inputs.spec_path,
                  .spec_sha256 = inputs.spec_sha256,
                  .policy_sha256 = inputs.policy_sha256,
                  .inventory = inputs.inventory,
                  .files = {}};
  for (const std::string& path : files_to_digest(model)) {
    const auto found = known.find(path);
    digests.files.push_back(found != known.end() ? *found->second
                                                 : FileDigest{path, std::nullopt, "the compiler did not look at it"});
  }
  return digests;
}

using Pair = std::pair<model::DomainId, model::DomainId>;

Pair ordered(model::DomainId a, model::DomainId b) {
  return a < b ? Pair(a, b) : Pair(b, a);
}

std::map<Pair, privilege::TypeId> channel_types(const privilege::PrivilegeSet& set) {
  std::map<Pair, privilege::TypeId> channels;
  for (std::size_t i = 0; i < set.types.size(); ++i) {
    const privilege::Type& type = set.types[i];
    if (type.kind == privilege::TypeKind::kChannel && type.domain && type.peer) {
      channels.emplace(ordered(*type.domain, *type.peer), static_cast<privilege::TypeId>(i));
    }
  }
  return channels;
}

bool uses_channel(const catalogue::Connection& kind) {
  return std::any_of(kind.rules.begin(), kind.rules.end(),
                     [](const catalogue::Rule& rule) { return rule.to.kind == catalogue::TargetKind::kChannel; });
}

std::optional<std::string> unless_empty(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

void set_part(Connection& made, const model::Model& model, const model::Link& link) {
  if (made.kind == "network") {
    made.network = NetworkPart{unless_empty(link.bridge), link.mac, 0};
  } else if (made.kind == "disk") {
    const bool read_only = link.access == spec::Access::kReadOnly;
    made.disk = DiskPart{link.target, link.vdev, virtual_device_number(link.vdev),
                         read_only ? Access::kReadOnly : Access::kReadWrite};
  } else if (made.kind == "channel") {
    made.channel = ChannelPart{link.pages};
  } else if (made.kind == "passthrough") {
    BULKHEAD_CHECK(link.device.has_value(), "a device is passed through");
    made.passthrough = PassthroughPart{model.at(*link.device).name};
  }
}

std::vector<Connection> make_connections(const model::Model& model, const privilege::PrivilegeSet& set,
                                         const SourceSet& sources) {
  const auto channels = channel_types(set);
  std::vector<Connection> connections;
  connections.reserve(model.links.size());
  for (const model::Link& link : model.links) {
    Connection made;
    made.kind = link.kind->name;
    made.backend_domid = domid_of(model, link.ends[0]);
    made.frontend_domid = domid_of(model, link.ends[1]);
    const auto channel = channels.find(ordered(link.ends[0], link.ends[1]));
    if (channel != channels.end() && uses_channel(*link.kind)) {
      made.channel_label = privilege::context(set.at(channel->second));
    }
    set_part(made, model, link);
    made.origin = origin_text(sources, link.origin);
    connections.push_back(std::move(made));
  }
  return connections;
}

}  // namespace

std::vector<std::string> files_to_digest(const model::Model& model) {
  std::vector<std::string> files;
  for (const model::Domain& domain : model.domains) {
    files.push_back(domain.kernel);
    files.push_back(domain.ramdisk);
  }
  std::sort(files.begin(), files.end());
  files.erase(std::unique(files.begin(), files.end()), files.end());
  if (!files.empty() && files.front().empty()) {
    files.erase(files.begin());
  }
  return files;
}

LaunchPlan make_launch_plan(const model::Model& model, const privilege::Derived& derived, const PlanInputs& inputs) {
  LaunchPlan plan{.host = make_host(model, inputs.sources),
                  .digests = make_digests(model, inputs),
                  .domains = make_domains(model, derived, inputs.sources),
                  .devices = make_devices(model, derived, inputs.sources),
                  .connections = make_connections(model, derived.set, inputs.sources),
                  .gates = make_gates(model),
                  .expectations = make_expectations(derived.set)};
  number_interfaces(plan.connections, plan.domains, model.host_name);
  return plan;
}

}  // namespace bulkhead::plan
