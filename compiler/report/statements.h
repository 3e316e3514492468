// What a domain may do, put together for a reader: one statement for each reason, with all the targets that it applies
// to. A back end with 40 front ends has one statement about them and not 40.
#pragma once

#include <string>
#include <vector>

#include "index.h"

namespace bulkhead::report {

struct Statement {
  privilege::Phase phase = privilege::Phase::kRunning;
  privilege::TypeKind source_kind = privilege::TypeKind::kRunning;
  abi::ClassId access_class{};
  abi::AccessVector permissions = 0;
  std::string_view reason;
  std::string_view via;                    // role or connection
  std::vector<privilege::TypeId> targets;  // by name, each once
  std::vector<Span> origins;               // likewise
};

// Statements that one heading can say together: same phase, connection, targets and places.
struct StatementGroup {
  std::vector<const Statement*> statements;
};
[[nodiscard]] std::vector<StatementGroup> group_statements(const std::vector<Statement>& statements, bool channels);

// Running, booting, building; then by role or connection, in the order of the catalogue's rules.
[[nodiscard]] std::vector<Statement> statements_of(const Index& index, model::DomainId domain);

// Who holds what over the domain's own labels, by name of the holder; without itself and its channels.
struct Holder {
  model::DomainId domain{};
  std::vector<abi::AccessVector> permissions;  // by ClassId
};
// Of all domains at once, by DomainId: one pass over the grants.
[[nodiscard]] std::vector<std::vector<Holder>> holders_over(const Index& index);

// "map_read, map_write"
[[nodiscard]] std::string permission_text(const abi::AccessClass& access_class, abi::AccessVector permissions);
// "grant: copy map_read; event: send" of vectors by ClassId.
[[nodiscard]] std::string vectors_text(const Index& index, const std::vector<abi::AccessVector>& vectors);
// "itself, web (all 40), db-1, the channel with net": `self` is the domain that speaks.
[[nodiscard]] std::string targets_text(const Index& index, const Statement& statement, model::DomainId self);
// "host.yaml:41:5", of more than three the first three and how many more.
[[nodiscard]] std::string origins_text(const Index& index, const std::vector<Span>& origins);
// "web-1, web-2", families that are complete as "web (all 40)"; `domains` sorted, each once.
[[nodiscard]] std::string domains_text(const model::Model& model, const std::vector<model::DomainId>& domains);

}  // namespace bulkhead::report
