#include "bulkhead/flow/parties.h"

#include <algorithm>
#include <span>

#include "rules.h"

namespace bulkhead::flow {
namespace {

using flask::TypeValue;

bool is_of_domains(const std::string& sid) {
  return sid == "dom0" || sid == "domU" || sid == "domDM";
}

bool is_of_resources(const std::string& sid) {
  return sid == "ioport" || sid == "iomem" || sid == "irq" || sid == "device";
}

class Finder {
 public:
  Finder(const flask::BinaryPolicy& policy, const catalogue::Catalogue& catalogue)
      : policy_(policy), catalogue_(catalogue), rules_(allow_rules(policy)) {
    const std::size_t types = policy.types.size();
    parties_.kinds.assign(types, LabelKind::kObject);
    parties_.of_label.resize(types);
    parties_.owners.resize(types);
    reserved_.resize(types);
  }

  // Without the parties themselves.
  Parties run() {
    mark_resources();
    mark_initial();
    mark_faces();
    mark_domains();
    find_sealing();
    return std::move(parties_);
  }

 private:
  LabelKind& kind(TypeValue type) { return parties_.kinds[type - 1U]; }

  void mark_resources() {
    for (const flask::DeviceContext& context : policy_.device_contexts) kind(context.context.type) = LabelKind::kDevice;
  }

  void mark_initial() {
    const std::span<const std::string> names = sid_names(policy_);
    std::vector<TypeValue> domains;
    for (const flask::InitialSid& sid : policy_.initial_sids) {
      if (sid.number == 0 || sid.number > names.size()) continue;
      const std::string& name = names[sid.number - 1];
      const TypeValue type = sid.context.type;
      if (is_of_domains(name)) {
        domains.push_back(type);
      } else {
        kind(type) = is_of_resources(name) ? LabelKind::kDevice : LabelKind::kHypervisor;
        reserved_[type - 1U] = true;
      }
      if (name == "dom0") parties_.booting = type;
    }
    for (const TypeValue type : domains) {
      if (reserved_[type - 1U]) kind(type) = LabelKind::kObject;
      reserved_[type - 1U] = false;
    }
  }

  // Xen labels a domain as it sees itself by the transition from its label to its label, and a guest as its device
  // model sees it by that from the guest's to the device model's, both of class domain.
  void mark_faces() {
    const auto of_domains = policy_.find_class("domain");
    const auto add = [&](const std::vector<flask::BinaryRule>& rules) {
      for (const flask::BinaryRule& rule : rules) {
        if (rule.kind != flask::RuleKind::kTypeTransition || !of_domains || rule.target_class != *of_domains) continue;
        const auto face = static_cast<TypeValue>(rule.data);
        for_each_type(policy_, rule.source, [&](TypeValue owner) {
          if (owner != face) parties_.owners[face - 1U].push_back(owner);
        });
      }
    };
    add(policy_.rules);
    for (const flask::Conditional& conditional : policy_.conditionals) {
      add(conditional.when_true);
      add(conditional.when_false);
    }
    for (std::size_t i = 0; i < parties_.owners.size(); ++i) {
      std::vector<TypeValue>& owners = parties_.owners[i];
      std::sort(owners.begin(), owners.end());
      owners.erase(std::unique(owners.begin(), owners.end()), owners.end());
      if (!owners.empty() && parties_.kinds[i] == LabelKind::kObject) parties_.kinds[i] = LabelKind::kFace;
      for (const TypeValue owner : owners) acts_.push_back(owner);
    }
  }

  // Labels that somebody may give to a domain.
  std::vector<bool> given_labels() {
    std::vector<bool> given(policy_.types.size());
    for (const catalogue::Power power :
         {catalogue::Power::kCreates, catalogue::Power::kRelabelsTo, catalogue::Power::kRelabelsSelf}) {
      const auto gives = permissions_with(policy_, catalogue_, power);
      for (const flask::BinaryRule* rule : rules_) {
        if ((gives[rule->target_class - 1U] & rule->data) == 0) continue;
        for_each_type(policy_, rule->target, [&](TypeValue type) { given[type - 1U] = true; });
      }
    }
    return given;
  }

  // Whoever does something that only a domain does, or has something done to it that is done to domains. A face that
  // nobody may give to a domain stays one, though attributes give it rights of its own, as those of the stock policy
  // do.
  void mark_domains() {
    std::vector<flask::AccessVector> by_channels;
    for (const flask::BinaryClass& each : policy_.classes) {
      by_channels.push_back(permissions_where(
          each, catalogue_, [](const catalogue::Permission& permission) { return permission.source_is_channel; }));
    }
    const auto of_domains = policy_.find_class("domain");
    std::vector<bool> is_source(policy_.types.size());
    std::vector<bool> is_target(policy_.types.size());
    for (const flask::BinaryRule* rule : rules_) {
      const flask::AccessVector all = policy_.class_at(rule->target_class).all() & rule->data;
      if ((all & ~by_channels[rule->target_class - 1U]) != 0) is_source[rule->source - 1U] = true;
      if (of_domains && rule->target_class == *of_domains && all != 0) is_target[rule->target - 1U] = true;
    }
    for (std::size_t i = 0; i < policy_.types.size(); ++i) {
      const auto value = static_cast<TypeValue>(i + 1);
      if (is_source[i]) for_each_type(policy_, value, [&](TypeValue type) { acts_.push_back(type); });
      if (is_target[i]) for_each_type(policy_, value, [&](TypeValue type) { mark(type, LabelKind::kObject); });
    }
    const std::vector<bool> given = given_labels();
    for (const TypeValue type : acts_) {
      mark(type, LabelKind::kObject);
      if (given[type - 1U]) mark(type, LabelKind::kFace);
    }
  }

