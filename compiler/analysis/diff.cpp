#include "bulkhead/analysis/diff.h"

#include <algorithm>
#include <bit>
#include <optional>

#include <fmt/format.h>

#include "bulkhead/base/check.h"

namespace bulkhead::analysis {
namespace {

constexpr std::uint32_t kAbsent = UINT32_MAX;

// Two sorted lists of names as one, with the place of each in either.
struct Merged {
  std::vector<std::string> names;
  std::vector<std::uint32_t> in[2];    // by place in `names`: the place in A or B, or kAbsent
  std::vector<std::uint32_t> from[2];  // the reverse
};

Merged merge(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  Merged merged;
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < a.size() || j < b.size()) {
    const bool takes_a = j == b.size() || (i < a.size() && a[i] <= b[j]);
    const bool takes_b = i == a.size() || (j < b.size() && b[j] <= a[i]);
    const auto place = static_cast<std::uint32_t>(merged.names.size());
    merged.names.push_back(takes_a ? a[i] : b[j]);
    merged.in[0].push_back(takes_a ? static_cast<std::uint32_t>(i++) : kAbsent);
    merged.in[1].push_back(takes_b ? static_cast<std::uint32_t>(j++) : kAbsent);
    if (takes_a) {
      merged.from[0].push_back(place);
    }
    if (takes_b) {
      merged.from[1].push_back(place);
    }
  }
  return merged;
}

// The classes of both, each with the permissions of both: A's in their order, then those that only B has.
struct MergedClasses {
  Merged names;
  std::vector<std::vector<std::string>> permissions;
  std::vector<std::vector<unsigned>> bit[2];  // by own class, own bit: the bit in `permissions`
};

MergedClasses merge_classes(const Rights& a, const Rights& b) {
  const Rights* const sides[2] = {&a, &b};
  std::vector<std::string> names[2];
  for (std::size_t side = 0; side < 2; ++side) {
    for (const RightsClass& access_class : sides[side]->classes()) {
      names[side].push_back(access_class.name);
    }
  }
  MergedClasses merged{merge(names[0], names[1]), {}, {}};
  merged.permissions.resize(merged.names.names.size());
  for (std::size_t side = 0; side < 2; ++side) {
    for (std::size_t own = 0; own < names[side].size(); ++own) {
      std::vector<std::string>& all = merged.permissions[merged.names.from[side][own]];
      std::vector<unsigned>& bits = merged.bit[side].emplace_back();
      for (const std::string& permission : sides[side]->classes()[own].permissions) {
        const auto found = std::find(all.begin(), all.end(), permission);
        bits.push_back(static_cast<unsigned>(found - all.begin()));
        if (found == all.end()) {
          all.push_back(permission);
        }
      }
      BULKHEAD_CHECK(all.size() <= 64, "a class has at most 32 permissions in each of two policies");
    }
  }
  return merged;
}

// Reads the rows of one side in the numbers that both share.
class Side {
 public:
  Side(Rights& rights, std::size_t side, const Merged& types, const MergedClasses& classes)
      : rights_(&rights), side_(side), types_(&types), classes_(&classes) {}

  // Empty when this side does not have the source.
  const RightsRow& read(std::uint32_t source) {
    row_.cells.clear();
    row_.transitions.clear();
    const std::uint32_t own = types_->in[side_][source];
    if (own == kAbsent) {
      return row_;
    }
    rights_->read_row(own, row_);
    // Both numberings are by name, so the order of the row stays.
    for (RightsCell& cell : row_.cells) {
      cell.permissions = shared_permissions(cell);
      cell.access_class = classes_->names.from[side_][cell.access_class];
      cell.target = types_->from[side_][cell.target];
    }
    for (RightsTransition& transition : row_.transitions) {
      transition.target = types_->from[side_][transition.target];
      transition.access_class = classes_->names.from[side_][transition.access_class];
      transition.result = types_->from[side_][transition.result];
    }
    return row_;
  }

