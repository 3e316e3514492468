// The plan's names by number and by type, for make_audit: which domain a label is of, as what. Everything refers to the
// inputs, which must outlive it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/audit/audit.h"
#include "bulkhead/page/names.h"
#include "bulkhead/page/powers.h"

namespace bulkhead::audit {

enum class LabelKind : std::uint8_t { kRunning, kBooting, kBuilding, kView, kChannel, kDevice, kHypervisor };

// What a type stands for. kView: a domain's label as that domain, or its device model, sees it.
struct Meaning {
  LabelKind kind = LabelKind::kHypervisor;
  std::size_t domain = 0;  // of all but devices and the hypervisor; of a channel the first end
  std::size_t peer = 0;    // of a channel
};

class Index {
 public:
  explicit Index(const Inputs& inputs);

  [[nodiscard]] const Inputs& inputs() const { return inputs_; }
  [[nodiscard]] const plan::LaunchPlan& plan() const { return inputs_.plan; }
  [[nodiscard]] std::optional<std::size_t> domain(std::string_view name) const;
  [[nodiscard]] std::optional<std::size_t> domain(std::uint32_t domid) const;
  [[nodiscard]] const std::string& name(std::size_t domain) const { return inputs_.plan.domains[domain].name; }
  [[nodiscard]] const std::vector<Privilege>& privileges(std::size_t domain) const { return *privileges_[domain]; }

  // Of an entry's target, and of its source, which is a label of `holder` or a channel that it stands first in.
  [[nodiscard]] Meaning target(const Privilege& entry) const;
  [[nodiscard]] Meaning source(const Privilege& entry, std::size_t holder) const;

  [[nodiscard]] page::Target scope_of(const Meaning& target, std::size_t holder) const;
  // "itself", "web-1 while it is built", "the event channel with net", "device nic0", "the hypervisor's xen".
  [[nodiscard]] std::string target_text(const Privilege& entry, std::size_t holder) const;
  [[nodiscard]] std::string names_text(const std::vector<std::size_t>& domains) const;  // sorted, each once
  [[nodiscard]] std::vector<std::string> names(const std::vector<std::size_t>& domains) const;

 private:
  [[nodiscard]] std::optional<Meaning> known(std::string_view type) const;

  const Inputs& inputs_;
  std::map<std::string_view, std::size_t> domains_;
  std::map<std::uint32_t, std::size_t> domids_;
  std::map<std::string_view, Meaning> types_;
  std::map<std::string_view, std::size_t> family_sizes_;
  std::vector<const std::vector<Privilege>*> privileges_;  // by domain of the plan
};

// "grant: copy map_read; event: send" of permissions by class.
using PermissionSets = std::map<std::string_view, std::vector<std::string_view>>;
void add_permissions(PermissionSets& sets, const Privilege& entry);
[[nodiscard]] std::string permission_text(const PermissionSets& sets);
[[nodiscard]] std::size_t permission_count(const PermissionSets& sets);

}  // namespace bulkhead::audit
