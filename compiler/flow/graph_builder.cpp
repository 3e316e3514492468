#include "graph_builder.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "rules.h"

namespace bulkhead::flow {
namespace {

constexpr std::uint32_t kNoNode = 0xFFFFFFFF;

// Whatever nobody described may pass anything both ways.
const catalogue::Permission& unknown_permission() {
  static const catalogue::Permission kUnknown = [] {
    catalogue::Permission permission;
    permission.flow = catalogue::Flow::kBoth;
    permission.control = true;
    return permission;
  }();
  return kUnknown;
}

std::uint64_t key_of(flask::TypeValue type, unsigned side, bool channel, unsigned part, unsigned scope) {
  return std::uint64_t{type} | std::uint64_t{part} << 16 | std::uint64_t{side} << 32 | std::uint64_t{channel} << 33 |
         std::uint64_t{scope} << 34;
}

}  // namespace

GraphBuilder::GraphBuilder(FlowGraph& graph, const catalogue::Catalogue& catalogue, Life life)
    : graph_(graph), policy_(graph.policy()), parties_(graph.parties()) {
  exclude_labels(life);
  describe_classes(catalogue);
}

void GraphBuilder::exclude_labels(Life life) {
  excluded_.resize(policy_.types.size());
  if (!parties_.booting) return;
  if (life == Life::kSealed) excluded_[*parties_.booting - 1U] = true;
  if (life == Life::kBooting) {
    for (const TypeValue label : parties_.sealed) excluded_[label - 1U] = true;
  }
}

void GraphBuilder::describe_classes(const catalogue::Catalogue& catalogue) {
  classes_.resize(policy_.classes.size());
  for (std::size_t i = 0; i < policy_.classes.size(); ++i) describe(policy_.classes[i], catalogue, classes_[i]);
}

void GraphBuilder::describe(const flask::BinaryClass& access_class, const catalogue::Catalogue& catalogue,
                            ClassData& data) {
  std::vector<std::string> unknown;
  for (std::size_t bit = 0; bit < access_class.permissions.size(); ++bit) {
    const std::string& name = access_class.permissions[bit];
    const catalogue::Permission* known = catalogue.find_permission(access_class.name, name);
    if (known == nullptr) unknown.push_back(name);
    const catalogue::Permission& permission = known != nullptr ? *known : unknown_permission();
    data.media.push_back(permission.medium);
    data.weights.push_back(permission.weight);
    add_permission(permission, AccessVector{1} << bit, data);
  }
  if (unknown.empty()) return;
  graph_.remarks_.push_back(
      unknown.size() == access_class.permissions.size()
          ? fmt::format("nothing is known of the class `{}`: its permissions count as flows both ways",
                        access_class.name)
          : fmt::format("nothing is known of the permissions `{}` of the class `{}`: they count as flows both ways",
                        fmt::join(unknown, "`, `"), access_class.name));
}

GraphBuilder::Group& GraphBuilder::group(ClassData& data, const catalogue::Permission& permission, Scope scope) {
  const auto place = std::find(parts_.begin(), parts_.end(), permission.part);
  const auto part = static_cast<std::uint16_t>(place - parts_.begin());
  if (place == parts_.end()) parts_.push_back(permission.part);
  for (Group& each : data.groups) {
    if (each.source_is_channel == permission.source_is_channel &&
        each.target_is_channel == permission.target_is_channel && each.part == part && each.scope == scope) {
      return each;
    }
  }
  data.groups.push_back({permission.source_is_channel, permission.target_is_channel, part, scope, 0, 0, 0});
  return data.groups.back();
}

void GraphBuilder::add_permission(const catalogue::Permission& permission, AccessVector bit, ClassData& data) {
  const auto add = [&](Scope scope, catalogue::Flow flow, bool control) {
    Group& into = group(data, permission, scope);
    const bool to = flow == catalogue::Flow::kToTarget || flow == catalogue::Flow::kBoth;
    if (to) into.to_target |= bit;
    if (flow == catalogue::Flow::kFromTarget || flow == catalogue::Flow::kBoth) into.from_target |= bit;
    if (control && !to) into.control |= bit;
  };
  if (!permission.flow_on_xen) return add(Scope::kAll, permission.flow, permission.control);
  add(Scope::kDomains, permission.flow, permission.control);
  add(Scope::kOthers, *permission.flow_on_xen, false);
}

void GraphBuilder::run() {
  add_labels();
  for (const flask::BinaryRule* rule : allow_rules(policy_)) add_rule(*rule);
  remark_on_limits();
  sort_edges();
}

void GraphBuilder::add_labels() {
  label_nodes_.assign(policy_.types.size(), kNoNode);
  for (std::size_t i = 0; i < policy_.types.size(); ++i) {
    if (!parties_.of_label[i] || excluded_[i]) continue;
    label_nodes_[i] = new_node(policy_.types[i].value);
    graph_.nodes_.back().party = parties_.of_label[i];
  }
  // A face under which somebody acts as well is that domain, and its owners are.
  for (std::size_t i = 0; i < policy_.types.size(); ++i) {
    if (label_nodes_[i] == kNoNode) continue;
    for (const TypeValue owner : parties_.owners[i]) {
      const std::uint32_t other = label_nodes_[owner - 1U];
      if (other == kNoNode) continue;
      link(label_nodes_[i], other);
      link(other, label_nodes_[i]);
    }
  }
}

void GraphBuilder::add_rule(const flask::BinaryRule& rule) {
  const AccessVector all = rule.data & policy_.class_at(rule.target_class).all();
  for (const Group& group : classes_[rule.target_class - 1U].groups) {
    const auto source = [&](Side side) {
      return node(rule.source, {.side = side, .channel = group.source_is_channel, .part = 0, .scope = Scope::kAll});
    };
    const auto target = [&](Side side) {
      return node(rule.target,
                  {.side = side, .channel = group.target_is_channel, .part = group.part, .scope = group.scope});
    };
    if (const AccessVector bits = all & group.to_target) {
      add_carrier(source(Side::kFrom), target(Side::kTo), rule, bits, true, false);
    }
    if (const AccessVector bits = all & group.control) {
      add_carrier(source(Side::kFrom), target(Side::kTo), rule, bits, true, true);
    }
    if (const AccessVector bits = all & group.from_target) {
      add_carrier(target(Side::kFrom), source(Side::kTo), rule, bits, false, false);
    }
  }
}

void GraphBuilder::add_carrier(std::optional<std::uint32_t> from, std::optional<std::uint32_t> to,
                               const flask::BinaryRule& rule, AccessVector permissions, bool forward, bool is_control) {
  if (!from || !to || *from == *to) return;
  const ClassData& data = classes_[rule.target_class - 1U];
  FlowGraph::Carrier carrier{.access_class = rule.target_class,
                             .permissions = permissions,
                             .forward = forward,
                             .is_control = is_control,
                             .medium = {},
                             .weight = {}};
  bool is_first = true;
  for (std::size_t bit = 0; bit < data.weights.size(); ++bit) {
    if ((permissions >> bit & 1U) == 0 || (!is_first && data.weights[bit] <= carrier.weight)) continue;
    carrier.weight = data.weights[bit];
    carrier.medium = data.media[bit];
    is_first = false;
  }
  link(*from, *to, static_cast<std::uint32_t>(graph_.carriers_.size()));
  graph_.carriers_.push_back(carrier);
}

bool GraphBuilder::is_of_domain(TypeValue type) const {
  const LabelKind kind = parties_.kinds[type - 1U];
  return kind == LabelKind::kDomain || kind == LabelKind::kFace;
}

std::optional<std::uint32_t> GraphBuilder::node(TypeValue type, const Selector& selector) {
  const bool is_attribute = policy_.type(type).kind == flask::TypeKind::kAttribute;
  const std::uint64_t key = key_of(type, static_cast<unsigned>(selector.side), selector.channel, selector.part,
                                   static_cast<unsigned>(selector.scope));
  const auto found = known_.find(key);
  if (found != known_.end()) return found->second;
  const std::optional<std::uint32_t> made = is_attribute ? attribute_node(type, selector) : type_node(type, selector);
  known_.emplace(key, made);
  return made;
}

std::optional<std::uint32_t> GraphBuilder::type_node(TypeValue type, const Selector& selector) {
  if (selector.channel) {
    // Both sides of a channel's label are one node: what is sent into it comes out of it.
    if (selector.side == Side::kTo) return node(type, {.side = Side::kFrom, .channel = true, .part = 0, .scope = {}});
    if (selector.part != 0 || selector.scope != Scope::kAll) {
      return node(type, {.side = Side::kFrom, .channel = true, .part = 0, .scope = Scope::kAll});
    }
    return new_node(type);
  }
  if (is_of_domain(type)) {
    if (selector.scope == Scope::kOthers) return std::nullopt;
    if (selector.part != 0 || selector.scope != Scope::kAll) {
      return node(type, {.side = selector.side, .channel = false, .part = 0, .scope = Scope::kAll});
    }
    if (parties_.kinds[type - 1U] == LabelKind::kFace) return face_node(type, selector);
    const std::uint32_t label = label_nodes_[type - 1U];
    return label == kNoNode ? std::nullopt : std::optional(label);
  }
  if (selector.scope == Scope::kDomains) return std::nullopt;
  if (selector.scope == Scope::kOthers) {
    return node(type, {.side = selector.side, .channel = false, .part = selector.part, .scope = Scope::kAll});
  }
  return object_node(type, selector);
}

std::optional<std::uint32_t> GraphBuilder::face_node(TypeValue type, const Selector& selector) {
  std::optional<std::uint32_t> face;
  for (const TypeValue owner : parties_.owners[type - 1U]) {
    const std::uint32_t label = label_nodes_[owner - 1U];
    if (label == kNoNode) continue;
    if (!face) face = new_node(type);
    if (selector.side == Side::kTo) {
      link(*face, label);
    } else {
      link(label, *face);
    }
  }
  return face;
}

// What is written as a whole stands in every part, and who reads the whole reads every part.
std::uint32_t GraphBuilder::object_node(TypeValue type, const Selector& selector) {
  if (selector.part == 0) {
    const std::uint32_t whole = new_node(type);
    if (selector.side == Side::kFrom) {
      const auto entry = node(type, {.side = Side::kTo, .channel = false, .part = 0, .scope = Scope::kAll});
      link(*entry, whole);
    }
    return whole;
  }
  // A part is one node for both sides.
  if (selector.side == Side::kTo) {
    return *node(type, {.side = Side::kFrom, .channel = false, .part = selector.part, .scope = Scope::kAll});
  }
  const std::uint32_t part = new_node(type);
  link(*node(type, {.side = Side::kTo, .channel = false, .part = 0, .scope = Scope::kAll}), part);
  link(part, *node(type, {.side = Side::kFrom, .channel = false, .part = 0, .scope = Scope::kAll}));
  return part;
}

std::optional<std::uint32_t> GraphBuilder::attribute_node(TypeValue type, const Selector& selector) {
  std::optional<std::uint32_t> hub;
  for_each_type(policy_, type, [&](TypeValue member) {
    const std::optional<std::uint32_t> behind = node(member, selector);
    if (!behind) return;
    if (!hub) hub = new_node(0);
    if (selector.side == Side::kTo) {
      link(*hub, *behind);
    } else {
      link(*behind, *hub);
    }
  });
  return hub;
}

std::uint32_t GraphBuilder::new_node(TypeValue type) {
  graph_.nodes_.push_back({{}, type});
  return static_cast<std::uint32_t>(graph_.nodes_.size() - 1);
}

void GraphBuilder::link(std::uint32_t from, std::uint32_t to, std::uint32_t carrier) {
  graph_.edges_.push_back({from, to, carrier});
}

void GraphBuilder::remark_on_limits() {
  std::vector<std::string>& remarks = graph_.remarks_;
  for (const flask::BinaryType& type : policy_.types) {
    if (!type.permissive) continue;
    remarks.push_back(
        fmt::format("`{}` is permissive: nothing is denied to it; only its rules are looked at", type.name));
  }
  if (policy_.has_constraints() || policy_.has_type_bounds()) {
    remarks.emplace_back("constraints and type bounds, which only take access away, are not looked at");
  }
  if (!policy_.booleans.empty()) remarks.emplace_back("booleans are taken as the policy sets them");
  if (policy_.handle_unknown == flask::HandleUnknown::kAllow) {
    remarks.emplace_back("operations that the policy has no permission for are allowed to everybody");
  }
}

void GraphBuilder::sort_edges() {
  const std::size_t nodes = graph_.nodes_.size();
  std::stable_sort(graph_.edges_.begin(), graph_.edges_.end(),
                   [](const FlowGraph::Edge& a, const FlowGraph::Edge& b) { return a.from < b.from; });
  graph_.first_edge_.assign(nodes + 1, 0);
  graph_.first_incoming_.assign(nodes + 1, 0);
  for (const FlowGraph::Edge& edge : graph_.edges_) {
    ++graph_.first_edge_[edge.from + 1];
    ++graph_.first_incoming_[edge.to + 1];
  }
  for (std::size_t i = 0; i < nodes; ++i) {
    graph_.first_edge_[i + 1] += graph_.first_edge_[i];
    graph_.first_incoming_[i + 1] += graph_.first_incoming_[i];
  }
  std::vector<std::uint32_t> next(graph_.first_incoming_.begin(), graph_.first_incoming_.end() - 1);
  graph_.incoming_.resize(graph_.edges_.size());
  for (std::size_t i = 0; i < graph_.edges_.size(); ++i) {
    graph_.incoming_[next[graph_.edges_[i].to]++] = static_cast<std::uint32_t>(i);
  }
}

}  // namespace bulkhead::flow
