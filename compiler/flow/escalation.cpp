#include "bulkhead/flow/escalation.h"

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <tuple>

#include "rules.h"

namespace bulkhead::flow {
namespace {

using catalogue::Power;
using flask::AccessCell;
using flask::AccessVector;
using flask::TypeValue;

// Everything that is conditional taken for unconditional.
flask::BinaryPolicy with_all_conditionals(const flask::BinaryPolicy& policy) {
  flask::BinaryPolicy all = policy;
  all.conditionals.clear();
  for (const flask::Conditional& conditional : policy.conditionals) {
    all.rules.insert(all.rules.end(), conditional.when_true.begin(), conditional.when_true.end());
    all.rules.insert(all.rules.end(), conditional.when_false.begin(), conditional.when_false.end());
  }
  std::stable_sort(all.rules.begin(), all.rules.end(), [](const flask::BinaryRule& a, const flask::BinaryRule& b) {
    return std::tie(a.source, a.target, a.target_class, a.kind) < std::tie(b.source, b.target, b.target_class, b.kind);
  });
  return all;
}

// Labels of interrupts only: nothing that carries them masters the bus.
std::vector<bool> interrupts_only(const flask::BinaryPolicy& policy) {
  std::vector<bool> interrupt(policy.types.size());
  std::vector<bool> other(policy.types.size());
  for (const flask::DeviceContext& context : policy.device_contexts) {
    const bool is_interrupt = context.kind == flask::DeviceContextKind::kPirq;
    (is_interrupt ? interrupt : other)[context.context.type - 1U] = true;
  }
  const std::span<const std::string> names = sid_names(policy);
  for (const flask::InitialSid& sid : policy.initial_sids) {
    if (sid.number == 0 || sid.number > names.size()) continue;
    (names[sid.number - 1] == "irq" ? interrupt : other)[sid.context.type - 1U] = true;
  }
  for (std::size_t i = 0; i < interrupt.size(); ++i) interrupt[i] = interrupt[i] && !other[i];
  return interrupt;
}

class Attack {
 public:
  Attack(const flask::BinaryPolicy& policy, const catalogue::Catalogue& catalogue, const Parties& parties,
         PartyId start, Life life)
      : policy_(policy), parties_(parties), interrupts_only_(interrupts_only(policy)) {
    for (std::size_t i = 0; i < catalogue::kPowerCount; ++i) {
      powers_.push_back(permissions_with(policy, catalogue, static_cast<Power>(i)));
    }
    exclude(life);
    result_.start = start;
    result_.owned.resize(policy.types.size());
    read_rules(policy);
  }

  Escalation run() {
    for (const TypeValue label : parties_.at(result_.start).acting) take({label, TakenBy::kStart, 0, 0, {}});
    do {
      while (next_ < result_.taken.size()) use(result_.taken[next_++].label);
    } while (relabel());
    collect_losses();
    return std::move(result_);
  }

 private:
  // What a label that is owned can do about labels.
  struct Hands {
    std::vector<Lever> from;
    std::vector<Lever> to;
    std::set<TypeValue> owns;
  };

  void exclude(Life life) {
    excluded_.resize(policy_.types.size());
    if (!parties_.booting) return;
    if (life == Life::kSealed) excluded_[*parties_.booting - 1U] = true;
    if (life == Life::kBooting) {
      for (const TypeValue label : parties_.sealed) excluded_[label - 1U] = true;
    }
  }

  void read_rules(const flask::BinaryPolicy& policy) {
    table_ = std::make_unique<flask::AccessTable>(policy, flask::RuleKind::kAllow, flask::default_setting(policy));
    reader_ = std::make_unique<flask::RowReader>(*table_);
  }

  [[nodiscard]] AccessVector having(Power power, const AccessCell& cell) const {
    return powers_[static_cast<std::size_t>(power)][cell.target_class - 1U] & cell.permissions;
  }

