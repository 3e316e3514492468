#include "naive_flows.h"

#include <algorithm>
#include <deque>

namespace bulkhead::test {
namespace {

using catalogue::Flow;
using flask::TypeValue;

// The initial SIDs of domains: dom0, domU, domDM. Counted from the end, for older releases have no xenboot in front.
bool is_sid_of_domains(const flask::BinaryPolicy& policy, std::uint32_t number) {
  const std::uint32_t last = policy.initial_sids.back().number;
  return number + 1 == last || number == last || number == (last == 13 ? 3U : 2U);
}

}  // namespace

NaiveFlows::NaiveFlows(const flask::BinaryPolicy& policy, const catalogue::Catalogue& catalogue,
                       const flow::Parties& parties, flow::Life life, flow::Concern concern)
    : policy_(policy), catalogue_(catalogue), parties_(parties), concern_(concern) {
  for (const catalogue::Permission& permission : catalogue.permissions()) parts_.insert(permission.part);
  find_labels();
  if (parties.booting) {
    if (life == flow::Life::kSealed) gone_.insert(*parties.booting);
    if (life == flow::Life::kBooting) gone_.insert(parties.sealed.begin(), parties.sealed.end());
  }
  const flask::AccessTable table(policy, flask::RuleKind::kAllow, flask::default_setting(policy));
  table.for_each_cell([&](const flask::AccessCell& cell) { add_cell(cell); });
}

void NaiveFlows::find_labels() {
  std::set<TypeValue> things;
  std::set<TypeValue> of_domains;
  for (const flask::InitialSid& sid : policy_.initial_sids) {
    (is_sid_of_domains(policy_, sid.number) ? of_domains : things).insert(sid.context.type);
  }
  const auto add_faces = [&](const std::vector<flask::BinaryRule>& rules) {
    for (const flask::BinaryRule& rule : rules) {
      if (rule.kind != flask::RuleKind::kTypeTransition || policy_.class_at(rule.target_class).name != "domain")
        continue;
      for (const flask::BinaryType& type : policy_.types) {
        if (type.kind != flask::TypeKind::kType || type.value == rule.data) continue;
        const bool is_source =
            type.value == rule.source || (policy_.type(rule.source).kind == flask::TypeKind::kAttribute &&
                                          policy_.members[rule.source - 1U].contains(type.value - 1U));
        if (is_source) faces_[static_cast<TypeValue>(rule.data)].insert(type.value);
      }
    }
  };
  add_faces(policy_.rules);
  for (const flask::Conditional& each : policy_.conditionals) {
    add_faces(each.when_true);
    add_faces(each.when_false);
  }
  std::set<TypeValue> devices;
  for (const flask::DeviceContext& context : policy_.device_contexts) devices.insert(context.context.type);
  std::set<TypeValue> labels;
  const auto mark = [&](TypeValue type) {
    if ((!things.contains(type) || of_domains.contains(type)) && !devices.contains(type)) labels.insert(type);
  };
  const flask::AccessTable table(policy_, flask::RuleKind::kAllow, flask::default_setting(policy_));
  std::set<TypeValue> given;
  table.for_each_cell([&](const flask::AccessCell& cell) {
    const flask::BinaryClass& of = policy_.class_at(cell.target_class);
    for (const char* name : {"create", "relabelto", "relabelself", "create_hardware_domain"}) {
      const auto bit = of.name == "domain" || of.name == "domain2" ? of.bit(name) : std::nullopt;
      if (bit && (cell.permissions >> *bit & 1U) != 0) given.insert(cell.target);
    }
  });
  for (const auto& [face, owners] : faces_) {
    for (const TypeValue owner : owners) {
      if (!faces_.contains(owner) || given.contains(owner)) mark(owner);
    }
  }
  table.for_each_cell([&](const flask::AccessCell& cell) {
    const flask::BinaryClass& of = policy_.class_at(cell.target_class);
    const bool only_binds = of.name == "event" && of.bit("bind") && cell.permissions == 1U << *of.bit("bind");
    if (!only_binds && (!faces_.contains(cell.source) || given.contains(cell.source))) mark(cell.source);
    if (of.name == "domain" && !faces_.contains(cell.target)) mark(cell.target);
  });
  for (const TypeValue label : labels) labels_.insert(policy_.type(label).name);
  for (const flow::Party& party : parties_.all) {
    for (const TypeValue label : party.labels) labels_.insert(policy_.type(label).name);
  }
}

bool NaiveFlows::is_domain(TypeValue type) const {
  return labels_.contains(policy_.type(type).name) || faces_.contains(type);
}

std::set<NaiveFlows::Place> NaiveFlows::actors(TypeValue type) const {
  std::set<Place> result;
  const auto add = [&](TypeValue label) {
    if (labels_.contains(policy_.type(label).name) && !gone_.contains(label)) result.insert(policy_.type(label).name);
  };
  if (!is_domain(type)) return {policy_.type(type).name + "#whole"};
  add(type);
  const auto owners = faces_.find(type);
  if (owners != faces_.end()) {
    for (const TypeValue owner : owners->second) add(owner);
  }
  return result;
}

std::set<NaiveFlows::Place> NaiveFlows::targets(TypeValue type, const catalogue::Permission* permission,
                                                bool is_written) const {
  const std::string& name = policy_.type(type).name;
  if (permission != nullptr && permission->target_is_channel) return {"channel:" + name};
  if (is_domain(type)) return actors(type);
  if (permission != nullptr && !permission->part.empty()) return {name + "#" + permission->part};
  // All of it: written into every part, read from every part.
  std::set<Place> result{name + "#whole"};
  for (const std::string& part : parts_) {
    std::string place = name + "#";
    place += part;
    result.insert(std::move(place));
  }
  static_cast<void>(is_written);
  return result;
}

void NaiveFlows::add_cell(const flask::AccessCell& cell) {
  for (unsigned bit = 0; bit < 32; ++bit) {
    if ((cell.permissions >> bit & 1U) != 0) add_permission(cell, bit);
  }
}

void NaiveFlows::add_permission(const flask::AccessCell& cell, unsigned bit) {
  const flask::BinaryClass& of = policy_.class_at(cell.target_class);
  const catalogue::Permission* permission = catalogue_.find_permission(of.name, of.permissions[bit]);
  Flow flow = permission == nullptr ? Flow::kBoth : permission->flow;
  bool control = permission == nullptr || permission->control;
  if (permission != nullptr && permission->flow_on_xen && !is_domain(cell.target)) {
    flow = *permission->flow_on_xen;
    control = false;
  }
  const bool of_channel = permission != nullptr && permission->source_is_channel;
  const std::set<Place> sources =
      of_channel ? std::set<Place>{"channel:" + policy_.type(cell.source).name} : actors(cell.source);
  const bool to = flow == Flow::kToTarget || flow == Flow::kBoth;
  const bool influences = control && concern_ == flow::Concern::kIntegrity;
  for (const Place& source : sources) {
    if (to || influences) {
      for (const Place& target : targets(cell.target, permission, true)) edges_[source].insert(target);
    }
    if (flow == Flow::kFromTarget || flow == Flow::kBoth) {
      for (const Place& target : targets(cell.target, permission, false)) edges_[target].insert(source);
    }
  }
}

NaiveFlows::Reached NaiveFlows::reached(const std::set<std::string>& closed) const {
  std::map<Place, std::string> owner;
  for (const flow::Party& party : parties_.all) {
    for (const TypeValue label : party.labels) owner[policy_.type(label).name] = party.name;
  }
  Reached result;
  for (const flow::Party& party : parties_.all) {
    std::set<std::string>& found = result[party.name];
    std::set<Place> seen;
    std::deque<Place> next;
    for (const TypeValue label : party.acting) {
      if (!gone_.contains(label)) next.push_back(policy_.type(label).name);
    }
    const std::size_t starts = next.size();
    for (std::size_t step = 0; !next.empty(); ++step) {
      const Place place = next.front();
      next.pop_front();
      const auto whose = owner.find(place);
      const bool is_stopped = step >= starts && whose != owner.end() && closed.contains(whose->second);
      const auto edges = edges_.find(place);
      if (is_stopped || edges == edges_.end()) continue;
      for (const Place& to : edges->second) {
        const auto party_there = owner.find(to);
        if (party_there != owner.end() && party_there->second != party.name) found.insert(party_there->second);
        if (seen.insert(to).second) next.push_back(to);
      }
    }
  }
  return result;
}

bool NaiveFlows::has_edge(const std::string& from, const std::string& to) const {
  const auto edges = edges_.find(from);
  return edges != edges_.end() && edges->second.contains(to);
}

std::string text_of(const NaiveFlows::Reached& reached) {
  std::string out;
  for (const auto& [party, others] : reached) {
    out += party + ":";
    for (const std::string& other : others) out += " " + other;
    out += "\n";
  }
  return out;
}

std::string text_of(const std::vector<flow::PartySet>& reached, const flow::Parties& parties) {
  NaiveFlows::Reached names;
  for (std::size_t i = 0; i < reached.size(); ++i) {
    std::set<std::string>& others = names[parties.all[i].name];
    for (const flow::PartyId id : reached[i].list()) others.insert(parties.at(id).name);
  }
  return text_of(names);
}

namespace {

std::string compare(const flow::FlowGraph& graph, const NaiveFlows& naive, flow::Concern concern,
                    const std::vector<flow::PartyId>& closed, const std::string& what) {
  const flow::Parties& parties = graph.parties();
  std::set<std::string> names;
  std::set<std::string> all;
  for (const flow::PartyId id : closed) names.insert(parties.at(id).name);
  for (const flow::Party& party : parties.all) all.insert(party.name);
  const flow::Reach reach = graph.reach(concern, closed);
  const std::string direct = text_of(reach.direct, parties);
  const std::string expected_direct = text_of(naive.reached(all));
  if (direct != expected_direct) return what + ", direct\nexpected:\n" + expected_direct + "found:\n" + direct;
  const std::string found = text_of(reach.all, parties);
  const std::string expected = text_of(naive.reached(names));
  if (found != expected) return what + ", closure\nexpected:\n" + expected + "found:\n" + found;
  // A way that is given is one: each step ends where the next begins, and it exists exactly when the set says so.
  for (std::size_t from = 0; from < parties.all.size(); ++from) {
    const auto ways = graph.shortest_from(static_cast<flow::PartyId>(from), concern, closed);
    for (std::size_t to = 0; to < ways.size(); ++to) {
      if (to == from) continue;
      const bool is_way =
          !ways[to].empty() && flow::index(ways[to].front().from) == from && flow::index(ways[to].back().to) == to;
      if (is_way != reach.all[from].contains(static_cast<flow::PartyId>(to))) {
        return what + ", way from " + parties.all[from].name + " to " + parties.all[to].name;
      }
      for (std::size_t hop = 0; hop + 1 < ways[to].size(); ++hop) {
        if (ways[to][hop].to != ways[to][hop + 1].from || names.contains(parties.at(ways[to][hop].to).name)) {
          return what + ", a hop of the way from " + parties.all[from].name + " to " + parties.all[to].name;
        }
      }
    }
  }
  return {};
}

}  // namespace

std::string disagreement(const flask::BinaryPolicy& policy, const catalogue::Catalogue& catalogue,
                         const flow::Parties& parties, std::size_t most_closed) {
  for (const flow::Life life : {flow::Life::kWhole, flow::Life::kBooting, flow::Life::kSealed}) {
    const flow::FlowGraph graph(policy, catalogue, parties, life);
    for (const flow::Concern concern : {flow::Concern::kConfidentiality, flow::Concern::kIntegrity}) {
      const NaiveFlows naive(policy, catalogue, parties, life, concern);
      const std::string what = std::string(concern == flow::Concern::kIntegrity ? "integrity" : "confidentiality") +
                               ", life " + std::to_string(static_cast<int>(life));
      std::string wrong = compare(graph, naive, concern, {}, what);
      for (std::size_t i = 0; wrong.empty() && i < std::min(most_closed, parties.all.size()); ++i) {
        wrong =
            compare(graph, naive, concern, {static_cast<flow::PartyId>(i)}, what + ", closed " + parties.all[i].name);
      }
      if (!wrong.empty()) return wrong;
    }
  }
  return {};
}

}  // namespace bulkhead::test
