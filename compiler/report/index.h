// Views of the privileges that all reports share: grants by source, labels by domain, names, reasons. Built once for a
// report; everything in it refers to the inputs, which must outlive it.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "bulkhead/report/report.h"

namespace bulkhead::report {

// Permissions of one grant that have the same reason.
struct ReasonGroup {
  abi::AccessVector permissions = 0;
  std::string_view reason;
};

[[nodiscard]] std::vector<std::string> permission_names(const abi::AccessClass& access_class,
                                                        abi::AccessVector permissions);

class GrantsBySource {
 public:
  explicit GrantsBySource(const privilege::PrivilegeSet& set);
  [[nodiscard]] std::span<const privilege::Grant> of(privilege::TypeId source) const {
    const std::size_t i = privilege::index(source);
    return std::span(allow_).subspan(first_[i], first_[i + 1] - first_[i]);
  }

 private:
  std::span<const privilege::Grant> allow_;
  std::vector<std::size_t> first_;  // by TypeId, and the end
};

class Index {
 public:
  explicit Index(const Inputs& inputs);

  [[nodiscard]] const Inputs& inputs() const { return inputs_; }
  [[nodiscard]] const model::Model& model() const { return inputs_.model; }
  [[nodiscard]] const privilege::PrivilegeSet& set() const { return inputs_.derived.set; }
  [[nodiscard]] const privilege::Type& type(privilege::TypeId id) const { return set().at(id); }
  [[nodiscard]] const privilege::DomainTypes& types(model::DomainId id) const {
    return inputs_.derived.of_domain[model::index(id)];
  }

  [[nodiscard]] std::span<const privilege::Grant> grants(privilege::TypeId source) const { return grants_.of(source); }
  // All labels of a domain, and the channels that it stands first in; by name.
  [[nodiscard]] const std::vector<privilege::TypeId>& types_of(model::DomainId id) const {
    return of_domain_[model::index(id)];
  }
  // The labels that belong to no domain and hold something: the hypervisor's own.
  [[nodiscard]] const std::vector<privilege::TypeId>& hypervisor_types() const { return hypervisor_; }

  // "web-1", "nic0", "xen", "net/web-1" (a channel).
  [[nodiscard]] const std::string& name(privilege::TypeId id) const { return names_[privilege::index(id)]; }
  [[nodiscard]] std::string origin(const Span& span) const;
  [[nodiscard]] const std::vector<ReasonGroup>& reasons(const privilege::Grant& grant) const;
  [[nodiscard]] const abi::AccessClass& access_class(abi::ClassId id) const { return set().abi->at(id); }

 private:
  struct ReasonKey {
    const catalogue::Rule* rule = nullptr;
    abi::AccessVector permissions = 0;
    bool operator==(const ReasonKey&) const = default;
  };
  struct HashReasonKey {
    std::size_t operator()(const ReasonKey& key) const {
      return std::hash<const void*>{}(key.rule) * 31 + key.permissions;
    }
  };

  void name_types();
  [[nodiscard]] std::vector<ReasonGroup> find_reasons(const privilege::Grant& grant) const;

  const Inputs& inputs_;
  GrantsBySource grants_;
  std::vector<std::vector<privilege::TypeId>> of_domain_;
  std::vector<privilege::TypeId> hypervisor_;
  std::vector<std::string> names_;
  mutable std::unordered_map<ReasonKey, std::vector<ReasonGroup>, HashReasonKey> reasons_;  // made when first asked for
};

}  // namespace bulkhead::report
