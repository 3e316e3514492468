// The statements of a spec that grant something, and which of them were looked at.
#pragma once

#include <map>
#include <set>
#include <vector>

#include "bulkhead/analysis/expectations.h"

namespace bulkhead::analysis {

class Coverage {
 public:
  Coverage(const model::Model& model, const catalogue::Catalogue& catalogue);

  // An expectation begins; what it looks at counts once.
  void begin() { seen_.clear(); }
  void look_at(const privilege::Grant& grant);
  void look_at(model::DeviceId device) { see(device_place_[model::index(device)]); }
  [[nodiscard]] std::vector<Statement> take() { return std::move(statements_); }

 private:
  void see(std::size_t place) {
    if (seen_.insert(place).second) {
      ++statements_[place].touched;
    }
  }

  std::vector<Statement> statements_;
  std::map<std::pair<std::string_view, Span>, std::size_t> connections_;  // by kind and place
  std::map<std::pair<const catalogue::Rule*, Span>, std::size_t> roles_;  // by rule and place of the domain's entry
  std::vector<std::size_t> device_place_;                                 // by DeviceId
  std::set<std::size_t> seen_;
};

}  // namespace bulkhead::analysis
