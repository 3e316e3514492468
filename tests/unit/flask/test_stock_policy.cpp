// Xen's own example policy, from the source tree that BULKHEAD_XEN_SOURCE names: what others write is read too. Without
// the variable the program exits with 77, which the tests count as skipped.
#define CATCH_CONFIG_RUNNER
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "bulkhead/flask/access.h"
#include "compiled_policy.h"
#include "sepol_oracle.h"
#include "stock_conf.h"

namespace bulkhead::flask {
namespace {

using Lines = std::vector<std::string>;

TEST_CASE("the stock policy is read, with a context for each of the 13 initial SIDs of Xen 4.17 and later") {
  const std::string conf = test::stock_conf();
  for (const int version : {24, 30}) {
    const BinaryPolicy policy = test::compiled_policy(conf, {.version = version});
    Lines types;
    for (const InitialSid& sid : policy.initial_sids) types.push_back(policy.type(sid.context.type).name);
    // In the order of the hypervisor: xenboot xen dom0 domio domxen unlabeled security ioport iomem irq device domU
    // domDM.
    CHECK(types == Lines{"xenboot_t", "xen_t", "dom0_t", "domio_t", "domxen_t", "unlabeled_t", "security_t", "ioport_t",
                         "iomem_t", "irq_t", "device_t", "domU_t", "dm_dom_t"});
    CHECK(policy.classes.size() == 13);
    CHECK(policy.classes[12].name == "argo");
    CHECK(policy.has_constraints());
  }
}

TEST_CASE("libsepol gives the same access for every cell of the stock policy and every setting") {
  const std::string bytes = test::compiled_bytes(test::stock_conf());
  const BinaryPolicy policy = test::read_policy(bytes);
  Result<test::SepolOracle> oracle = test::SepolOracle::read(bytes);
  REQUIRE(oracle);
  const Result<std::vector<BooleanSetting>> settings = boolean_settings(policy);
  REQUIRE(settings);
  std::size_t granted = 0;
  for (const BooleanSetting& setting : *settings) {
    oracle->set_booleans(setting);
    const AccessTable table(policy, RuleKind::kAllow, setting);
    std::vector<AccessCell> expected;
    for (const BinaryType& source : policy.types) {
      for (const BinaryType& target : policy.types) {
        if (source.kind != TypeKind::kType || target.kind != TypeKind::kType) continue;
        for (const BinaryClass& target_class : policy.classes) {
          const AccessVector allowed =
              oracle->access(source.value, target.value, target_class.value).allowed & target_class.all();
          expected.push_back({source.value, target.value, target_class.value, allowed});
          granted += allowed == 0 ? 0 : 1;
        }
      }
    }
    // All contexts are of one user, whom the stock constraints let do everything.
    CHECK(compare_cells(expected, table).empty());
  }
  CHECK(granted > 1000);
}

}  // namespace
}  // namespace bulkhead::flask

int main(int argc, char** argv) {
  if (!bulkhead::test::has_xen_source()) return 77;
  return Catch::Session().run(argc, argv);
}
