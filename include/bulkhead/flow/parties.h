// Whom a policy's labels belong to. In: a policy, and the spec's model when there is one. Out: the parties that act,
// and for each type what it is: a label that domains carry, another face of such a label (itself, a device model's
// target), a device, something of the hypervisor's, or another object. Read from the policy alone: type transitions,
// initial SIDs, device contexts and rules; names do not count.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/catalogue/catalogue.h"
#include "bulkhead/flask/binary_policy.h"
#include "bulkhead/model/model.h"
#include "bulkhead/privilege/privileges.h"

namespace bulkhead::flow {

enum class PartyId : std::uint32_t {};  // index into Parties::all
[[nodiscard]] constexpr std::size_t index(PartyId id) {
  return static_cast<std::size_t>(id);
}

struct Party {
  std::string name;
  std::vector<flask::TypeValue> labels;  // sorted
  std::vector<flask::TypeValue>
      acting;  // likewise, those that it runs under: all but what it carries while it is built
  std::optional<model::DomainId> domain;  // of the spec
};

enum class LabelKind : std::uint8_t {
  kDomain,      // domains carry it
  kFace,        // a domain as somebody sees it
  kDevice,      // a device or a resource of one
  kHypervisor,  // a label of the hypervisor's own
  kObject       // a channel, or what else there is
};

struct Parties {
  std::vector<Party> all;                             // by name
  std::vector<LabelKind> kinds;                       // by type's value - 1
  std::vector<std::optional<PartyId>> of_label;       // likewise; of kDomain
  std::vector<std::vector<flask::TypeValue>> owners;  // likewise; of kFace: whose face it is
  std::optional<flask::TypeValue> booting;            // domain 0's label, when it can give itself another
  std::vector<flask::TypeValue> sealed;               // that other

  [[nodiscard]] const Party& at(PartyId id) const { return all[index(id)]; }
  [[nodiscard]] std::optional<PartyId> find(std::string_view name) const;
};

// Each label a party of its own, named by its type.
[[nodiscard]] Parties parties_of(const flask::BinaryPolicy& policy, const catalogue::Catalogue& catalogue);
// The spec's domains; a label that domains carry and that the spec does not know stays a party of its own.
[[nodiscard]] Parties parties_of(const flask::BinaryPolicy& policy, const catalogue::Catalogue& catalogue,
                                 const model::Model& model, const privilege::Derived& derived);

// What a spec derives, as the policy that compile proves its binary equal to: for answers about a spec without running
// checkpolicy. Rules, transitions, initial SIDs and device contexts only.
[[nodiscard]] flask::BinaryPolicy policy_of(const model::Model& model, const privilege::Derived& derived);

}  // namespace bulkhead::flow
