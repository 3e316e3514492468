#include "bulkhead/analysis/diff.h"

#include <algorithm>
#include <bit>
#include <map>
#include <optional>
#include <tuple>

#include <fmt/format.h>

#include "bulkhead/base/check.h"
#include "diff_sides.h"

namespace bulkhead::analysis {
namespace {

// Walks two sorted lists: visit(left or null, right or null) for each key, in order.
template <typename T, typename Key, typename Visit>
void walk(const std::vector<T>& left, const std::vector<T>& right, Key key, Visit visit) {
  auto a = left.begin();
  auto b = right.begin();
  while (a != left.end() || b != right.end()) {
    const bool takes_a = b == right.end() || (a != left.end() && key(*a) <= key(*b));
    const bool takes_b = a == left.end() || (b != right.end() && key(*b) <= key(*a));
    visit(takes_a ? &*a : nullptr, takes_b ? &*b : nullptr);
    a += takes_a ? 1 : 0;
    b += takes_b ? 1 : 0;
  }
}

class Comparison {
 public:
  Comparison(Rights& a, Rights& b)
      : types_(merge(a.types(), b.types())),
        classes_(merge_classes(a, b)),
        a_(a, 0, types_, classes_),
        b_(b, 1, types_, classes_) {}

  PolicyDiff run(const Rights& a, const Rights& b, const catalogue::Catalogue* catalogue) {
    parties_ = find_parties(types_, a_, b_);
    counts_.resize(parties_.domains.size());
    for (std::uint32_t type = 0; type < types_.names.size(); ++type) {
      if (types_.in[0][type] == kAbsent) {
        diff_.added_types.push_back(types_.names[type]);
      } else if (types_.in[1][type] == kAbsent) {
        diff_.removed_types.push_back(types_.names[type]);
      }
      compare_source(type);
    }
    compare_facts(a, b);
    compare_unreviewed(a, b);
    add_counts();
    add_words();
    if (catalogue != nullptr && !diff_.same()) {
      compare_flows(parties_, types_, classes_, *catalogue, a_, b_, diff_);
    }
    std::sort(diff_.other.begin(), diff_.other.end(), [](const OtherChange& left, const OtherChange& right) {
      return std::tie(left.kind, left.what) < std::tie(right.kind, right.what);
    });
    return std::move(diff_);
  }

 private:
  void count(std::uint32_t source, const RightsRow& left, const RightsRow& right) {
    if (!parties_.of_type[source].acts || parties_.domain_of[source] == kAbsent) {
      return;
    }
    DomainCount& of = counts_[parties_.domain_of[source]];
    of.in_a = of.in_a || types_.in[0][source] != kAbsent;
    of.in_b = of.in_b || types_.in[1][source] != kAbsent;
    for (const RightsCell& cell : left.cells) {
      of.before += static_cast<std::size_t>(std::popcount(cell.permissions));
    }
    for (const RightsCell& cell : right.cells) {
      of.after += static_cast<std::size_t>(std::popcount(cell.permissions));
    }
  }

  void add_counts() {
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      if (counts_[i].before != counts_[i].after || counts_[i].in_a != counts_[i].in_b) {
        counts_[i].domain = parties_.domains[i];
        diff_.counts.push_back(counts_[i]);
      }
    }
  }

  // Of the types that the differences name.
  void add_words() {
    const auto add = [&](const std::string& name) {
      const auto found = std::lower_bound(types_.names.begin(), types_.names.end(), name);
      diff_.words.emplace(name, parties_.of_type[static_cast<std::size_t>(found - types_.names.begin())]);
    };
    for (const auto* list : {&diff_.widened, &diff_.narrowed}) {
      for (const AccessChange& change : *list) {
        add(change.source);
        add(change.target);
      }
    }
    for (const auto* list : {&diff_.added_types, &diff_.removed_types}) {
      for (const std::string& type : *list) {
        add(type);
      }
    }
  }

  void compare_unreviewed(const Rights& a, const Rights& b) {
    if (!a.unreviewed() || !b.unreviewed()) {
      return;
    }
    diff_.knows_unreviewed = true;
    std::set_difference(b.unreviewed()->begin(), b.unreviewed()->end(), a.unreviewed()->begin(), a.unreviewed()->end(),
                        std::back_inserter(diff_.new_unreviewed));
    std::set_difference(a.unreviewed()->begin(), a.unreviewed()->end(), b.unreviewed()->begin(), b.unreviewed()->end(),
                        std::back_inserter(diff_.lost_unreviewed));
  }

