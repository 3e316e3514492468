// Rows of the matrix and boxes of the picture: domains as long as they fit, else families, else roles. Their number is
// bounded, so matrix and picture are, however many domains there are.
#pragma once

#include <string>
#include <vector>

#include "index.h"

namespace bulkhead::report {

inline constexpr std::size_t kMaxGroups = 60;

struct Groups {
  struct Group {
    std::string name;
    std::size_t column = 0;  // control, hardware, services, guests
    std::vector<model::DomainId> members;
  };
  std::string_view of;  // "domain", "family", "role"
  std::vector<Group> all;
  std::vector<std::size_t> of_domain;  // by DomainId
};

// In the order of the picture: by column, then as the model has them.
[[nodiscard]] Groups group_domains(const model::Model& model);

}  // namespace bulkhead::report
