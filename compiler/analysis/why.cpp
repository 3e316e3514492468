#include "bulkhead/analysis/why.h"

#include <algorithm>

#include "reason_of.h"
#include "why_parties.h"

namespace bulkhead::analysis {
namespace {

using privilege::TypeId;

bool holds(const std::vector<TypeId>& sorted, TypeId id) {
  return std::binary_search(sorted.begin(), sorted.end(), id);
}

bool is_channel_between(const privilege::Type& type, const Party& a, const Party& b) {
  return type.kind == privilege::TypeKind::kChannel && type.domain && type.peer &&
         ((a.has(*type.domain) && b.has(*type.peer)) || (a.has(*type.peer) && b.has(*type.domain)));
}

void add_reasons(std::span<const privilege::Grant> grants, const catalogue::Catalogue& catalogue, const abi::Abi& abi,
                 const Wanted& wanted, WhyCell& cell) {
  for (const privilege::Grant& grant : grants) {
    if ((grant.permissions & wanted.permissions) != 0) {
      cell.reasons.push_back(reason_of(grant, catalogue, abi, wanted));
    }
  }
}

std::vector<WhyTransition> transitions_between(const privilege::PrivilegeSet& set, const Party& source,
                                               const Party& target, const Wanted& wanted) {
  std::vector<WhyTransition> found;
  for (const privilege::Transition& each : set.transitions) {
    const bool is_asked = (!wanted.access_class || *wanted.access_class == each.access_class) &&
                          holds(source.types, each.source) && holds(target.types, each.target);
    if (!is_asked) continue;
    found.push_back({set.at(each.source).name, set.at(each.target).name, set.abi->at(each.access_class).name,
                     set.at(each.result).name, each.origin});
  }
  return found;
}

// Of all labels of the two those under which they would meet: of the first domain that was named.
std::vector<Obstacle> obstacles_between(const model::Model& model, const catalogue::Catalogue& catalogue,
                                        const privilege::Derived& derived, const Party& source, const Party& target,
                                        const Wanted& wanted) {
  const Obstacles obstacles(model, catalogue, derived);
  std::vector<Obstacle> found;
  const auto add = [&](TypeId from, TypeId to) {
    for (Obstacle& each : obstacles.of({from, to, *wanted.access_class, wanted.permissions})) {
      if (std::find(found.begin(), found.end(), each) == found.end()) found.push_back(std::move(each));
    }
  };
  const privilege::DomainTypes& from = derived.of_domain[model::index(source.domains.front())];
  if (target.domains.empty() || target.is_exact) {
    add(from.running, target.types.front());
  } else if (target.domains.front() == source.domains.front()) {
    add(from.running, from.self);
  } else {
    const privilege::DomainTypes& to = derived.of_domain[model::index(target.domains.front())];
    add(from.running,
        to.target && model.at(target.domains.front()).device_model == source.domains.front() ? *to.target : to.running);
  }
  return found;
}

class Search {
 public:
  Search(const catalogue::Catalogue& catalogue, const privilege::Derived& derived, const Party& source,
         const Party& target, const Wanted& wanted)
      : catalogue_(&catalogue), derived_(&derived), source_(&source), target_(&target), wanted_(&wanted) {}

  std::vector<WhyCell> run() {
    std::vector<WhyCell> cells;
    for (const privilege::Cell& cell : derived_->set.cells()) {
      if ((cell.permissions & wanted_->permissions) == 0 ||
          (wanted_->access_class && *wanted_->access_class != cell.access_class) || !is_asked(cell)) {
        continue;
      }
      cells.push_back(describe(cell));
    }
    return cells;
  }

 private:
  // From the source's labels to the target's, or to the channel between them; and from the channel to the target, which
  // is the other half of a channel's rules.
  [[nodiscard]] bool is_asked(const privilege::Cell& cell) const {
    const bool from_source = source_->is_anyone || holds(source_->types, cell.source);
    const bool to_target = holds(target_->types, cell.target);
    if (from_source && to_target) {
      return true;
    }
    return (from_source && !target_->is_exact &&
            is_channel_between(derived_->set.at(cell.target), *source_, *target_)) ||
           (to_target && !source_->is_exact && is_channel_between(derived_->set.at(cell.source), *source_, *target_));
  }

