// The structural check: a Document against the table of the language. Reports everything that is wrong (group kShape)
// and remembers which nodes are not to be decoded.
#pragma once

#include <vector>

#include "bulkhead/base/diagnostic.h"
#include "bulkhead/base/document.h"
#include "bulkhead/spec/language.h"

namespace bulkhead::spec {

class Refusals {
 public:
  explicit Refusals(const Document& document) : refused_(document.nodes().size()) {}
  void add(const Node& node) {
    refused_[node.index()] = true;
    any_ = true;
  }
  // Something is missing, but no node can be blamed.
  void add_missing() { any_ = true; }
  [[nodiscard]] bool contains(const Node& node) const { return refused_[node.index()]; }
  [[nodiscard]] bool any() const { return any_; }

 private:
  std::vector<bool> refused_;
  bool any_ = false;
};

[[nodiscard]] Refusals check_shape(const Document& document, const Shape& shape, Diagnostics& diagnostics);

}  // namespace bulkhead::spec
