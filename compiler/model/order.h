// Who must run before whom. In: the domains and links of a model. Out: each such pair with its reason and place, and an
// order that keeps all of them. With cycles the order is still one of all domains, and each cycle is listed.
#pragma once

#include <string_view>
#include <vector>

#include "bulkhead/model/model.h"

namespace bulkhead::model {

struct Dependency {
  DomainId first{};
  DomainId second{};
  Span place;            // the statement that it follows from
  std::string_view why;  // "`second` <why> `first`"
};

struct StartOrder {
  std::vector<DomainId> order;
  std::vector<std::vector<Dependency>> cycles;  // at most kMaxCycles; each ends with the domain that it begins with
};

inline constexpr std::size_t kMaxCycles = 8;

[[nodiscard]] std::vector<Dependency> dependencies(const Model& model);
[[nodiscard]] StartOrder start_order(const Model& model);

}  // namespace bulkhead::model
