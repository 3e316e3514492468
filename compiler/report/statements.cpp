#include "statements.h"

#include <algorithm>
#include <map>
#include <unordered_map>

#include <fmt/format.h>

#include "bulkhead/base/check.h"
#include "bulkhead/page/names.h"

namespace bulkhead::report {

using privilege::Grant;
using privilege::Phase;
using privilege::TypeId;
using privilege::TypeKind;

namespace {

unsigned rank(Phase phase) {
  switch (phase) {
    case Phase::kRunning:
      return 0;
    case Phase::kBooting:
      return 1;
    case Phase::kBuilding:
      return 2;
  }
  BULKHEAD_CHECK(false, "every phase has a rank");
}

// Equal keys are one statement. The rule's place orders by file and line of the catalogue.
struct Key {
  unsigned phase = 0;
  TypeKind source_kind{};
  std::string_view via;
  Span rule_place;
  abi::ClassId access_class{};
  abi::AccessVector permissions = 0;
  std::string_view reason;
  auto operator<=>(const Key&) const = default;
};

Key key_of(const Statement& statement, const catalogue::Rule* rule) {
  return {.phase = rank(statement.phase),
          .source_kind = statement.source_kind,
          .via = statement.via,
          .rule_place = rule == nullptr ? Span{} : rule->place,
          .access_class = statement.access_class,
          .permissions = statement.permissions,
          .reason = statement.reason};
}

// Grants of one rule are many and have the same texts at the same addresses: looked up by address first, by value once.
struct Address {
  const catalogue::Rule* rule = nullptr;
  const char* reason = nullptr;
  const char* via = nullptr;
  abi::AccessVector permissions = 0;
  Phase phase{};
  TypeKind source_kind{};
  bool operator==(const Address&) const = default;
};

struct HashAddress {
  std::size_t operator()(const Address& address) const {
    const std::hash<const void*> hash;
    return ((hash(address.rule) * 31 + hash(address.reason)) * 31 + hash(address.via)) * 31 +
           std::size_t{address.permissions} * 7 + static_cast<std::size_t>(address.phase) * 3 +
           static_cast<std::size_t>(address.source_kind);
  }
};

struct Found {
  Statement statement;
  const catalogue::Rule* rule = nullptr;
};

std::vector<Found> find_statements(const Index& index, model::DomainId domain) {
  std::vector<Found> found;
  std::unordered_map<Address, std::size_t, HashAddress> places;
  for (const TypeId source : index.types_of(domain)) {
    const TypeKind kind = index.type(source).kind;
    for (const Grant& grant : index.grants(source)) {
      for (const ReasonGroup& group : index.reasons(grant)) {
        const auto [place, is_new] = places.try_emplace(
            {grant.rule, group.reason.data(), grant.via.data(), group.permissions, grant.phase, kind}, found.size());
        if (is_new) {
          found.push_back({{.phase = grant.phase,
                            .source_kind = kind,
                            .access_class = grant.access_class,
                            .permissions = group.permissions,
                            .reason = group.reason,
                            .via = grant.via,
                            .targets = {},
                            .origins = {}},
                           grant.rule});
        }
        Statement& statement = found[place->second].statement;
        statement.targets.push_back(grant.target);
        if (statement.origins.empty() || statement.origins.back() != grant.origin) {
          statement.origins.push_back(grant.origin);
        }
      }
    }
  }
  return found;
}

template <typename T>
void sort_unique(std::vector<T>& values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

void merge(std::vector<Holder>& holders) {
  std::stable_sort(holders.begin(), holders.end(),
                   [](const Holder& a, const Holder& b) { return a.domain < b.domain; });
  std::vector<Holder> merged;
  for (Holder& holder : holders) {
    if (merged.empty() || merged.back().domain != holder.domain) {
      merged.push_back(std::move(holder));
      continue;
    }
    for (std::size_t i = 0; i < holder.permissions.size(); ++i) {
      merged.back().permissions[i] |= holder.permissions[i];
    }
  }
  holders = std::move(merged);
}

// The domains that targets of one kind belong to.
std::vector<model::DomainId> domains_of(const Index& index, const std::vector<TypeId>& targets, TypeKind kind,
                                        model::DomainId self) {
  std::vector<model::DomainId> domains;
  for (const TypeId target : targets) {
    const privilege::Type& type = index.type(target);
    if (type.kind == kind && type.domain && (kind == TypeKind::kChannel || *type.domain != self)) {
      domains.push_back(kind == TypeKind::kChannel && *type.domain == self && type.peer ? *type.peer : *type.domain);
    }
  }
  sort_unique(domains);
  return domains;
}

}  // namespace

std::vector<Statement> statements_of(const Index& index, model::DomainId domain) {
  std::map<Key, Statement> sorted;
  for (Found& found : find_statements(index, domain)) {
    const auto [place, is_new] = sorted.try_emplace(key_of(found.statement, found.rule), std::move(found.statement));
    if (!is_new) {
      Statement& statement = place->second;
      statement.targets.insert(statement.targets.end(), found.statement.targets.begin(), found.statement.targets.end());
      statement.origins.insert(statement.origins.end(), found.statement.origins.begin(), found.statement.origins.end());
    }
  }
  std::vector<Statement> statements;
  statements.reserve(sorted.size());
  for (auto& [key, statement] : sorted) {
    sort_unique(statement.targets);
    sort_unique(statement.origins);
    statements.push_back(std::move(statement));
  }
  return statements;
}

std::vector<StatementGroup> group_statements(const std::vector<Statement>& statements, bool channels) {
  std::vector<StatementGroup> groups;
  for (const Statement& statement : statements) {
    if ((statement.source_kind == TypeKind::kChannel) != channels) {
      continue;
    }
    const Statement* last = groups.empty() ? nullptr : groups.back().statements.front();
    if (last == nullptr || last->phase != statement.phase || last->via != statement.via ||
        last->targets != statement.targets || last->origins != statement.origins) {
      groups.emplace_back();
    }
    groups.back().statements.push_back(&statement);
  }
  return groups;
}

std::vector<std::vector<Holder>> holders_over(const Index& index) {
  std::vector<std::vector<Holder>> holders(index.model().domains.size());
  for (const Grant& grant : index.set().allow) {
    const privilege::Type& source = index.type(grant.source);
    const privilege::Type& target = index.type(grant.target);
    const bool acts = source.kind == TypeKind::kRunning || source.kind == TypeKind::kBooting;
    if (!acts || !source.domain || !target.domain || target.kind == TypeKind::kChannel ||
        *source.domain == *target.domain) {
      continue;
    }
    // Grants stand by source: a second one of the same source finds its holder at the end. What is left apart, because
    // labels of one domain need not be neighbours, is merged afterwards.
    auto& of_target = holders[model::index(*target.domain)];
    if (of_target.empty() || of_target.back().domain != *source.domain) {
      of_target.push_back({*source.domain, std::vector<abi::AccessVector>(index.set().abi->classes.size(), 0)});
    }
    of_target.back().permissions[static_cast<std::size_t>(grant.access_class)] |= grant.permissions;
  }
  for (auto& of_target : holders) {
    merge(of_target);
  }
  return holders;
}

std::string permission_text(const abi::AccessClass& access_class, abi::AccessVector permissions) {
  return fmt::format("{}", fmt::join(permission_names(access_class, permissions), " "));
}

std::string vectors_text(const Index& index, const std::vector<abi::AccessVector>& vectors) {
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < vectors.size(); ++i) {
    if (vectors[i] != 0) {
      const abi::AccessClass& access_class = index.set().abi->classes[i];
      parts.push_back(fmt::format("{}: {}", access_class.name, permission_text(access_class, vectors[i])));
    }
  }
  return fmt::format("{}", fmt::join(parts, "; "));
}

std::string domains_text(const model::Model& model, const std::vector<model::DomainId>& domains) {
  std::vector<page::Named> names;
  std::map<std::string_view, std::size_t> sizes;
  for (const model::DomainId id : domains) {
    const model::Domain& domain = model.at(id);
    names.push_back({domain.name, domain.family});
    if (const auto [place, is_new] = sizes.try_emplace(domain.family, 0); is_new) {
      place->second = model.find_range(domain.family).count;
    }
  }
  return page::names_text(names, sizes);
}

std::string targets_text(const Index& index, const Statement& statement, model::DomainId self) {
  std::vector<std::string> parts;
  std::vector<std::string> others;
  bool is_self = false;
  for (const TypeId target : statement.targets) {
    const privilege::Type& type = index.type(target);
    if (type.domain == self && type.kind != TypeKind::kChannel) {
      is_self = true;
    } else if (type.kind == TypeKind::kDevice) {
      others.push_back("device " + index.name(target));
    } else if (!type.domain) {
      others.push_back("the hypervisor's " + index.name(target));
    }
  }
  if (is_self) {
    parts.emplace_back("itself");
  }
  const auto add = [&](TypeKind kind, std::string_view form) {
    if (const auto domains = domains_of(index, statement.targets, kind, self); !domains.empty()) {
      parts.push_back(fmt::format(fmt::runtime(form), domains_text(index.model(), domains)));
    }
  };
  add(TypeKind::kRunning, "{}");
  add(TypeKind::kSelf, "{}");
  add(TypeKind::kTarget, "{} as its device model");
  add(TypeKind::kBooting, "{} while it boots");
  add(TypeKind::kBuilding, "{} while it is built");
  add(TypeKind::kChannel, "the event channel with {}");
  if (!others.empty()) {
    parts.push_back(page::join_some(others));
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string origins_text(const Index& index, const std::vector<Span>& origins) {
  constexpr std::size_t kPlaces = 3;
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < origins.size() && i < kPlaces; ++i) {
    parts.push_back(index.origin(origins[i]));
  }
  if (origins.size() > kPlaces) {
    parts.push_back(fmt::format("and {} more", origins.size() - kPlaces));
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

}  // namespace bulkhead::report