  // The labels behind a target: whose face it is, or its own.
  [[nodiscard]] std::vector<TypeValue> behind(TypeValue target) const {
    std::vector<TypeValue> labels;
    const auto add = [&](TypeValue type) {
      if (parties_.kinds[type - 1U] == LabelKind::kDomain && !excluded_[type - 1U]) labels.push_back(type);
    };
    add(target);
    for (const TypeValue owner : parties_.owners[target - 1U]) add(owner);
    return labels;
  }

  void take(Taken taken) {
    if (result_.owned[taken.label - 1U] || excluded_[taken.label - 1U]) return;
    result_.owned[taken.label - 1U] = true;
    result_.taken.push_back(std::move(taken));
  }

  void use(TypeValue label) {
    const std::span<const AccessCell> row = reader_->row(label);
    const std::vector<AccessCell> cells(row.begin(), row.end());
    Hands& hands = hands_[label];
    for (const AccessCell& cell : cells) {
      use_on_labels(cell, hands);
      use_on_hypervisor(cell);
      keep_losses(cell);
    }
    if (result_.booleans && !opened_) turn_booleans();
  }

  void use_on_labels(const AccessCell& cell, Hands& hands) {
    const auto lever = [&](AccessVector permissions) {
      return Lever{cell.source, cell.target, cell.target_class, permissions};
    };
    if (const AccessVector bits = having(Power::kOwns, cell)) {
      for (const TypeValue owned : behind(cell.target)) {
        hands.owns.insert(owned);
        take({owned, TakenBy::kOwning, cell.source, 0, {lever(bits)}});
      }
    }
    if (const AccessVector bits = having(Power::kRelabelsFrom, cell)) hands.from.push_back(lever(bits));
    if (const AccessVector bits = having(Power::kRelabelsTo, cell)) hands.to.push_back(lever(bits));
    if (const AccessVector bits = having(Power::kRelabelsSelf, cell)) {
      const auto passes = passage(cell.source, cell.target);
      if (passes && is_label(cell.target)) {
        take({cell.target, TakenBy::kTaking, cell.source, cell.source, {lever(bits), *passes}});
      }
    }
  }

  [[nodiscard]] bool is_label(TypeValue type) const { return parties_.kinds[type - 1U] == LabelKind::kDomain; }

  // The permission by which a domain's label may change so.
  [[nodiscard]] std::optional<Lever> passage(TypeValue from, TypeValue to) const {
    const std::vector<AccessVector>& passes = powers_[static_cast<std::size_t>(Power::kPassesLabel)];
    for (std::size_t i = 0; i < passes.size(); ++i) {
      if (passes[i] == 0) continue;
      const auto access_class = static_cast<flask::ClassValue>(i + 1);
      const AccessVector bits = table_->permissions(from, to, access_class) & passes[i];
      if (bits != 0) return Lever{from, to, access_class, bits};
    }
    return std::nullopt;
  }

  void use_on_hypervisor(const AccessCell& cell) {
    const auto first = [&](std::optional<Lever>& slot, AccessVector bits) {
      if (bits == 0 || slot) return false;
      slot = Lever{cell.source, cell.target, cell.target_class, bits};
      return true;
    };
    AccessVector all = having(Power::kEverything, cell);
    if (!interrupts_only_[cell.target - 1U]) all |= having(Power::kUnconfined, cell);
    if (first(result_.hypervisor, all)) take_all(cell);
    first(result_.host_stop, having(Power::kStopsHost, cell));
    first(result_.device_labels, having(Power::kLabelsDevices, cell));
    const AccessVector turns = policy_.conditionals.empty() ? 0 : having(Power::kBooleans, cell);
    first(result_.booleans, turns);
  }

  void take_all(const AccessCell& cell) {
    for (const flask::BinaryType& type : policy_.types) {
      if (type.kind != flask::TypeKind::kType || !is_label(type.value)) continue;
      take({type.value, TakenBy::kHypervisor, cell.source, 0, {*result_.hypervisor}});
    }
  }

