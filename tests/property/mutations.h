// Every way to falsify one line of a policy.conf: drop it, change it, give it to another target. In: the text as the
// compiler writes it. Out: what to put in place of which lines, for all rules, labels, contexts, types, classes and
// roles.
#pragma once

#include <string>
#include <vector>

namespace bulkhead::test {

struct Mutation {
  std::string kind;      // "drop allow", "another target of dontaudit", …
  std::size_t line = 0;  // the first that is replaced, from 0
  std::size_t count = 1;
  std::string text;  // instead; may be empty or several lines
  // What moves in the order of classes, permissions or initial SIDs changes the meaning of every rule behind it.
  bool moves_numbers = false;
};

using Lines = std::vector<std::string>;

[[nodiscard]] Lines lines_of(const std::string& text);

// `seed` chooses the other targets, results and permissions.
[[nodiscard]] std::vector<Mutation> all_mutations(const Lines& conf, unsigned seed);

[[nodiscard]] std::string mutated(const Lines& conf, const Mutation& mutation);

// The text without its neverallow rules.
[[nodiscard]] std::string without_never_allows(const std::string& conf);

}  // namespace bulkhead::test
