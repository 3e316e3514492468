// What the names of a question stand for.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bulkhead/analysis/why.h"

namespace bulkhead::analysis {

struct Party {
  std::vector<model::DomainId> domains;            // named, or behind the named type
  std::vector<privilege::TypeId> types;            // sorted; without channels
  std::optional<catalogue::InitialLabel> initial;  // a label of the hypervisor's own
  bool is_device = false;
  bool is_exact = false;  // a type was named: nothing beside it is meant
  bool is_anyone = false;
  std::string note;  // whose the named resource is

  [[nodiscard]] bool has(model::DomainId id) const;
};

// Nothing, and a line in `problems`, when the host has nothing of that name.
[[nodiscard]] std::optional<Party> find_party(const model::Model& model, const privilege::Derived& derived,
                                              const std::string& name, std::vector<std::string>& problems);

// The class and permissions that are asked about.
struct Wanted {
  std::optional<abi::ClassId> access_class;
  abi::AccessVector permissions = ~abi::AccessVector{0};
};
[[nodiscard]] Wanted find_wanted(const abi::Abi& abi, const WhyQuestion& question, std::vector<std::string>& problems);

[[nodiscard]] std::vector<WhyRemedy> find_remedies(const model::Model& model, const catalogue::Catalogue& catalogue,
                                                   const Party& source, const Party& target, const Wanted& wanted);

// The permissions of `rule` that are wanted and that the release has; empty when the class is another.
[[nodiscard]] std::vector<WhyPermission> wanted_permissions(const catalogue::Rule& rule, const abi::Abi& abi,
                                                            const Wanted& wanted);

}  // namespace bulkhead::analysis
