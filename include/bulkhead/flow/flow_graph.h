// Who can learn from whom, and who can influence whom, over the rules of a policy. In: any policy for Xen and the
// catalogue, which says of each permission which way information passes, through what, and how much. Out: what a party
// reaches, directly and over others, and the shortest way. A party is a domain of the spec with all its labels, or, of
// a policy without a spec, one label that domains carry.
//
// Rules are kept as they stand: an attribute is a node between its members, so that work and memory grow with the
// policy and not with the pairs that it stands for. Labels of channels, devices and the hypervisor's parts are nodes
// through which information passes; how a domain is seen (by itself, by its device model) is that domain.
//
//   FlowGraph graph(policy, catalogue, parties_of(policy), Life::kWhole);
//   const Reach reach = graph.reach(Concern::kConfidentiality, {});       // everybody at once
//   reach.direct[index(a)].contains(b);  reach.all[index(a)].contains(b);  // does information of a get to b
//   graph.shortest(a, b, Concern::kConfidentiality, {});                  // the way, or nothing
//
// The answer is an upper limit: constraints and type bounds only take away, and a permission or class that the
// catalogue does not know counts as a flow both ways (remarks() names it). Covert channels are not in it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bulkhead/catalogue/catalogue.h"
#include "bulkhead/flask/access.h"
#include "bulkhead/flask/binary_policy.h"
#include "bulkhead/flow/parties.h"

namespace bulkhead::flow {

// Confidentiality: b may learn what a knows. Integrity: a may influence b; the same flows, and what controls without
// carrying data, such as pausing.
enum class Concern : std::uint8_t { kConfidentiality, kIntegrity };

// Before domain 0 seals itself, after it, or both; without a label that seals, all three are the same.
enum class Life : std::uint8_t { kWhole, kBooting, kSealed };

// A set of parties, of fixed size.
class PartySet {
 public:
  PartySet() = default;
  explicit PartySet(std::size_t parties) : words_((parties + 63) / 64) {}
  explicit PartySet(std::vector<std::uint64_t> words) : words_(std::move(words)) {}

  [[nodiscard]] bool contains(PartyId id) const { return (words_[index(id) / 64] >> (index(id) % 64) & 1U) != 0; }
  void insert(PartyId id) { words_[index(id) / 64] |= std::uint64_t{1} << (index(id) % 64); }
  void erase(PartyId id) { words_[index(id) / 64] &= ~(std::uint64_t{1} << (index(id) % 64)); }
  void merge(const PartySet& other);
  [[nodiscard]] std::size_t count() const;
  [[nodiscard]] std::vector<PartyId> list() const;
  auto operator<=>(const PartySet&) const = default;

 private:
  std::vector<std::uint64_t> words_;
};

// For everybody: by PartyId, whom it reaches; itself is never in it.
struct Reach {
  std::vector<PartySet> direct;  // without passing another party
  std::vector<PartySet> all;
};

// One rule on the way, with the types between which it holds here.
struct Step {
  flask::TypeValue source = 0;
  flask::TypeValue target = 0;
  flask::ClassValue access_class = 0;
  flask::AccessVector permissions = 0;  // those that carry it this way
  bool forward = true;                  // from source to target; else from target to source
  bool is_control = false;              // nothing is carried, the target is only controlled
  catalogue::Medium medium{};           // of the permission that carries most
  catalogue::Weight weight{};
};

// From one party to the next. Steps that only change the label of `from` stand before the others.
struct Hop {
  PartyId from{};
  PartyId to{};
  std::vector<Step> steps;
};

class FlowGraph {
 public:
  // Keeps references: policy, catalogue and parties outlive it.
  FlowGraph(const flask::BinaryPolicy& policy, const catalogue::Catalogue& catalogue, const Parties& parties,
            Life life);

  [[nodiscard]] const Parties& parties() const { return *parties_; }
  [[nodiscard]] const flask::BinaryPolicy& policy() const { return *policy_; }
  // Unknown classes and permissions, and what else makes the answer an upper limit; for people.
  [[nodiscard]] const std::vector<std::string>& remarks() const { return remarks_; }
  [[nodiscard]] std::size_t node_count() const { return nodes_.size(); }
  [[nodiscard]] std::size_t edge_count() const { return edges_.size(); }

  // `closed`: parties that nothing passes through; they are still reached, and start their own flows.
  [[nodiscard]] Reach reach(Concern concern, const std::vector<PartyId>& closed) const;

  // The way over the fewest parties, then the fewest rules, then the one that carries most; empty: there is none.
  [[nodiscard]] std::vector<Hop> shortest(PartyId from, PartyId to, Concern concern,
                                          const std::vector<PartyId>& closed) const;
  // The same from or to everybody, by PartyId; empty for those that are not reached.
  [[nodiscard]] std::vector<std::vector<Hop>> shortest_from(PartyId from, Concern concern,
                                                            const std::vector<PartyId>& closed) const;
  [[nodiscard]] std::vector<std::vector<Hop>> shortest_to(PartyId to, Concern concern,
                                                          const std::vector<PartyId>& closed) const;
  // Starting at these labels of a party only (of a domain that is being built, for instance).
  [[nodiscard]] std::vector<Hop> shortest_of_labels(const std::vector<flask::TypeValue>& from, PartyId to,
                                                    Concern concern, const std::vector<PartyId>& closed) const;

 private:
  friend class GraphBuilder;
  friend class ReachSearch;
  friend class WaySearch;

  // A label that domains carry, or something between them.
  struct Node {
    std::optional<PartyId> party;  // of a label
    flask::TypeValue type = 0;     // 0: stands for an attribute's members
  };
  // Several permissions of one rule that go the same way.
  struct Carrier {
    flask::ClassValue access_class = 0;
    flask::AccessVector permissions = 0;
    bool forward = true;
    bool is_control = false;
    catalogue::Medium medium{};
    catalogue::Weight weight{};
  };
  static constexpr std::uint32_t kStructure = 0xFFFFFFFF;
  struct Edge {
    std::uint32_t from = 0;
    std::uint32_t to = 0;
    std::uint32_t carrier = kStructure;  // kStructure: not a rule, but membership or another face of the same
  };

  [[nodiscard]] bool counts(const Edge& edge, Concern concern) const;
  [[nodiscard]] bool starts(std::uint32_t node) const;  // a label that its party acts under

  const flask::BinaryPolicy* policy_;
  const Parties* parties_;
  std::vector<Node> nodes_;
  std::vector<Edge> edges_;                // by `from`
  std::vector<std::uint32_t> first_edge_;  // by node, and one more
  std::vector<std::uint32_t> incoming_;    // edges by `to`
  std::vector<std::uint32_t> first_incoming_;
  std::vector<Carrier> carriers_;
  std::vector<std::string> remarks_;
};

}  // namespace bulkhead::flow