  [[nodiscard]] AccessChange describe(std::uint32_t source, const RightsCell& cell) const {
    AccessChange change{
        types_->names[source], types_->names[cell.target], classes_->names.names[cell.access_class], {}, {}};
    const std::vector<std::string>& names = classes_->permissions[cell.access_class];
    const std::uint32_t own_class = classes_->names.in[side_][cell.access_class];
    const std::vector<unsigned>& bits = classes_->bit[side_][own_class];
    RightsCell own{types_->in[side_][cell.target], own_class, 0};
    for (std::size_t bit = 0; bit < bits.size(); ++bit) {
      if ((cell.permissions >> bits[bit] & 1U) != 0) {
        change.permissions.push_back(names[bits[bit]]);
        own.permissions |= std::uint64_t{1} << bit;
      }
    }
    change.origins = rights_->origins(types_->in[side_][source], own);
    return change;
  }

 private:
  [[nodiscard]] std::uint64_t shared_permissions(const RightsCell& cell) const {
    const std::vector<unsigned>& bits = classes_->bit[side_][cell.access_class];
    std::uint64_t shared = 0;
    for (std::uint64_t left = cell.permissions; left != 0; left &= left - 1) {
      shared |= std::uint64_t{1} << bits[static_cast<std::size_t>(std::countr_zero(left))];
    }
    return shared;
  }

  Rights* rights_;
  std::size_t side_;
  const Merged* types_;
  const MergedClasses* classes_;
  RightsRow row_;
};

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

  PolicyDiff run(const Rights& a, const Rights& b) {
    for (std::uint32_t type = 0; type < types_.names.size(); ++type) {
      if (types_.in[0][type] == kAbsent) {
        diff_.added_types.push_back(types_.names[type]);
      } else if (types_.in[1][type] == kAbsent) {
        diff_.removed_types.push_back(types_.names[type]);
      }
      compare_source(type);
    }
    compare_facts(a, b);
    std::sort(diff_.other.begin(), diff_.other.end(),
              [](const OtherChange& left, const OtherChange& right) { return left.what < right.what; });
    return std::move(diff_);
  }

 private:
  void compare_source(std::uint32_t source) {
    const RightsRow& left = a_.read(source);
    const RightsRow& right = b_.read(source);
    const auto cell_key = [](const RightsCell& cell) { return std::uint64_t{cell.target} << 32U | cell.access_class; };
    walk(left.cells, right.cells, cell_key, [&](const RightsCell* in_a, const RightsCell* in_b) {
      const std::uint64_t before = in_a != nullptr ? in_a->permissions : 0;
      const std::uint64_t after = in_b != nullptr ? in_b->permissions : 0;
      const RightsCell& any = in_a != nullptr ? *in_a : *in_b;
      if ((before & ~after) != 0) {
        diff_.narrowed.push_back(a_.describe(source, {any.target, any.access_class, before & ~after}));
        diff_.narrowed_permissions += static_cast<std::size_t>(std::popcount(before & ~after));
      }
      if ((after & ~before) != 0) {
        diff_.widened.push_back(b_.describe(source, {any.target, any.access_class, after & ~before}));
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
    diff_.other.push_back({fmt::format("{} {} {}:{}", keyword(any.kind), types_.names[source], types_.names[any.target],
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
      diff_.other.push_back({any.key, in_a != nullptr ? in_a->value : "", in_b != nullptr ? in_b->value : "",
                             in_a != nullptr, in_b != nullptr});
    });
  }

  Merged types_;
  MergedClasses classes_;
  Side a_;
  Side b_;
  PolicyDiff diff_;
};

}  // namespace

bool PolicyDiff::same() const {
  return added_types.empty() && removed_types.empty() && widened.empty() && narrowed.empty() && other.empty();
}

PolicyDiff diff(Rights& a, Rights& b) {
  return Comparison(a, b).run(a, b);
}

}  // namespace bulkhead::analysis