  void mark(TypeValue type, LabelKind from) {
    if (kind(type) == from && !reserved_[type - 1U]) kind(type) = LabelKind::kDomain;
  }

  // Domain 0 seals itself by taking another label, which the policy must let it take.
  void find_sealing() {
    if (!parties_.booting) return;
    const TypeValue booting = *parties_.booting;
    const auto takes = permissions_with(policy_, catalogue_, catalogue::Power::kRelabelsSelf);
    for (const flask::BinaryRule* rule : rules_) {
      if ((takes[rule->target_class - 1U] & rule->data) == 0) continue;
      bool is_source = false;
      for_each_type(policy_, rule->source, [&](TypeValue type) { is_source = is_source || type == booting; });
      if (!is_source) continue;
      for_each_type(policy_, rule->target, [&](TypeValue type) {
        if (type != booting && kind(type) == LabelKind::kDomain) parties_.sealed.push_back(type);
      });
    }
    std::sort(parties_.sealed.begin(), parties_.sealed.end());
    parties_.sealed.erase(std::unique(parties_.sealed.begin(), parties_.sealed.end()), parties_.sealed.end());
    if (parties_.sealed.empty()) parties_.booting.reset();
  }

  const flask::BinaryPolicy& policy_;
  const catalogue::Catalogue& catalogue_;
  std::vector<const flask::BinaryRule*> rules_;
  Parties parties_;
  std::vector<bool> reserved_;  // labels that no domain carries
  std::vector<TypeValue> acts_;
};

void finish(Parties& parties) {
  std::sort(parties.all.begin(), parties.all.end(), [](const Party& a, const Party& b) { return a.name < b.name; });
  for (std::size_t i = 0; i < parties.all.size(); ++i) {
    std::sort(parties.all[i].labels.begin(), parties.all[i].labels.end());
    std::sort(parties.all[i].acting.begin(), parties.all[i].acting.end());
    for (const TypeValue label : parties.all[i].labels) parties.of_label[label - 1U] = static_cast<PartyId>(i);
  }
}

// Labels that nobody has yet become parties by themselves.
void add_single_labels(const flask::BinaryPolicy& policy, std::vector<bool>& taken, Parties& parties) {
  for (std::size_t i = 0; i < policy.types.size(); ++i) {
    if (parties.kinds[i] != LabelKind::kDomain || taken[i]) continue;
    parties.all.push_back({policy.types[i].name, {policy.types[i].value}, {policy.types[i].value}, {}});
  }
}

}  // namespace

std::optional<PartyId> Parties::find(std::string_view name) const {
  const auto found = std::lower_bound(all.begin(), all.end(), name,
                                      [](const Party& party, std::string_view sought) { return party.name < sought; });
  if (found == all.end() || found->name != name) return std::nullopt;
  return static_cast<PartyId>(found - all.begin());
}

Parties parties_of(const flask::BinaryPolicy& policy, const catalogue::Catalogue& catalogue) {
  Parties parties = Finder(policy, catalogue).run();
  std::vector<bool> taken(policy.types.size());
  add_single_labels(policy, taken, parties);
  finish(parties);
  return parties;
}

Parties parties_of(const flask::BinaryPolicy& policy, const catalogue::Catalogue& catalogue, const model::Model& model,
                   const privilege::Derived& derived) {
  Parties parties = Finder(policy, catalogue).run();
  std::vector<bool> taken(policy.types.size());
  for (std::size_t i = 0; i < model.domains.size(); ++i) {
    Party party{model.domains[i].name, {}, {}, static_cast<model::DomainId>(i)};
    const privilege::DomainTypes& own = derived.of_domain[i];
    for (const auto& id : {std::optional(own.running), own.booting, own.building}) {
      const auto type = id ? policy.find_type(derived.set.at(*id).name) : std::nullopt;
      if (!type || policy.type(*type).kind != flask::TypeKind::kType || taken[*type - 1U]) continue;
      taken[*type - 1U] = true;
      parties.kinds[*type - 1U] = LabelKind::kDomain;
      party.labels.push_back(*type);
      if (id != own.building) party.acting.push_back(*type);
    }
    parties.all.push_back(std::move(party));
  }
  add_single_labels(policy, taken, parties);
  finish(parties);
  return parties;
}

}  // namespace bulkhead::flow
