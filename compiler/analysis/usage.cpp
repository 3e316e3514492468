#include "bulkhead/analysis/usage.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "bulkhead/flask/policy_conf.h"

namespace bulkhead::analysis {
namespace {

using privilege::Cell;
using privilege::Grant;
using privilege::TypeId;

std::tuple<TypeId, TypeId, abi::ClassId> key(const Cell& cell) {
  return {cell.source, cell.target, cell.access_class};
}

// Equal messages of one kind, each once.
class EventTable {
 public:
  void add(const UsageEvent& event) {
    auto row = std::tuple(event.source, event.target, event.access_class, event.permissions);
    ++events_.try_emplace(std::move(row), event).first->second.count;
  }
  [[nodiscard]] std::vector<UsageEvent> take() {
    std::vector<UsageEvent> all;
    all.reserve(events_.size());
    for (auto& [row, event] : events_) all.push_back(std::move(event));
    return all;
  }

 private:
  std::map<std::tuple<std::string, std::string, std::string, std::vector<std::string>>, UsageEvent> events_;
};

// The log's half: which bits of which cell were used.
class Sightings {
 public:
  explicit Sightings(const privilege::PrivilegeSet& set) : set_(set), cells_(set.cells()), seen_(cells_.size()) {
    for (std::size_t i = 0; i < set.types.size(); ++i) {
      types_.emplace(privilege::context(set.types[i]), static_cast<TypeId>(i));
    }
  }

  void take(const avc::Log& log, std::size_t number) {
    for (const avc::Event& event : log.events) {
      if (!event.granted) {
        denied_.add(describe(event, number));
        continue;
      }
      ++granted_;
      if (!see(event)) unforeseen_.add(describe(event, number));
    }
  }

  [[nodiscard]] const std::vector<Cell>& cells() const { return cells_; }
  [[nodiscard]] abi::AccessVector seen(std::size_t cell) const { return seen_[cell]; }
  void finish(Usage& usage) {
    usage.grants_logged = granted_;
    usage.denied = denied_.take();
    usage.unforeseen = unforeseen_.take();
  }

 private:
  [[nodiscard]] const TypeId* find_type(std::string_view context) const {
    const auto found = types_.find(context);
    return found == types_.end() ? nullptr : &found->second;
  }

  // Marks what this policy grants of it; false when it does not grant all.
  bool see(const avc::Event& event) {
    const TypeId* const source = find_type(event.source);
    const TypeId* const target = find_type(event.target);
    const auto access_class = set_.abi->find_class(event.access_class);
    if (source == nullptr || target == nullptr || !access_class) return false;
    const Cell sought{*source, *target, *access_class, 0};
    const auto cell = std::lower_bound(cells_.begin(), cells_.end(), sought,
                                       [](const Cell& a, const Cell& b) { return key(a) < key(b); });
    if (cell == cells_.end() || key(*cell) != key(sought)) return false;
    abi::AccessVector used = 0;
    bool is_known = true;
    for (const std::string_view permission : event.permissions) {
      const auto bit = set_.abi->at(*access_class).bit(permission);
      is_known = is_known && bit.has_value();
      if (bit) used |= 1U << *bit;
    }
    seen_[static_cast<std::size_t>(cell - cells_.begin())] |= used & cell->permissions;
    return is_known && (used & ~cell->permissions) == 0;
  }

  [[nodiscard]] std::string name_of(std::string_view context) const {
    const TypeId* const type = find_type(context);
    return type == nullptr ? std::string(context) : set_.at(*type).name;
  }
  [[nodiscard]] UsageEvent describe(const avc::Event& event, std::size_t log) const {
    return {.source = name_of(event.source),
            .target = name_of(event.target),
            .access_class = std::string(event.access_class),
            .permissions = {event.permissions.begin(), event.permissions.end()},
            .count = 0,
            .log = log,
            .line = event.line};
  }

  const privilege::PrivilegeSet& set_;
  std::vector<Cell> cells_;              // sorted by key
  std::vector<abi::AccessVector> seen_;  // index = that of the cell
  std::map<std::string, TypeId, std::less<>> types_;
  std::size_t granted_ = 0;
  EventTable denied_;
  EventTable unforeseen_;
};

// The spec's half: what each domain has, and why.
class Account {
 public:
  Account(const model::Model& model, const catalogue::Catalogue& catalogue, const privilege::PrivilegeSet& set)
      : catalogue_(catalogue), set_(set), domains_(model.domains.size() + 1) {
    for (std::size_t i = 0; i < model.domains.size(); ++i) {
      domains_[i].name = model.domains[i].name;
      domains_[i].role = model.domains[i].role;
    }
  }

  void take(const Cell& cell, abi::AccessVector seen) {
    const auto& domain = set_.at(cell.source).domain;
    UsageOfDomain& account = domain ? domains_[model::index(*domain)] : domains_.back();
    const abi::AccessClass& access_class = set_.abi->at(cell.access_class);
    for (unsigned bit = 0; bit < access_class.permissions.size(); ++bit) {
      if ((cell.permissions >> bit & 1U) == 0) continue;
      const bool is_used = (seen >> bit & 1U) != 0;
      ++account.counts.granted;
      if (is_used) {
        ++account.counts.used;
      } else {
        add_unseen(cell, bit, account);
      }
      count_rules(cell, bit, is_used);
    }
  }

