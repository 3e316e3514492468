// Who ends up in whose hands. In: a policy, the parties and the powers of policy/powers.yaml. Out: the least set of
// labels that somebody who owns one party can come to act under, each with the step by which, and what is lost besides:
// memory that can be read, domains that can be stopped, devices, the hypervisor. Steps: writing memory or processors,
// being the device model, creating and relabelling domains, taking a label oneself, loading a policy, turning
// enforcement off or booleans on, a device that nothing confines.
//
//   const Escalation lost = escalate(policy, catalogue, parties, start, Life::kSealed);
//   lost.owns(party)       every label of `lost.taken` belongs to somebody who is owned
//
// An upper limit like FlowGraph: what the hypervisor refuses by itself beyond the policy is not counted on. A
// permission that the catalogue does not know gives no power here; FlowGraph::remarks() names those.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "bulkhead/catalogue/catalogue.h"
#include "bulkhead/flask/binary_policy.h"
#include "bulkhead/flow/flow_graph.h"
#include "bulkhead/flow/parties.h"

namespace bulkhead::flow {

// A cell of the policy that gives a power.
struct Lever {
  flask::TypeValue source = 0;
  flask::TypeValue target = 0;
  flask::ClassValue access_class = 0;
  flask::AccessVector permissions = 0;
  bool operator==(const Lever&) const = default;
};

enum class TakenBy : std::uint8_t {
  kStart,       // it was owned to begin with
  kOwning,      // its memory or processors are in the hands of `by`
  kRelabel,     // `by` gives the label to a domain that is owned already (`old_label`)
  kFetch,       // `by` relabels a domain of that label to one whose domains it owns (`old_label`)
  kTaking,      // `by` takes the label itself
  kHypervisor,  // `by` has the hypervisor
};

// A label under which the attacker acts.
struct Taken {
  flask::TypeValue label = 0;
  TakenBy how = TakenBy::kStart;
  flask::TypeValue by = 0;
  flask::TypeValue old_label = 0;  // kRelabel, kFetch
  std::vector<Lever> levers;       // what makes the step possible
};

// A thing that is not owned and lost all the same.
struct Loss {
  catalogue::Power power{};
  flask::TypeValue object = 0;  // a label, or a device's
  Lever lever;                  // the first that gives it
};

struct Escalation {
  PartyId start{};
  std::vector<Taken> taken;            // in the order of the steps, the start's labels first
  std::vector<bool> owned;             // by type's value - 1
  std::optional<Lever> hypervisor;     // how the hypervisor is had
  std::optional<Lever> host_stop;      // how the machine is stopped
  std::optional<Lever> booleans;       // how conditional rules are turned on; they are counted then
  std::optional<Lever> device_labels;  // how labels of devices are changed: then every device is lost
  std::vector<Loss> losses;            // by power, object

  [[nodiscard]] std::vector<PartyId> owned_parties(const Parties& parties) const;  // without the start
};

[[nodiscard]] Escalation escalate(const flask::BinaryPolicy& policy, const catalogue::Catalogue& catalogue,
                                  const Parties& parties, PartyId start, Life life);

}  // namespace bulkhead::flow
