// The types of a policy, made from the model's names.
#pragma once

#include <map>
#include <utility>
#include <vector>

#include "bulkhead/privilege/privileges.h"

namespace bulkhead::privilege {

// Which event channel there is between two domains: one type for each pair, whichever end owns the port.
class Channels {
 public:
  void add(model::DomainId a, model::DomainId b) { pairs_.push_back(ordered(a, b)); }
  void sort_unique();
  [[nodiscard]] const std::vector<std::pair<model::DomainId, model::DomainId>>& pairs() const { return pairs_; }
  void set_types(std::vector<TypeId> types) { types_ = std::move(types); }  // in the order of pairs()
  [[nodiscard]] TypeId type(model::DomainId a, model::DomainId b) const;    // the pair must exist

 private:
  static std::pair<model::DomainId, model::DomainId> ordered(model::DomainId a, model::DomainId b) {
    return a < b ? std::pair(a, b) : std::pair(b, a);
  }
  std::vector<std::pair<model::DomainId, model::DomainId>> pairs_;
  std::vector<TypeId> types_;
};

struct TypeTable {
  Derived derived;  // types and initial SIDs are filled in, rules are not
  Channels channels;
  TypeId initial[catalogue::kInitialLabelCount]{};
};

[[nodiscard]] TypeTable make_types(const model::Model& model, Diagnostics& diagnostics);

}  // namespace bulkhead::privilege