  void finish(Usage& usage) {
    for (const UsageOfDomain& domain : domains_) {
      usage.total.granted += domain.counts.granted;
      usage.total.used += domain.counts.used;
      usage.total.not_traced += domain.counts.not_traced;
      usage.total.kept += domain.counts.kept;
      usage.total.unused += domain.counts.unused;
    }
    usage.domains = std::move(domains_);
    for (const auto& [place, rule] : rules_) {
      if ((rule.used == 0) != !rule.needed_for.empty()) usage.rules.push_back(rule);
    }
  }

 private:
  // A rule that says why it stays and was not used is as it should be, and so is one that was used and says nothing.
  void count_rules(const Cell& cell, unsigned bit, bool is_used) {
    if ((flask::untraced(*set_.abi, cell.access_class) >> bit & 1U) != 0) return;
    const abi::AccessClass& access_class = set_.abi->at(cell.access_class);
    const std::string& permission = access_class.permissions[bit];
    for (const Grant& grant : set_.grants(cell.source, cell.target, cell.access_class)) {
      if (grant.rule == nullptr || (grant.permissions >> bit & 1U) == 0) continue;
      const UsageReason reason = reason_of(grant, permission);
      UsageRule& rule = rules_[reason.place];
      if (rule.granted == 0) {
        rule = {.via = reason.via,
                .is_role = reason.is_role,
                .access_class = access_class.name,
                .name = permission,
                .reason = reason.reason,
                .needed_for = reason.needed_for,
                .place = reason.place,
                .granted = 0,
                .used = 0};
      }
      ++rule.granted;
      rule.used += is_used ? 1 : 0;
    }
  }

  void add_unseen(const Cell& cell, unsigned bit, UsageOfDomain& account) {
    const abi::AccessClass& access_class = set_.abi->at(cell.access_class);
    UsagePermission permission{.source = set_.at(cell.source).name,
                               .target = set_.at(cell.target).name,
                               .access_class = access_class.name,
                               .name = access_class.permissions[bit],
                               .use = Use::kUnused,
                               .reasons = {}};
    for (const Grant& grant : set_.grants(cell.source, cell.target, cell.access_class)) {
      if ((grant.permissions >> bit & 1U) != 0) permission.reasons.push_back(reason_of(grant, permission.name));
    }
    const bool has_reason = std::any_of(permission.reasons.begin(), permission.reasons.end(),
                                        [](const UsageReason& reason) { return !reason.needed_for.empty(); });
    if ((flask::untraced(*set_.abi, cell.access_class) >> bit & 1U) != 0) {
      permission.use = Use::kNotTraced;
      ++account.counts.not_traced;
    } else if (has_reason) {
      permission.use = Use::kKept;
      ++account.counts.kept;
    } else {
      ++account.counts.unused;
    }
    account.permissions.push_back(std::move(permission));
  }

  [[nodiscard]] UsageReason reason_of(const Grant& grant, std::string_view permission) const {
    UsageReason reason{.via = std::string(grant.via),
                       .is_role = catalogue_.find_connection(grant.via) == nullptr,
                       .phase = grant.phase,
                       .origin = grant.origin,
                       .reason = "the hypervisor does this itself when it starts the host",
                       .needed_for = {},
                       .place = {}};
    if (grant.rule == nullptr) return reason;
    for (const catalogue::RulePermission& known : grant.rule->permissions) {
      if (known.name != permission) continue;
      reason.reason = known.reason;
      reason.needed_for = known.needed_for;
      reason.place = known.place;
    }
    return reason;
  }

  const catalogue::Catalogue& catalogue_;
  const privilege::PrivilegeSet& set_;
  std::vector<UsageOfDomain> domains_;  // index = model::DomainId; the last one is the hypervisor's
  std::map<Span, UsageRule> rules_;     // by the place of the permission
};

}  // namespace

std::string_view name(Use use) {
  switch (use) {
    case Use::kUsed:
      return "used";
    case Use::kNotTraced:
      return "not-traced";
    case Use::kKept:
      return "kept";
    case Use::kUnused:
      return "unused";
  }
  return {};
}

Usage usage(const model::Model& model, const catalogue::Catalogue& catalogue, const privilege::Derived& derived,
            std::span<const avc::Log> logs) {
  Usage result;
  Sightings sightings(derived.set);
  for (std::size_t i = 0; i < logs.size(); ++i) sightings.take(logs[i], i);
  Account account(model, catalogue, derived.set);
  for (std::size_t i = 0; i < sightings.cells().size(); ++i) account.take(sightings.cells()[i], sightings.seen(i));
  sightings.finish(result);
  account.finish(result);
  return result;
}

}  // namespace bulkhead::analysis
