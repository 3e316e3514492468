// Makes the nodes and edges of a FlowGraph from a policy's rules.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "bulkhead/flow/flow_graph.h"

namespace bulkhead::flow {

class GraphBuilder {
 public:
  GraphBuilder(FlowGraph& graph, const catalogue::Catalogue& catalogue, Life life);
  void run();

 private:
  using TypeValue = flask::TypeValue;
  using AccessVector = flask::AccessVector;

  // On which targets a permission passes information as its group says.
  enum class Scope : std::uint8_t { kAll, kDomains, kOthers };
  enum class Side : std::uint8_t { kFrom, kTo };  // information comes from there, goes there

  // Permissions of one class that lead between the same nodes.
  struct Group {
    bool source_is_channel = false;
    bool target_is_channel = false;
    std::uint16_t part = 0;  // index into parts_; 0: all of it
    Scope scope = Scope::kAll;
    AccessVector to_target = 0;
    AccessVector from_target = 0;
    AccessVector control = 0;  // those of them that carry nothing to the target
  };
  struct Selector {
    Side side = Side::kFrom;
    bool channel = false;
    std::uint16_t part = 0;
    Scope scope = Scope::kAll;
  };
  struct ClassData {
    std::vector<Group> groups;
    std::vector<catalogue::Medium> media;    // by bit
    std::vector<catalogue::Weight> weights;  // likewise
  };

  void exclude_labels(Life life);
  void describe_classes(const catalogue::Catalogue& catalogue);
  void describe(const flask::BinaryClass& access_class, const catalogue::Catalogue& catalogue, ClassData& data);
  void add_permission(const catalogue::Permission& permission, AccessVector bit, ClassData& data);
  Group& group(ClassData& data, const catalogue::Permission& permission, Scope scope);
  void add_labels();
  void add_rule(const flask::BinaryRule& rule);
  void add_carrier(std::optional<std::uint32_t> from, std::optional<std::uint32_t> to, const flask::BinaryRule& rule,
                   AccessVector permissions, bool forward, bool is_control);
  void remark_on_limits();
  void sort_edges();

  // Nothing when nobody of that kind is behind the type.
  std::optional<std::uint32_t> node(TypeValue type, const Selector& selector);
  std::optional<std::uint32_t> type_node(TypeValue type, const Selector& selector);
  std::optional<std::uint32_t> attribute_node(TypeValue type, const Selector& selector);
  std::optional<std::uint32_t> face_node(TypeValue type, const Selector& selector);
  std::uint32_t object_node(TypeValue type, const Selector& selector);
  std::uint32_t new_node(TypeValue type);
  void link(std::uint32_t from, std::uint32_t to, std::uint32_t carrier = FlowGraph::kStructure);
  [[nodiscard]] bool is_of_domain(TypeValue type) const;

  FlowGraph& graph_;
  const flask::BinaryPolicy& policy_;
  const Parties& parties_;
  std::vector<ClassData> classes_;          // by class value - 1
  std::vector<std::string> parts_{""};      // of the hypervisor
  std::vector<bool> excluded_;              // labels that do not exist in this part of the host's life
  std::vector<std::uint32_t> label_nodes_;  // by type's value - 1
  std::unordered_map<std::uint64_t, std::optional<std::uint32_t>> known_;  // never iterated
};

}  // namespace bulkhead::flow
