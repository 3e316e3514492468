// Flows on hosts that nobody wrote, beside a naive closure over all pairs.
#include <catch2/catch.hpp>

#include "bulkhead/flask/checkpolicy.h"
#include "bulkhead/flask/policy_conf.h"
#include "bulkhead/flow/flow_graph.h"
#include "checked.h"
#include "random_host.h"
#include "resolved.h"
#include "support/naive_flows.h"

namespace bulkhead::test {

TEST_CASE("the graph agrees with a naive closure on random hosts") {
  CHECK(holds("edge by edge and over every way", 25, [] {
    HostText host = *random_host();
    host.assertions.clear();  // they may not hold
    const Resolved resolved(host.yaml());
    const std::string conf =
        flask::emit_policy_conf(resolved.read.model, resolved.derived, {}, resolved.read.sources, {});
    const Result<std::string> binary = flask::compile_policy(conf);
    if (!binary) RC_FAIL(binary.error().message());
    const Result<flask::BinaryPolicy> policy = flask::read_binary_policy(*binary);
    if (!policy) RC_FAIL(policy.error().message());
    const flow::Parties parties =
        flow::parties_of(*policy, *resolved.read.catalogue, resolved.read.model, resolved.derived);
    const std::string wrong = disagreement(*policy, *resolved.read.catalogue, parties, 2);
    RC_LOG() << wrong;
    RC_ASSERT(wrong.empty());
  }));
}

}  // namespace bulkhead::test
