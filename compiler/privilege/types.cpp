#include "types.h"

#include <algorithm>
#include <numeric>

#include <fmt/core.h>

#include "bulkhead/base/check.h"

namespace bulkhead::privilege {
namespace {

using catalogue::InitialLabel;

// A policy identifier: names of the spec may hold `-`, types do not.
std::string mangled(const std::string& name) {
  std::string result = name;
  std::replace(result.begin(), result.end(), '-', '_');
  return result;
}

bool uses_channel(const catalogue::Connection& kind) {
  return std::any_of(kind.rules.begin(), kind.rules.end(),
                     [](const catalogue::Rule& rule) { return rule.to.kind == catalogue::TargetKind::kChannel; });
}

// Types in the order of their making; sorted by name only at the end, when their final ids are known.
class TypeMaker {
 public:
  TypeId add(std::string name, TypeKind kind, Span origin) {
    types_.push_back({.name = std::move(name), .kind = kind, .domain = {}, .peer = {}, .device = {}, .origin = origin});
    return static_cast<TypeId>(types_.size() - 1);
  }
  TypeId add(const std::string& base, std::string_view suffix, TypeKind kind, model::DomainId domain, Span origin) {
    const TypeId id = add(fmt::format("{}{}", base, suffix), kind, origin);
    types_.back().domain = domain;
    return id;
  }
  Type& last() { return types_.back(); }
  [[nodiscard]] std::vector<TypeId> sort_by_name();  // old id → new id
  [[nodiscard]] std::vector<Type> take() { return std::move(types_); }

 private:
  std::vector<Type> types_;
};

std::vector<TypeId> TypeMaker::sort_by_name() {
  std::vector<std::uint32_t> order(types_.size());
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return types_[a].name < types_[b].name; });
  std::vector<TypeId> renumbered(types_.size());
  std::vector<Type> sorted;
  sorted.reserve(types_.size());
  for (const std::uint32_t old : order) {
    renumbered[old] = static_cast<TypeId>(sorted.size());
    sorted.push_back(std::move(types_[old]));
  }
  types_ = std::move(sorted);
  return renumbered;
}

DomainTypes make_domain_types(TypeMaker& maker, const model::Domain& domain, model::DomainId id) {
  const std::string base = mangled(domain.name);
  DomainTypes types;
  types.running = maker.add(base, "_t", TypeKind::kRunning, id, domain.span);
  types.self = maker.add(base, "_self_t", TypeKind::kSelf, id, domain.span);
  if (domain.is_control) {
    types.booting = maker.add(base, "_boot_t", TypeKind::kBooting, id, domain.span);
    types.booting_self = maker.add(base, "_boot_self_t", TypeKind::kSelf, id, domain.span);
  } else {
    types.building = maker.add(base, "_building_t", TypeKind::kBuilding, id, domain.span);
  }
  if (domain.device_model) types.target = maker.add(base, "_target_t", TypeKind::kTarget, id, domain.span);
  return types;
}

Channels find_channels(const model::Model& model) {
  Channels channels;
  const catalogue::Connection* last = nullptr;  // links are sorted by kind
  bool has_channel = false;
  for (const model::Link& link : model.links) {
    if (link.kind != last) {
      last = link.kind;
      has_channel = uses_channel(*link.kind);
    }
    if (has_channel && link.ends[0] != link.ends[1]) channels.add(link.ends[0], link.ends[1]);
  }
  channels.sort_unique();
  return channels;
}

std::vector<TypeId> make_channel_types(TypeMaker& maker, const model::Model& model, const Channels& channels) {
  std::vector<TypeId> types;
  types.reserve(channels.pairs().size());
  for (const auto& [a, b] : channels.pairs()) {
    const std::string base = mangled(model.at(a).name) + "_" + mangled(model.at(b).name);
    types.push_back(maker.add(base, "_ch_t", TypeKind::kChannel, a, model.at(b).span));
    maker.last().peer = b;
  }
  return types;
}

void report_collisions(const std::vector<Type>& types, Diagnostics& diagnostics) {
  for (std::size_t i = 1; i < types.size(); ++i) {
    if (types[i].name != types[i - 1].name) continue;
    // The hypervisor's own labels stand nowhere in the spec: the other one is to be renamed.
    const bool swap = !types[i].origin.is_known();
    const Type& seen = swap ? types[i - 1] : types[i];
    const Type& other = swap ? types[i] : types[i - 1];
    diagnostics
        .error(DiagnosticId::kTypeNameCollision, seen.origin,
               fmt::format("two names of this host become the type `{}`", seen.name))
        .notes.push_back(
            {other.origin, other.origin.is_known() ? "the other one" : "the other is the hypervisor's own"});
  }
}

