// Policy tests on what follows from a spec, and which statements of the spec they touch. In: the expectations of a
// file, the host. Out: for each a verdict with the cells that speak against it; for each connection, role and device of
// the spec how many expectations looked at something that it grants. Names that the host does not have are reported
// (group kMeaning), and such an expectation has no verdict. The privileges are the derived ones; the proof (proof.h)
// makes them equal to the binary policy.
#pragma once

#include <string>
#include <vector>

#include "bulkhead/base/diagnostic.h"
#include "bulkhead/catalogue/catalogue.h"
#include "bulkhead/model/model.h"
#include "bulkhead/privilege/privileges.h"
#include "bulkhead/spec/expectations.h"

namespace bulkhead::analysis {

// Something that is granted and should not be, or is not and should.
struct Breach {
  std::string text;
  Span origin;  // the statement of the spec; unknown where nothing is granted
};

struct Verdict {
  const spec::Expectation* expectation = nullptr;
  std::vector<Breach> breaches;  // the first few
  std::size_t breach_count = 0;

  [[nodiscard]] bool holds() const { return breach_count == 0; }
};

enum class StatementKind : std::uint8_t { kConnection, kRole, kDevice };
[[nodiscard]] std::string_view name(StatementKind kind);  // "connection", "role", "device"

struct Statement {
  StatementKind kind{};
  std::string words;  // "network of net and blue", "driver of net", "nic0"
  Span place;
  std::size_t touched = 0;  // by how many expectations
};

struct TestResult {
  std::vector<Verdict> verdicts;      // in the order of the expectations
  std::vector<Statement> statements;  // by kind, then place

  [[nodiscard]] bool all_hold() const;
};

[[nodiscard]] TestResult check_expectations(const model::Model& model, const catalogue::Catalogue& catalogue,
                                            const privilege::Derived& derived,
                                            const std::vector<spec::Expectation>& expectations,
                                            Diagnostics& diagnostics);

// "`net` may grant.copy on `web-1`": the claim in one line.
[[nodiscard]] std::string describe(const spec::Expectation& expectation);

}  // namespace bulkhead::analysis
