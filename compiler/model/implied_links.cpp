// The connections that nobody writes down: building, the hardware domain, xenstore, consoles, devices, device models.
// Each has the place of the statement that it follows from.
#include <algorithm>

#include "bulkhead/base/check.h"
#include "resolution.h"

namespace bulkhead::model {
namespace {

class Adder {
 public:
  explicit Adder(Resolution& resolution) : model_(resolution.model), resolution_(resolution) {}

  void add(std::string_view kind, DomainId first, DomainId second, const Span& origin) {
    Link link;
    link.kind = find(kind);
    link.ends[0] = first;
    link.ends[1] = second;
    link.origin = origin;
    model_.links.push_back(std::move(link));
  }
  void add_device(DomainId holder, DomainId owner, DeviceId device, const Span& origin) {
    add("passthrough", holder, owner, origin);
    model_.links.back().device = device;
  }

 private:
  const catalogue::Connection* find(std::string_view kind) {
    if (last_ == nullptr || last_->name != kind) last_ = resolution_.inputs.catalogue.find_connection(kind);
    BULKHEAD_CHECK(last_ != nullptr, "the catalogue has every connection that the compiler adds");
    return last_;
  }
  Model& model_;
  Resolution& resolution_;
  const catalogue::Connection* last_ = nullptr;
};

void add_builds(const Model& model, Adder& adder) {
  for (std::uint32_t i = 0; i < model.domains.size(); ++i) {
    if (DomainId{i} != model.control) adder.add("build", model.control, DomainId{i}, model.domains[i].span);
  }
}

void add_xenstore(const Model& model, const Span& hardware_span, Adder& adder) {
  for (std::uint32_t i = 0; i < model.domains.size(); ++i) {
    if (DomainId{i} != model.xenstore) adder.add("xenstore", model.xenstore, DomainId{i}, model.domains[i].span);
  }
  // On a split host the notice of a domain's end would go to the hardware domain, so control takes it even for itself.
  if (model.xenstore != model.control) {
    adder.add("xenstore-domain", model.control, model.xenstore, model.at(model.xenstore).span);
  } else if (model.split) {
    adder.add("xenstore-domain", model.control, model.control, hardware_span);
  }
}

void add_consoles(const Model& model, const std::vector<Span>& origins, Adder& adder) {
  for (std::uint32_t i = 0; i < model.domains.size(); ++i) {
    const Domain& domain = model.domains[i];
    if (!domain.console || *domain.console == DomainId{i}) continue;
    adder.add("console", *domain.console, DomainId{i}, origins[i].is_known() ? origins[i] : domain.span);
  }
}

void add_passthrough(const Resolution& resolution, const std::vector<Span>& listings, Adder& adder) {
  const Model& model = resolution.model;
  for (const Family& family : resolution.families) {
    const DomainId owner = family.domains.first;
    if (owner == model.hardware) continue;
    bool has_pci = false;
    for (const DeviceId id : model.at(owner).devices) {
      const Device& device = model.at(id);
      const Span& origin = listings[index(id)];
      adder.add_device(model.hardware, owner, id, origin);
      if (device.pci && !has_pci && model.at(owner).type == spec::DomainType::kPv) {
        adder.add("pci", model.hardware, owner, origin);
        has_pci = true;
      }
    }
  }
}

void add_device_models(const Resolution& resolution, Adder& adder) {
  for (const Family& family : resolution.families) {
    for (std::uint32_t i = 0; i < family.domains.count; ++i) {
      const DomainId server = family.domains[i];
      const auto& target = resolution.model.at(server).target;
      if (target && *target != server) adder.add("device-model", server, *target, family.entry->target->span);
    }
  }
}

// Whoever verifies reads each domain's label and state; the control domain may already, because it builds them.
void add_observations(const Resolution& resolution, Adder& adder) {
  const Model& model = resolution.model;
  if (model.verifier == kNoDomain || model.verifier == model.control) return;
  const auto is_declared = [&](DomainId domain) {
    return std::any_of(model.links.begin(), model.links.end(), [&](const Link& link) {
      return link.kind->name == "observe" && link.ends[0] == model.verifier && link.ends[1] == domain;
    });
  };
  for (std::uint32_t i = 0; i < model.domains.size(); ++i) {
    if (DomainId{i} != model.verifier && !is_declared(DomainId{i})) {
      adder.add("observe", model.verifier, DomainId{i}, resolution.inputs.spec.host.verify->span);
    }
  }
}

}  // namespace

void add_implied_links(Resolution& resolution, const Origins& origins) {
  const Model& model = resolution.model;
  Adder adder(resolution);
  const Span& hardware_span = resolution.inputs.spec.host.hardware_span;
  if (model.control != kNoDomain) {
    add_builds(model, adder);
    if (model.split && model.hardware != kNoDomain && model.hardware != model.control) {
      adder.add("hardware-domain", model.control, model.hardware, hardware_span);
    }
  }
  if (model.control != kNoDomain && model.xenstore != kNoDomain) add_xenstore(model, hardware_span, adder);
  add_consoles(model, origins.consoles, adder);
  if (model.hardware != kNoDomain) add_passthrough(resolution, origins.devices, adder);
  add_device_models(resolution, adder);
  add_observations(resolution, adder);
}

}  // namespace bulkhead::model
