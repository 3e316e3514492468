#include "transitions.h"

#include <algorithm>
#include <tuple>

#include "bulkhead/base/check.h"
#include "conditions.h"

namespace bulkhead::privilege {
namespace {

using model::DomainId;

bool makes_ports(const catalogue::Rule& rule) {
  return rule.effect == catalogue::Effect::kAllow && rule.to.kind == catalogue::TargetKind::kChannel &&
         std::any_of(rule.permissions.begin(), rule.permissions.end(),
                     [](const catalogue::RulePermission& permission) { return permission.name == "create"; });
}

class TransitionMaker {
 public:
  TransitionMaker(const model::Model& model, const catalogue::Catalogue& catalogue, const TypeTable& table)
      : model_(model), catalogue_(catalogue), table_(table) {
    const auto domain = model.abi->find_class("domain");
    const auto event = model.abi->find_class("event");
    BULKHEAD_CHECK(domain && event, "every release has the classes domain and event");
    domain_class_ = *domain;
    event_class_ = *event;
  }

  void add_domain(DomainId id);
  void add_channel(const model::Link& link);
  [[nodiscard]] std::vector<Transition> take();

 private:
  // Ports that their owner has made while its label is `own`.
  void add_ports(const model::Link& link, TypeId own, const std::vector<TypeId>& remote);
  [[nodiscard]] std::vector<TypeId> control_labels(const catalogue::Rule& rule, const Site& site) const;
  [[nodiscard]] std::vector<TypeId> labels_of(DomainId id, const catalogue::Rule& rule, const Site& site) const;
  [[nodiscard]] std::vector<TypeId> seen(DomainId viewer, DomainId id) const;
  [[nodiscard]] const DomainTypes& types(DomainId id) const { return table_.derived.of_domain[model::index(id)]; }

  const model::Model& model_;
  const catalogue::Catalogue& catalogue_;
  const TypeTable& table_;
  abi::ClassId domain_class_{};
  abi::ClassId event_class_{};
  std::vector<Transition> transitions_;
};

// Self: transition(own, own, domain) at creation and relabel. Target: transition(guest, device model, domain), when the
// device model is set; the guest has its running label by then.
void TransitionMaker::add_domain(DomainId id) {
  const DomainTypes& own = types(id);
  const Span origin = model_.at(id).span;
  transitions_.push_back({own.running, own.running, domain_class_, own.self, origin});
  if (own.booting) transitions_.push_back({*own.booting, *own.booting, domain_class_, *own.booting_self, origin});
  if (own.target) {
    transitions_.push_back(
        {own.running, types(*model_.at(id).device_model).running, domain_class_, *own.target, origin});
  }
}

std::vector<TypeId> TransitionMaker::control_labels(const catalogue::Rule& rule, const Site& site) const {
  const auto has = [&](catalogue::ControlPhase phase) { return (rule.phases & static_cast<std::uint8_t>(phase)) != 0; };
  const DomainTypes& control = types(model_.control);
  std::vector<TypeId> labels;
  if (has(catalogue::ControlPhase::kBooting)) labels.push_back(*control.booting);
  if (has(catalogue::ControlPhase::kSealed) ||
      (has(catalogue::ControlPhase::kSealedIfRebuilt) && is_rebuilt(site, model_))) {
    labels.push_back(control.running);
  }
  return labels;
}

std::vector<TypeId> TransitionMaker::labels_of(DomainId id, const catalogue::Rule& rule, const Site& site) const {
  if (id == model_.control) return control_labels(rule, site);
  return {types(id).running};
}

std::vector<TypeId> TransitionMaker::seen(DomainId viewer, DomainId id) const {
  const DomainTypes& other = types(id);
  if (model_.at(id).device_model == viewer) return {*other.target};
  if (other.booting) return {*other.booting, other.running};
  return {other.running};
}

void TransitionMaker::add_ports(const model::Link& link, TypeId own, const std::vector<TypeId>& remote) {
  const TypeId channel = table_.channels.type(link.ends[0], link.ends[1]);
  for (const TypeId other : remote) transitions_.push_back({own, other, event_class_, channel, link.origin});
}

// A port's label is transition(owner, remote as the owner sees it, event), asked for when the port is made. So there is
// one for each rule that lets somebody make a port, and none for an end that only sends.
void TransitionMaker::add_channel(const model::Link& link) {
  const Site site{.ends = {link.ends[0], link.ends[1]},
                  .device = link.device,
                  .kind = link.kind,
                  .origin = link.origin,
                  .via = link.kind->name};
  for (const catalogue::Rule& rule : link.kind->rules) {
    if (!makes_ports(rule) || !holds(rule.when, site, model_, catalogue_)) continue;
    if (rule.from.kind != catalogue::TargetKind::kBuilder) {
      const unsigned owner = rule.from.end;
      const DomainId other = link.ends[1 - owner];
      for (const TypeId own : labels_of(link.ends[owner], rule, site)) {
        add_ports(link, own, seen(link.ends[owner], other));
      }
      // Xen makes a port on the guest's side when the device model asks for one (XEN_DMOP_create_ioreq_server).
      if (link.kind->target_label == 1 - owner) {
        add_ports(link, types(other).running, {types(link.ends[owner]).running});
      }
      continue;
    }
    // The builder allocates the port while the owner has its building label. What nobody builds makes its port itself:
    // domain 0, as a client of a xenstore domain.
    const unsigned owner = link.kind->built_channel.value();
    const auto building = types(link.ends[owner]).building;
    const DomainId other = link.ends[1 - owner];
    if (building) add_ports(link, *building, labels_of(other, rule, site));
    if (!building) {
      for (const TypeId own : control_labels(rule, site)) add_ports(link, own, seen(link.ends[owner], other));
    }
  }
}

std::vector<Transition> TransitionMaker::take() {
  const auto key = [](const Transition& t) {
    return std::tuple(t.source, t.target, t.access_class, t.result, t.origin);
  };
  std::sort(transitions_.begin(), transitions_.end(),
            [&](const Transition& a, const Transition& b) { return key(a) < key(b); });
  // Two connections between the same domains share the channel; the statement that stands first is the one named.
  const auto same = [](const Transition& a, const Transition& b) {
    return a.source == b.source && a.target == b.target && a.access_class == b.access_class;
  };
  transitions_.erase(std::unique(transitions_.begin(), transitions_.end(), same), transitions_.end());
  return std::move(transitions_);
}

}  // namespace

std::vector<Transition> make_transitions(const model::Model& model, const catalogue::Catalogue& catalogue,
                                         const TypeTable& table) {
  TransitionMaker maker(model, catalogue, table);
  for (std::size_t i = 0; i < model.domains.size(); ++i) maker.add_domain(static_cast<DomainId>(i));
  for (const model::Link& link : model.links) {
    if (link.ends[0] != link.ends[1]) maker.add_channel(link);
  }
  return maker.take();
}

}  // namespace bulkhead::privilege
