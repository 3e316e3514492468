#include <algorithm>
#include <map>

#include "audit.h"

namespace bulkhead::report {

using privilege::TypeId;
using privilege::TypeKind;

namespace {

void append(std::string& out, std::uint64_t number) {
  for (int shift = 0; shift < 64; shift += 8) {
    out += static_cast<char>(number >> shift & 0xFFU);
  }
}

// A label as the domain itself would call it: its own ones by kind, channels by the other end, all else by number.
std::uint64_t relative(const privilege::Type& type, TypeId id, model::DomainId self) {
  constexpr std::uint64_t kOwn = std::uint64_t{1} << 40U;
  constexpr std::uint64_t kChannelWith = std::uint64_t{2} << 40U;
  if (type.kind == TypeKind::kChannel && (type.domain == self || type.peer == self)) {
    return kChannelWith + model::index(type.domain == self ? *type.peer : *type.domain);
  }
  return type.domain == self ? kOwn + static_cast<std::uint64_t>(type.kind) : privilege::index(id);
}

std::string signature(const Index& index, model::DomainId self, const std::vector<Holder>& holders) {
  std::vector<std::string> lines;
  for (const TypeId source : index.types_of(self)) {
    for (const privilege::Grant& grant : index.grants(source)) {
      std::string line;
      append(line, relative(index.type(source), source, self));
      append(line, relative(index.type(grant.target), grant.target, self));
      append(line, static_cast<std::uint64_t>(grant.access_class) << 32U | grant.permissions);
      append(line, static_cast<std::uint64_t>(grant.phase));
      append(line, reinterpret_cast<std::uintptr_t>(grant.rule));  // compared for equality only
      lines.push_back(std::move(line));
    }
  }
  for (const Holder& holder : holders) {
    std::string line;
    append(line, model::index(holder.domain));
    for (const abi::AccessVector vector : holder.permissions) {
      append(line, vector);
    }
    lines.push_back(std::move(line));
  }
  std::sort(lines.begin(), lines.end());
  std::string whole = index.model().at(self).family;
  for (const std::string& line : lines) {
    whole += line;
  }
  return whole;
}

}  // namespace

std::vector<std::vector<model::DomainId>> fold_domains(const Index& index) {
  const std::size_t count = index.model().domains.size();
  const bool fold = count > kFoldAbove;
  const auto holders = fold ? holders_over(index) : std::vector<std::vector<Holder>>{};
  std::vector<std::vector<model::DomainId>> groups;
  std::map<std::string, std::size_t> known;  // signature to group
  for (std::size_t i = 0; i < count; ++i) {
    const auto id = static_cast<model::DomainId>(i);
    if (!fold) {
      groups.push_back({id});
      continue;
    }
    const auto [place, is_new] = known.emplace(signature(index, id, holders[i]), groups.size());
    if (is_new) {
      groups.emplace_back();
    }
    groups[place->second].push_back(id);
  }
  return groups;
}

}  // namespace bulkhead::report
