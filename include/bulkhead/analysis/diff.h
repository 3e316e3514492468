// What one policy grants and another does not. In: two policies, each a binary or what a spec derives. Out: widened
// (only in the second) and narrowed (only in the first) access by names of types, classes and permissions, and every
// other difference that decides about access. Rules that only decide what is logged are not compared. Where one of the
// two is a spec, types have the words of the spec, and each permission the statements that it comes from; of two specs
// also the operations outside XSA-77. Flows are direct ones: one permission, or one event channel.
//
// Neither policy is expanded: rows are read one source at a time and merged, so the work grows with the cells that
// exist and the memory with the widest row.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/base/source.h"
#include "bulkhead/catalogue/catalogue.h"
#include "bulkhead/flask/binary_policy.h"
#include "bulkhead/model/model.h"
#include "bulkhead/privilege/privileges.h"

namespace bulkhead::analysis {

struct RightsCell {
  std::uint32_t target = 0;        // index into Rights::types
  std::uint32_t access_class = 0;  // index into Rights::classes
  std::uint64_t permissions = 0;   // bit = index into RightsClass::permissions
};

// The type that a new object gets.
struct RightsTransition {
  std::uint32_t target = 0;
  std::uint32_t access_class = 0;
  std::uint32_t kind = 0;  // flask::RuleKind
  std::uint32_t result = 0;
};

// All that one source has, each list sorted, each key once.
struct RightsRow {
  std::vector<RightsCell> cells;
  std::vector<RightsTransition> transitions;
};

struct RightsClass {
  std::string name;
  std::vector<std::string> permissions;
};

enum class FactKind : std::uint8_t { kTransition, kInitialSid, kDeviceContext, kOther };
[[nodiscard]] std::string_view name(FactKind kind);  // "transition", "initial-sid", "device-context", "other"

// Anything else that decides about access: "initial SID 3 (dom0)" = "system_u:system_r:control_boot_t".
struct RightsFact {
  std::string key;
  std::string value;  // empty: the key says all
  std::string about;  // the type that it is about, if it is about one
  FactKind kind = FactKind::kOther;
  auto operator<=>(const RightsFact&) const = default;
};

// What a type is in the words of a spec.
struct RightsParty {
  std::string words;      // "net", "net while it is built", "the event channel of blue and net"
  std::string domain;     // whose label it is; empty: no domain's
  std::string peer;       // of an event channel: the other end
  std::string places[2];  // of the domain's entry; of what diff() gives: in A and in B
  bool acts = false;      // the domain does something under this label; else it is only met under it
};

// An operation that Xen's statement on XSA-77 does not support delegating, in the hands of a domain other than control.
struct UnreviewedRight {
  std::string domain;
  std::string operation;   // "XEN_DOMCTL_iomem_permission"
  std::string permission;  // "resource add_iomem"
  auto operator<=>(const UnreviewedRight&) const = default;
};

// One policy in the form that is compared.
class Rights {
 public:
  Rights() = default;
  Rights(const Rights&) = delete;
  Rights& operator=(const Rights&) = delete;
  Rights(Rights&&) = delete;
  Rights& operator=(Rights&&) = delete;
  virtual ~Rights() = default;

  [[nodiscard]] const std::vector<std::string>& types() const { return types_; }      // sorted; attributes left out
  [[nodiscard]] const std::vector<RightsClass>& classes() const { return classes_; }  // sorted by name
  [[nodiscard]] const std::vector<RightsFact>& facts() const { return facts_; }       // sorted
  [[nodiscard]] const std::vector<std::string>& remarks() const {
    return remarks_;
  }  // what a reader must know about it

  // Sorted; nothing when the policy does not say who the control domain is.
  [[nodiscard]] const std::optional<std::vector<UnreviewedRight>>& unreviewed() const { return unreviewed_; }

  virtual void read_row(std::uint32_t source, RightsRow& row) = 0;
  // Nothing when the policy does not say. `places[0]` is the place of the domain's entry.
  [[nodiscard]] virtual std::optional<RightsParty> party(std::uint32_t type) const = 0;
  // Where a cell comes from: "host.yaml:41:5 (network)"; empty when the policy does not say.
  [[nodiscard]] virtual std::vector<std::string> origins(std::uint32_t source, const RightsCell& cell) const = 0;

 protected:
  std::vector<std::string> types_;
  std::vector<RightsClass> classes_;
  std::vector<RightsFact> facts_;
  std::vector<std::string> remarks_;
  std::optional<std::vector<UnreviewedRight>> unreviewed_;
};

// Both keep references to what they are given. Of a binary, rules under a condition count as the booleans' defaults
// have them.
[[nodiscard]] std::unique_ptr<Rights> rights_of(const flask::BinaryPolicy& policy);
[[nodiscard]] std::unique_ptr<Rights> rights_of(const model::Model& model, const catalogue::Catalogue& catalogue,
                                                const privilege::Derived& derived, const SourceSet& sources);

struct AccessChange {
  std::string source;
  std::string target;
  std::string access_class;
  std::vector<std::string> permissions;
  std::vector<std::string> origins;        // the statements that grant it, of the policy that does
  std::vector<std::string> other_origins;  // of the other policy: those behind what it grants of the same class there
};

// Permissions over all that the domain acts on, under all labels that it acts under.
struct DomainCount {
  std::string domain;
  bool in_a = false;
  bool in_b = false;
  std::size_t before = 0;
  std::size_t after = 0;
};

// Information can get from one to the other by one permission of this class.
struct DirectFlow {
  std::string from;
  std::string to;
  std::string access_class;
  auto operator<=>(const DirectFlow&) const = default;
};

// A fact, or a type transition as one: `before` or `after` is empty where that policy does not have it.
struct OtherChange {
  FactKind kind = FactKind::kOther;
  std::string what;
  std::string before;
  std::string after;
  bool in_a = false;
  bool in_b = false;
};

struct PolicyDiff {
  std::vector<std::string> added_types;    // only in B
  std::vector<std::string> removed_types;  // only in A
  std::vector<AccessChange> widened;       // by source, target, class
  std::vector<AccessChange> narrowed;
  std::vector<OtherChange> other;     // by kind, then by what
  std::vector<DomainCount> counts;    // by domain; only those that changed
  std::vector<DirectFlow> new_flows;  // between domains, or types where neither policy names domains
  std::vector<DirectFlow> lost_flows;
  bool knows_unreviewed = false;  // both say
  std::vector<UnreviewedRight> new_unreviewed;
  std::vector<UnreviewedRight> lost_unreviewed;
  std::map<std::string, RightsParty> words;  // of every type that is named above
  std::size_t widened_permissions = 0;       // over all cells
  std::size_t narrowed_permissions = 0;

  [[nodiscard]] bool same() const;
};

// Without a catalogue flows are not looked for.
[[nodiscard]] PolicyDiff diff(Rights& a, Rights& b, const catalogue::Catalogue* catalogue = nullptr);

}  // namespace bulkhead::analysis
