// The same meaning gives the same model, the same privileges and the same binary, whatever the order of the text.
#include <catch2/catch.hpp>

#include "bulkhead/flask/checkpolicy.h"
#include "bulkhead/flask/policy_conf.h"
#include "checked.h"
#include "random_host.h"
#include "resolved.h"
#include "support/model_text.h"

namespace bulkhead::test {
namespace {

std::string binary_of(const Resolved& host) {
  // Without neverallow rules: roles of the spec's own may break invariants, which is another test's matter.
  const std::string conf = flask::emit_policy_conf(host.read.model, host.derived, {}, host.read.sources, {});
  const Result<std::string> binary = flask::compile_policy(conf);
  if (!binary) RC_FAIL(binary.error().message());
  return *binary;
}

// Without the parts that the model keeps as the spec wrote them: roles, assertions, accepted risks.
std::string resolved_text(const model::Model& model) {
  return domains_text(model) + devices_text(model) + links_text(model) + order_text(model);
}

std::uint64_t random_order() {
  return *rc::gen::inRange<std::uint64_t>(1, 1U << 30U);
}

}  // namespace

TEST_CASE("a shuffled spec has the same model and the same privileges") {
  CHECK(holds("shuffling changes neither model nor privileges", 400, [] {
    const HostText host = *random_host();
    const HostText other = shuffled(host, random_order());
    RC_LOG() << other;
    const Resolved left(host.yaml());
    const Resolved right(other.yaml());
    RC_ASSERT(resolved_text(left.read.model) == resolved_text(right.read.model));
    const std::string difference = differences(left.privileges(), right.privileges());
    RC_LOG() << difference;
    RC_ASSERT(difference.empty());
  }));
}

TEST_CASE("a shuffled spec compiles to the same bytes") {
  CHECK(holds("shuffling changes no byte of xenpolicy", 20, [] {
    const HostText host = *random_host();
    const HostText other = shuffled(host, random_order());
    RC_LOG() << other;
    RC_ASSERT(binary_of(Resolved(host.yaml())) == binary_of(Resolved(other.yaml())));
  }));
}

}  // namespace bulkhead::test
