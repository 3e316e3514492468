#include <algorithm>
#include <array>
#include <map>

#include "audit.h"

namespace bulkhead::report {

using privilege::TypeId;
using privilege::TypeKind;

namespace {

using Line = std::array<std::uint64_t, 4>;
using Signature = std::vector<Line>;

// A label as the domain itself would call it: its own ones by kind, channels by the other end, all else by number.
std::uint64_t relative(const privilege::Type& type, TypeId id, model::DomainId self) {
  constexpr std::uint64_t kOwn = std::uint64_t{1} << 40U;
  constexpr std::uint64_t kChannelWith = std::uint64_t{2} << 40U;
  if (type.kind == TypeKind::kChannel && (type.domain == self || type.peer == self)) {
    return kChannelWith + model::index(type.domain == self ? *type.peer : *type.domain);
  }
  return type.domain == self ? kOwn + static_cast<std::uint64_t>(type.kind) : privilege::index(id);
}

// Exact, not a hash: two domains with different privileges must never share a section.
void set_signature(Signature& lines, const Index& index, model::DomainId self, const std::vector<Holder>& holders) {
  lines.clear();
  for (const TypeId source : index.types_of(self)) {
    const std::uint64_t from = relative(index.type(source), source, self);
    for (const privilege::Grant& grant : index.grants(source)) {
      const auto access_class = static_cast<std::uint64_t>(grant.access_class);
      lines.push_back({from, relative(index.type(grant.target), grant.target, self),
                       static_cast<std::uint64_t>(grant.phase) << 40U | access_class << 32U | grant.permissions,
                       reinterpret_cast<std::uintptr_t>(grant.rule)});  // compared for equality only
    }
  }
  for (const Holder& holder : holders) {
    for (std::size_t i = 0; i < holder.permissions.size(); ++i) {
      if (holder.permissions[i] != 0) {
        constexpr std::uint64_t kHeldBy = std::uint64_t{1} << 62U;
        lines.push_back({kHeldBy | model::index(holder.domain), i, holder.permissions[i], 0});
      }
    }
  }
  std::sort(lines.begin(), lines.end());
}

}  // namespace

std::vector<std::vector<model::DomainId>> fold_domains(const Index& index,
                                                       const std::vector<std::vector<Holder>>& holders) {
  const std::size_t count = index.model().domains.size();
  const bool fold = count > kFoldAbove;
  std::vector<std::vector<model::DomainId>> groups;
  std::map<std::pair<std::string_view, Signature>, std::size_t> known;  // family and signature to group
  std::pair<std::string_view, Signature> key;
  for (std::size_t i = 0; i < count; ++i) {
    const auto id = static_cast<model::DomainId>(i);
    if (!fold) {
      groups.push_back({id});
      continue;
    }
    key.first = index.model().at(id).family;
    set_signature(key.second, index, id, holders[i]);
    const auto [place, is_new] = known.try_emplace(key, groups.size());
    if (is_new) {
      groups.emplace_back();
    }
    groups[place->second].push_back(id);
  }
  return groups;
}

}  // namespace bulkhead::report