  [[nodiscard]] WhyCell describe(const privilege::Cell& cell) const {
    const abi::AccessClass& access_class = derived_->set.abi->at(cell.access_class);
    WhyCell answer{derived_->set.at(cell.source).name, derived_->set.at(cell.target).name, access_class.name, {}, {}};
    for (std::size_t bit = 0; bit < access_class.permissions.size(); ++bit) {
      if ((cell.permissions & wanted_->permissions) >> bit & 1U) {
        answer.permissions.push_back(access_class.permissions[bit]);
      }
    }
    add_reasons(derived_->set.grants(cell.source, cell.target, cell.access_class), *catalogue_, *derived_->set.abi,
                *wanted_, answer);
    return answer;
  }

  const catalogue::Catalogue* catalogue_;
  const privilege::Derived* derived_;
  const Party* source_;
  const Party* target_;
  const Wanted* wanted_;
};

}  // namespace

std::vector<WhyPermission> wanted_permissions(const catalogue::Rule& rule, const abi::Abi& abi, const Wanted& wanted) {
  std::vector<WhyPermission> permissions;
  const std::optional<abi::ClassId> id = abi.find_class(rule.access_class);
  if (!id || (wanted.access_class && *wanted.access_class != *id)) {
    return permissions;
  }
  for (const catalogue::RulePermission& permission : rule.permissions) {
    const std::optional<unsigned> bit = abi.at(*id).bit(permission.name);
    if (bit && (wanted.permissions >> *bit & 1U) != 0) {
      permissions.push_back({permission.name, permission.reason, permission.place});
    }
  }
  return permissions;
}

WhyAnswer why(const model::Model& model, const catalogue::Catalogue& catalogue, const privilege::Derived& derived,
              const WhyQuestion& question) {
  WhyAnswer answer;
  const std::optional<Party> source = find_party(model, derived, question.source, answer.problems);
  const std::optional<Party> target = find_party(model, derived, question.target, answer.problems);
  const Wanted wanted = find_wanted(*model.abi, question, answer.problems);
  if (!answer.problems.empty()) {
    return answer;
  }
  answer.cells = Search(catalogue, derived, *source, *target, wanted).run();
  for (const Party* const party : {&*source, &*target}) {
    if (!party->note.empty()) {
      answer.notes.push_back(party->note);
    }
  }
  if (!question.permission) {
    answer.transitions = transitions_between(derived.set, *source, *target, wanted);
  }
  if (answer.cells.empty()) {
    answer.remedies = find_remedies(model, catalogue, *source, *target, wanted);
    if (question.permission && !source->domains.empty()) {
      answer.obstacles = obstacles_between(model, catalogue, derived, *source, *target, wanted);
    }
  }
  return answer;
}

std::optional<WhyCell> why_cell(const catalogue::Catalogue& catalogue, const privilege::Derived& derived,
                                const std::string& source, const std::string& target, const std::string& access_class,
                                bool is_dontaudit) {
  const privilege::PrivilegeSet& set = derived.set;
  const auto from = set.find(source);
  const auto to = set.find(target);
  const auto in = set.abi->find_class(access_class);
  if (!from || !to || !in) {
    return std::nullopt;
  }
  const Wanted wanted{in, ~abi::AccessVector{0}};
  WhyCell cell{source, target, access_class, {}, {}};
  if (is_dontaudit) {
    for (const privilege::Grant& grant : set.dontaudit) {
      if (grant.source == *from && grant.target == *to && grant.access_class == *in) {
        cell.reasons.push_back(reason_of(grant, catalogue, *set.abi, wanted));
      }
    }
  } else {
    add_reasons(set.grants(*from, *to, *in), catalogue, *set.abi, wanted, cell);
  }
  for (const WhyReason& reason : cell.reasons) {
    for (const WhyPermission& permission : reason.permissions) {
      cell.permissions.push_back(permission.name);
    }
  }
  return cell.reasons.empty() ? std::nullopt : std::optional(std::move(cell));
}

}  // namespace bulkhead::analysis