  void turn_booleans() {
    opened_ = std::make_unique<flask::BinaryPolicy>(with_all_conditionals(policy_));
    read_rules(*opened_);
    next_ = 0;  // what is owned already may do more now
    hands_.clear();
    losses_.clear();
  }

  // Whether a relabelling gave something new.
  bool relabel() {
    const std::size_t before = result_.taken.size();
    for (const auto& [by, hands] : hands_) {
      for (const Lever& from : hands.from) {
        for (const Lever& to : hands.to) relabel(by, hands, from, to);
      }
    }
    return result_.taken.size() > before;
  }

  void relabel(TypeValue by, const Hands& hands, const Lever& from, const Lever& to) {
    if (!is_label(from.target) || !is_label(to.target)) return;
    const bool has_old = result_.owned[from.target - 1U];
    const bool has_new = result_.owned[to.target - 1U];
    const bool fetches = !has_old && hands.owns.contains(to.target);
    if (!(has_old && !has_new) && !fetches) return;
    const auto passes = passage(from.target, to.target);
    if (!passes) return;
    if (fetches) {
      take({from.target, TakenBy::kFetch, by, to.target, {from, to, *passes}});
    } else {
      take({to.target, TakenBy::kRelabel, by, from.target, {from, to, *passes}});
    }
  }

  void keep_losses(const AccessCell& cell) {
    const Lever lever{cell.source, cell.target, cell.target_class, 0};
    const auto keep = [&](Power power, TypeValue object, AccessVector bits) {
      if (bits == 0) return;
      Lever& kept = losses_.try_emplace({power, object}, lever).first->second;
      if (kept.source == lever.source && kept.target == lever.target && kept.access_class == lever.access_class) {
        kept.permissions |= bits;
      }
    };
    for (const Power power : {Power::kReads, Power::kStops, Power::kCreates}) {
      for (const TypeValue label : behind(cell.target)) keep(power, label, having(power, cell));
    }
    if (parties_.kinds[cell.target - 1U] != LabelKind::kDevice) return;
    keep(Power::kUsesDevice, cell.target, having(Power::kUsesDevice, cell) | having(Power::kUnconfined, cell));
    keep(Power::kHandsDevices, cell.target, having(Power::kHandsDevices, cell));
  }

  void collect_losses() {
    for (const auto& [key, lever] : losses_) {
      const bool is_owned = is_label(key.second) && result_.owned[key.second - 1U];
      if (!is_owned) result_.losses.push_back({key.first, key.second, lever});
    }
  }

  const flask::BinaryPolicy& policy_;
  const Parties& parties_;
  std::vector<bool> interrupts_only_;
  std::vector<bool> excluded_;
  std::vector<std::vector<AccessVector>> powers_;  // by power, class value - 1
  std::unique_ptr<flask::BinaryPolicy> opened_;    // once booleans can be turned
  std::unique_ptr<flask::AccessTable> table_;
  std::unique_ptr<flask::RowReader> reader_;
  std::map<TypeValue, Hands> hands_;
  std::map<std::pair<Power, TypeValue>, Lever> losses_;
  std::size_t next_ = 0;  // of result_.taken: not used yet
  Escalation result_;
};

}  // namespace

std::vector<PartyId> Escalation::owned_parties(const Parties& parties) const {
  std::vector<PartyId> result;
  for (const Taken& each : taken) {
    const auto party = parties.of_label[each.label - 1U];
    if (party && *party != start) result.push_back(*party);
  }
  std::sort(result.begin(), result.end());
  result.erase(std::unique(result.begin(), result.end()), result.end());
  return result;
}

Escalation escalate(const flask::BinaryPolicy& policy, const catalogue::Catalogue& catalogue, const Parties& parties,
                    PartyId start, Life life) {
  return Attack(policy, catalogue, parties, start, life).run();
}

}  // namespace bulkhead::flow
