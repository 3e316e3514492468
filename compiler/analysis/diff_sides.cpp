#include "diff_sides.h"

#include <algorithm>
#include <bit>
#include <set>

#include "bulkhead/base/check.h"

namespace bulkhead::analysis {

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

const RightsRow& Side::read(std::uint32_t source) {
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

AccessChange Side::describe(std::uint32_t source, const RightsCell& cell) const {
  AccessChange change;
  change.source = types_->names[source];
  change.target = types_->names[cell.target];
  change.access_class = classes_->names.names[cell.access_class];
  const std::vector<std::string>& names = classes_->permissions[cell.access_class];
  for (std::size_t bit = 0; bit < names.size(); ++bit) {
    if ((cell.permissions >> bit & 1U) != 0) {
      change.permissions.push_back(names[bit]);
    }
  }
  change.origins = origins(source, cell);
  return change;
}

std::vector<std::string> Side::origins(std::uint32_t source, const RightsCell& cell) const {
  const std::uint32_t own_source = types_->in[side_][source];
  const std::uint32_t own_class = classes_->names.in[side_][cell.access_class];
  RightsCell own{types_->in[side_][cell.target], own_class, 0};
  if (own_source == kAbsent || own.target == kAbsent || own_class == kAbsent) {
    return {};
  }
  const std::vector<unsigned>& bits = classes_->bit[side_][own_class];
  for (std::size_t bit = 0; bit < bits.size(); ++bit) {
    if ((cell.permissions >> bits[bit] & 1U) != 0) {
      own.permissions |= std::uint64_t{1} << bit;
    }
  }
  return rights_->origins(own_source, own);
}

std::optional<RightsParty> Side::party(std::uint32_t type) const {
  const std::uint32_t own = types_->in[side_][type];
  return own == kAbsent ? std::nullopt : rights_->party(own);
}

std::uint64_t Side::shared_permissions(const RightsCell& cell) const {
  const std::vector<unsigned>& bits = classes_->bit[side_][cell.access_class];
  std::uint64_t shared = 0;
  for (std::uint64_t left = cell.permissions; left != 0; left &= left - 1) {
    shared |= std::uint64_t{1} << bits[static_cast<std::size_t>(std::countr_zero(left))];
  }
  return shared;
}

Parties find_parties(const Merged& types, const Side& a, const Side& b) {
  Parties parties;
  std::set<std::string> domains;
  for (std::uint32_t type = 0; type < types.names.size(); ++type) {
    std::optional<RightsParty> before = a.party(type);
    std::optional<RightsParty> after = b.party(type);
    // Neither says: a type stands for itself.
    RightsParty party = after    ? *after
                        : before ? *before
                                 : RightsParty{types.names[type], types.names[type], {}, {}, true};
    party.places[0] = before ? before->places[0] : std::string();
    party.places[1] = after ? after->places[0] : std::string();
    for (const std::string& name : {party.domain, party.peer}) {
      if (!name.empty()) {
        domains.insert(name);
      }
    }
    parties.of_type.push_back(std::move(party));
  }
  parties.domains.assign(domains.begin(), domains.end());
  const auto place_of = [&](const std::string& name) {
    const auto found = std::lower_bound(parties.domains.begin(), parties.domains.end(), name);
    return name.empty() ? kAbsent : static_cast<std::uint32_t>(found - parties.domains.begin());
  };
  for (const RightsParty& party : parties.of_type) {
    parties.domain_of.push_back(place_of(party.domain));
    parties.peer_of.push_back(place_of(party.peer));
  }
  return parties;
}

}  // namespace bulkhead::analysis
