// What one policy grants and another does not. In: two policies, each a binary or what a spec derives. Out: widened
// (only in the second) and narrowed (only in the first) access by names of types, classes and permissions, and every
// other difference that decides about access. Rules that only decide what is logged are not compared.
//
// Neither policy is expanded: rows are read one source at a time and merged, so the work grows with the cells that
// exist and the memory with the widest row.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/base/source.h"
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

// Anything else that decides about access: "initial SID 3 (dom0)" = "system_u:system_r:control_boot_t".
struct RightsFact {
  std::string key;
  std::string value;  // empty: the key says all
  std::string about;  // the type that it is about, if it is about one
  auto operator<=>(const RightsFact&) const = default;
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

  virtual void read_row(std::uint32_t source, RightsRow& row) = 0;
  // Where a cell comes from: "host.yaml:41:5 (network)"; empty when the policy does not say.
  [[nodiscard]] virtual std::vector<std::string> origins(std::uint32_t source, const RightsCell& cell) const = 0;

 protected:
  std::vector<std::string> types_;
  std::vector<RightsClass> classes_;
  std::vector<RightsFact> facts_;
  std::vector<std::string> remarks_;
};

// Both keep references to what they are given. Of a binary, rules under a condition count as the booleans' defaults
// have them.
[[nodiscard]] std::unique_ptr<Rights> rights_of(const flask::BinaryPolicy& policy);
[[nodiscard]] std::unique_ptr<Rights> rights_of(const model::Model& model, const privilege::Derived& derived,
                                                const SourceSet& sources);

struct AccessChange {
  std::string source;
  std::string target;
  std::string access_class;
  std::vector<std::string> permissions;
  std::vector<std::string> origins;
};

// A fact, or a type transition as one: `before` or `after` is empty where that policy does not have it.
struct OtherChange {
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
  std::vector<OtherChange> other;
  std::size_t widened_permissions = 0;  // over all cells
  std::size_t narrowed_permissions = 0;

  [[nodiscard]] bool same() const;
};

[[nodiscard]] PolicyDiff diff(Rights& a, Rights& b);

}  // namespace bulkhead::analysis
