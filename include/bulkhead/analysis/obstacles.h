// What stands against a privilege that is not granted: sealing, the end of building, an invariant, an assertion of the
// spec, Xen's statement on XSA-77. In: a host, and a cell that somebody asks for. Out: everything that would refuse it,
// each with the statement that says so. Nothing here grants anything: without an obstacle it is only missing.
#pragma once

#include <cstdint>
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

enum class ObstacleKind : std::uint8_t {
  kSealing,     // the control domain has it until it seals itself
  kBuilding,    // it is had on the label that the domain has while it is built
  kInvariant,   // policy/invariants.yaml
  kAssertion,   // `assert:` of the spec
  kUnreviewed,  // an operation outside of XSA-77, which has to be accepted
};
[[nodiscard]] std::string_view name(ObstacleKind kind);  // "sealing", "building", "invariant", …

struct Obstacle {
  ObstacleKind kind{};
  std::string name;  // of the invariant or the finding; empty: it has none
  std::string text;  // one line
  Span place;        // where it is written

  bool operator==(const Obstacle&) const = default;
};

struct SoughtCell {
  privilege::TypeId source{};
  privilege::TypeId target{};
  abi::ClassId access_class{};
  abi::AccessVector permissions = 0;
};

class Obstacles {
 public:
  // Keeps references to all three.
  Obstacles(const model::Model& model, const catalogue::Catalogue& catalogue, const privilege::Derived& derived);

  [[nodiscard]] std::vector<Obstacle> of(const SoughtCell& sought) const;

 private:
  [[nodiscard]] abi::AccessVector granted(privilege::TypeId source, privilege::TypeId target,
                                          abi::ClassId access_class) const;
  [[nodiscard]] std::optional<privilege::TypeId> booting_label(privilege::TypeId source) const;
  void add_sealing(const SoughtCell& sought, std::vector<Obstacle>& found) const;
  void add_building(const SoughtCell& sought, std::vector<Obstacle>& found) const;
  void add_invariants(const SoughtCell& sought, std::vector<Obstacle>& found) const;
  void add_assertions(const SoughtCell& sought, std::vector<Obstacle>& found) const;
  void add_unreviewed(const SoughtCell& sought, std::vector<Obstacle>& found) const;

  const model::Model& model_;
  const catalogue::Catalogue& catalogue_;
  const privilege::Derived& derived_;
  std::vector<privilege::InvariantScope> scopes_;  // index = that of the catalogue's invariant
  std::optional<flask::BinaryPolicy> policy_;      // what the binary will say; nothing: there is no assertion
  std::vector<Span> broken_;                       // assertions that do not hold as it is
};

}  // namespace bulkhead::analysis
