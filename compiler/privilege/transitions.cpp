#include "transitions.h"

#include <algorithm>
#include <tuple>

#include "bulkhead/base/check.h"

namespace bulkhead::privilege {
namespace {

using model::DomainId;

class TransitionMaker {
 public:
  TransitionMaker(const model::Model& model, const TypeTable& table) : model_(model), table_(table) {
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
  void add_port(TypeId owner, DomainId owner_id, DomainId remote, TypeId channel, Span origin,
                bool only_booting = false);
  [[nodiscard]] const DomainTypes& types(DomainId id) const { return table_.derived.of_domain[model::index(id)]; }

  const model::Model& model_;
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

// A port's label: transition(owner, remote as the owner sees it, event).
void TransitionMaker::add_port(TypeId owner, DomainId owner_id, DomainId remote, TypeId channel, Span origin,
                               bool only_booting) {
  const DomainTypes& other = types(remote);
  if (model_.at(remote).device_model == owner_id) {
    transitions_.push_back({owner, *other.target, event_class_, channel, origin});
    return;
  }
  if (other.booting) transitions_.push_back({owner, *other.booting, event_class_, channel, origin});
  if (!other.booting || !only_booting) transitions_.push_back({owner, other.running, event_class_, channel, origin});
}

void TransitionMaker::add_channel(const model::Link& link) {
  const TypeId channel = table_.channels.type(link.ends[0], link.ends[1]);
  for (unsigned end = 0; end < 2; ++end) {
    const DomainId owner = link.ends[end];
    const DomainId remote = link.ends[1 - end];
    const DomainTypes& own = types(owner);
    add_port(own.running, owner, remote, channel, link.origin);
    if (own.booting) add_port(*own.booting, owner, remote, channel, link.origin);
    // The builder allocates this port while the owner has its building label; of a domain that is never built again,
    // only while the control domain has its booting label.
    if (link.kind->built_channel == end && own.building) {
      add_port(*own.building, owner, remote, channel, link.origin, !model_.at(owner).is_rebuilt());
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

std::vector<Transition> make_transitions(const model::Model& model, const TypeTable& table) {
  TransitionMaker maker(model, table);
  for (std::size_t i = 0; i < model.domains.size(); ++i) maker.add_domain(static_cast<DomainId>(i));
  for (const model::Link& link : model.links) {
    const bool has_channel = std::any_of(link.kind->rules.begin(), link.kind->rules.end(), [](const auto& rule) {
      return rule.to.kind == catalogue::TargetKind::kChannel;
    });
    if (has_channel && link.ends[0] != link.ends[1]) maker.add_channel(link);
  }
  return maker.take();
}

}  // namespace bulkhead::privilege