// Rules hold 16-bit numbers, and what does not fit is cut off in silence by the tools. Attributes need numbers as well:
// at most one for nine rules (flask/conf_rules.cpp), for which an eighth of the room is left.
void report_too_many(const std::vector<Type>& types, const model::Model& model, Diagnostics& diagnostics) {
  constexpr std::size_t kMostTypes = 65535 - 65535 / 8;
  if (types.size() <= kMostTypes) return;
  diagnostics.error(DiagnosticId::kTooManyTypes, model.host_span,
                    fmt::format("this host needs {} types; a policy holds {}", types.size(), kMostTypes));
}

void renumber(std::optional<TypeId>& id, const std::vector<TypeId>& renumbered) {
  if (id) id = renumbered[index(*id)];
}

void renumber(Derived& derived, const std::vector<TypeId>& renumbered) {
  for (DomainTypes& types : derived.of_domain) {
    types.running = renumbered[index(types.running)];
    types.self = renumbered[index(types.self)];
    for (std::optional<TypeId>* id : {&types.booting, &types.building, &types.booting_self, &types.target}) {
      renumber(*id, renumbered);
    }
  }
  for (TypeId& id : derived.of_device) id = renumbered[index(id)];
}

std::vector<TypeId> initial_sids(const TypeTable& table, const abi::Abi& abi, const model::Model& model) {
  std::vector<TypeId> sids;
  for (const std::string& name : abi.initial_sids) {
    if (name == "dom0") {
      sids.push_back(*table.derived.of_domain[index(model.control)].booting);
      continue;
    }
    std::size_t label = 0;
    while (label < catalogue::kInitialLabelCount && sid_name(static_cast<InitialLabel>(label)) != name) ++label;
    BULKHEAD_CHECK(label < catalogue::kInitialLabelCount, "every initial SID of the ABI tables has a label");
    sids.push_back(table.initial[label]);
  }
  return sids;
}

}  // namespace

void Channels::sort_unique() {
  std::sort(pairs_.begin(), pairs_.end());
  pairs_.erase(std::unique(pairs_.begin(), pairs_.end()), pairs_.end());
}

TypeId Channels::type(model::DomainId a, model::DomainId b) const {
  const auto pair = ordered(a, b);
  const auto found = std::lower_bound(pairs_.begin(), pairs_.end(), pair);
  BULKHEAD_CHECK(found != pairs_.end() && *found == pair, "a link whose rules use a channel has one");
  return types_[static_cast<std::size_t>(found - pairs_.begin())];
}

TypeTable make_types(const model::Model& model, Diagnostics& diagnostics) {
  TypeTable table;
  TypeMaker maker;
  Derived& derived = table.derived;
  for (std::size_t label = 0; label < catalogue::kInitialLabelCount; ++label) {
    const std::string base = mangled(std::string(sid_name(static_cast<InitialLabel>(label))));
    table.initial[label] = maker.add(base + "_t", TypeKind::kInitial, {});
  }
  for (std::size_t i = 0; i < model.domains.size(); ++i) {
    derived.of_domain.push_back(make_domain_types(maker, model.domains[i], static_cast<model::DomainId>(i)));
  }
  for (std::size_t i = 0; i < model.devices.size(); ++i) {
    const model::Device& device = model.devices[i];
    derived.of_device.push_back(maker.add(mangled(device.name) + "_dev_t", TypeKind::kDevice, device.span));
    maker.last().device = static_cast<model::DeviceId>(i);
  }
  table.channels = find_channels(model);
  std::vector<TypeId> channel_types = make_channel_types(maker, model, table.channels);

  const std::vector<TypeId> renumbered = maker.sort_by_name();
  renumber(derived, renumbered);
  for (TypeId& id : table.initial) id = renumbered[index(id)];
  for (TypeId& id : channel_types) id = renumbered[index(id)];
  table.channels.set_types(std::move(channel_types));
  derived.set.abi = model.abi;
  derived.set.types = maker.take();
  report_collisions(derived.set.types, diagnostics);
  report_too_many(derived.set.types, model, diagnostics);
  derived.set.initial_sids = initial_sids(table, *model.abi, model);
  return table;
}

}  // namespace bulkhead::privilege
