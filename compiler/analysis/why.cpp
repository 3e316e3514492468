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
    const bool from_source = holds(source_->types, cell.source);
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
    for (const privilege::Grant& grant : derived_->set.grants(cell.source, cell.target, cell.access_class)) {
      if ((grant.permissions & wanted_->permissions) != 0) {
        answer.reasons.push_back(reason_of(grant, *catalogue_, *derived_->set.abi, *wanted_));
      }
    }
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
  if (answer.cells.empty()) {
    answer.remedies = find_remedies(model, catalogue, *source, *target, wanted);
  }
  return answer;
}

}  // namespace bulkhead::analysis
