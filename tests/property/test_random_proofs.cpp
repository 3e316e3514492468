// The proof, and checkpolicy's own refusals, on hosts that nobody wrote.
#include <algorithm>
#include <set>

#include <catch2/catch.hpp>

#include "bulkhead/analysis/proof.h"
#include "bulkhead/flask/checkpolicy.h"
#include "bulkhead/flask/policy_conf.h"
#include "checked.h"
#include "random_host.h"
#include "resolved.h"

namespace bulkhead::test {
namespace {

std::string conf_of(const Resolved& host, bool with_never_allows) {
  std::vector<flask::NeverAllow> never;
  if (with_never_allows) never = flask::never_allows(host.read.model, *host.read.catalogue, host.derived);
  return flask::emit_policy_conf(host.read.model, host.derived, never, host.read.sources, {});
}

void check_proof(const Resolved& host, const std::string& binary) {
  const Result<flask::BinaryPolicy> policy = flask::read_binary_policy(binary);
  if (!policy) RC_FAIL(policy.error().message());
  const analysis::Proof proof = analysis::prove(host.read.model, host.derived, *policy);
  for (const analysis::Difference& difference : proof.differences) RC_LOG() << difference.what << "\n";
  RC_ASSERT(proof.holds());
  RC_ASSERT(proof.allowed == host.derived.set.cells().size());
}

// An invariant with exceptions has no neverallow rule: it would have to name every other type.
bool is_sayable(const Diagnostic& broken, const catalogue::Catalogue& catalogue) {
  const auto& invariants = catalogue.invariants();
  return std::any_of(invariants.begin(), invariants.end(), [&](const catalogue::Invariant& invariant) {
    return invariant.except_on.empty() && broken.message.find("`" + invariant.id + "`") != std::string::npos;
  });
}

}  // namespace

TEST_CASE("the binary of any host is proven equal to its spec, for every Xen release") {
  std::set<std::string> releases;
  CHECK(holds("prove() holds for what is compiled", 30, [&] {
    const HostText host = *random_host(OwnRoles::kNone);
    const Resolved resolved(host.yaml());
    const Result<std::string> binary = flask::compile_policy(conf_of(resolved, true));
    if (!binary) RC_FAIL(binary.error().message());
    check_proof(resolved, *binary);
    releases.insert(resolved.read.model.abi->version.text());
  }));
  CHECK(releases.size() == abi::known_abis().size());
}

TEST_CASE("checkpolicy refuses a host exactly when it breaks an invariant without exceptions") {
  std::size_t refused = 0;
  std::size_t taken = 0;
  CHECK(holds("the check of risks and the neverallow rules agree", 30, [&] {
    HostText host = *random_host();
    host.assertions.clear();  // they are neverallow rules too
    Resolved resolved(host.yaml());
    privilege::check_risks(resolved.read.model, *resolved.read.catalogue, resolved.derived, resolved.read.diagnostics);
    const auto& found = resolved.read.diagnostics.all();
    const bool broken = std::any_of(found.begin(), found.end(), [&](const Diagnostic& diagnostic) {
      return diagnostic.id == DiagnosticId::kInvariantBroken && is_sayable(diagnostic, *resolved.read.catalogue);
    });
    RC_LOG() << resolved.read.rendered();
    const Result<std::string> binary = flask::compile_policy(conf_of(resolved, true));
    if (!binary) RC_LOG() << binary.error().message();
    RC_ASSERT(broken == !binary.has_value());
    const Result<std::string> plain = binary ? binary : flask::compile_policy(conf_of(resolved, false));
    if (!plain) RC_FAIL(plain.error().message());
    check_proof(resolved, *plain);
    ++(broken ? refused : taken);
  }));
  CHECK(refused > 0);
  CHECK(taken > 0);
}

}  // namespace bulkhead::test