  void compare_source(std::uint32_t source) {
    const RightsRow& left = a_.read(source);
    const RightsRow& right = b_.read(source);
    count(source, left, right);
    const auto cell_key = [](const RightsCell& cell) { return std::uint64_t{cell.target} << 32U | cell.access_class; };
    walk(left.cells, right.cells, cell_key, [&](const RightsCell* in_a, const RightsCell* in_b) {
      const std::uint64_t before = in_a != nullptr ? in_a->permissions : 0;
      const std::uint64_t after = in_b != nullptr ? in_b->permissions : 0;
      const RightsCell& any = in_a != nullptr ? *in_a : *in_b;
      if ((before & ~after) != 0) {
        diff_.narrowed.push_back(a_.describe(source, {any.target, any.access_class, before & ~after}));
        diff_.narrowed.back().other_origins = b_.origins(source, {any.target, any.access_class, after});
        diff_.narrowed_permissions += static_cast<std::size_t>(std::popcount(before & ~after));
      }
      if ((after & ~before) != 0) {
        diff_.widened.push_back(b_.describe(source, {any.target, any.access_class, after & ~before}));
        diff_.widened.back().other_origins = a_.origins(source, {any.target, any.access_class, before});
        diff_.widened_permissions += static_cast<std::size_t>(std::popcount(after & ~before));
      }
    });
    const auto transition_key = [](const RightsTransition& each) {
      return std::make_pair(std::uint64_t{each.target} << 32U | each.access_class, each.kind);
    };
    walk(left.transitions, right.transitions, transition_key,
         [&](const RightsTransition* in_a, const RightsTransition* in_b) { add_transition(source, in_a, in_b); });
  }

  void add_transition(std::uint32_t source, const RightsTransition* in_a, const RightsTransition* in_b) {
    if (in_a != nullptr && in_b != nullptr && in_a->result == in_b->result) {
      return;
    }
    const RightsTransition& any = in_a != nullptr ? *in_a : *in_b;
    diff_.other.push_back({FactKind::kTransition,
                           fmt::format("{} {} {}:{}", keyword(any.kind), types_.names[source], types_.names[any.target],
                                       classes_.names.names[any.access_class]),
                           in_a != nullptr ? types_.names[in_a->result] : "",
                           in_b != nullptr ? types_.names[in_b->result] : "", in_a != nullptr, in_b != nullptr});
  }

  static std::string_view keyword(std::uint32_t kind) {
    switch (static_cast<flask::RuleKind>(kind)) {
      case flask::RuleKind::kTypeTransition:
        return "type_transition";
      case flask::RuleKind::kTypeMember:
        return "type_member";
      case flask::RuleKind::kTypeChange:
        return "type_change";
      case flask::RuleKind::kAllow:
      case flask::RuleKind::kAuditAllow:
      case flask::RuleKind::kDontAudit:
        break;
    }
    BULKHEAD_CHECK(false, "a transition is of one of the three kinds that name a type");
  }

  // What is said about a type that only one side has follows from the type; the type itself is reported.
  [[nodiscard]] bool is_about_both(const RightsFact& fact) const {
    if (fact.about.empty()) {
      return true;
    }
    const auto found = std::lower_bound(types_.names.begin(), types_.names.end(), fact.about);
    if (found == types_.names.end() || *found != fact.about) {
      return true;
    }
    const auto place = static_cast<std::size_t>(found - types_.names.begin());
    return types_.in[0][place] != kAbsent && types_.in[1][place] != kAbsent;
  }

  void compare_facts(const Rights& a, const Rights& b) {
    const auto key = [](const RightsFact& fact) -> const std::string& { return fact.key; };
    walk(a.facts(), b.facts(), key, [&](const RightsFact* in_a, const RightsFact* in_b) {
      if (in_a != nullptr && in_b != nullptr && in_a->value == in_b->value) {
        return;
      }
      const RightsFact& any = in_a != nullptr ? *in_a : *in_b;
      if ((in_a == nullptr || in_b == nullptr) && !is_about_both(any)) {
        return;
      }
      diff_.other.push_back({any.kind, any.key, in_a != nullptr ? in_a->value : "", in_b != nullptr ? in_b->value : "",
                             in_a != nullptr, in_b != nullptr});
    });
  }

  Merged types_;
  MergedClasses classes_;
  Side a_;
  Side b_;
  Parties parties_;
  std::vector<DomainCount> counts_;  // by place in parties_.domains
  PolicyDiff diff_;
};

}  // namespace

bool PolicyDiff::same() const {
  return added_types.empty() && removed_types.empty() && widened.empty() && narrowed.empty() && other.empty();
}

std::string_view name(FactKind kind) {
  switch (kind) {
    case FactKind::kTransition:
      return "transition";
    case FactKind::kInitialSid:
      return "initial-sid";
    case FactKind::kDeviceContext:
      return "device-context";
    case FactKind::kOther:
      return "other";
  }
  return {};
}

PolicyDiff diff(Rights& a, Rights& b, const catalogue::Catalogue* catalogue) {
  return Comparison(a, b).run(a, b, catalogue);
}

}  // namespace bulkhead::analysis
