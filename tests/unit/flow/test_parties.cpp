#include "bulkhead/flow/parties.h"
#include "support/compiled.h"

namespace bulkhead::flow {
namespace {

using Names = std::vector<std::string>;

Names names_of(const Parties& parties) {
  Names names;
  for (const Party& party : parties.all) names.push_back(party.name);
  return names;
}

struct SmallHost {
  SmallHost() : host(test::small_host()), policy(test::compile_conf(host.conf())) {}

  [[nodiscard]] flask::TypeValue type(const std::string& name) const { return *policy.find_type(name); }
  [[nodiscard]] const catalogue::Catalogue& catalogue() const { return *host.read.catalogue; }

  test::DerivedSpec host;
  flask::BinaryPolicy policy;
};

}  // namespace

TEST_CASE("with a spec the parties are its domains, each with all labels that it carries") {
  const SmallHost small;
  const Parties parties = parties_of(small.policy, small.catalogue(), small.host.read.model, small.host.derived);
  CHECK(names_of(parties) == Names{"blue", "control", "green", "hardware", "net"});
  const Party& control = parties.at(*parties.find("control"));
  std::vector<flask::TypeValue> labels{small.type("control_boot_t"), small.type("control_t")};
  std::sort(labels.begin(), labels.end());
  CHECK(control.labels == labels);
  CHECK(control.acting == labels);
  CHECK(parties.at(*parties.find("net")).acting == std::vector<flask::TypeValue>{small.type("net_t")});
  CHECK(parties.at(*parties.find("net")).labels.size() == 2);
}

TEST_CASE(
    "without a spec each label that domains carry is a party, and no channel, device, face or hypervisor's label is") {
  const SmallHost small;
  const Parties parties = parties_of(small.policy, small.catalogue());
  CHECK(names_of(parties) == Names{"blue_building_t", "blue_t", "control_boot_t", "control_t", "green_building_t",
                                   "green_t", "hardware_building_t", "hardware_t", "net_building_t", "net_t"});
  const auto kind = [&](const std::string& name) { return parties.kinds[small.type(name) - 1U]; };
  CHECK(kind("blue_self_t") == LabelKind::kFace);
  CHECK(kind("control_boot_self_t") == LabelKind::kFace);
  CHECK(kind("nic0_dev_t") == LabelKind::kDevice);
  CHECK(kind("irq_t") == LabelKind::kDevice);
  CHECK(kind("xen_t") == LabelKind::kHypervisor);
  CHECK(kind("blue_net_ch_t") == LabelKind::kObject);
}

TEST_CASE("the label that domain 0 seals itself with is found from the rules alone") {
  const SmallHost small;
  const Parties parties = parties_of(small.policy, small.catalogue());
  CHECK(parties.booting == small.type("control_boot_t"));
  CHECK(parties.sealed == std::vector<flask::TypeValue>{small.type("control_t")});
}

TEST_CASE("a policy in which domain 0 cannot relabel itself has no sealing") {
  SmallHost small;
  std::string conf = small.host.conf();
  const std::string rule = "allow control_boot_t control_t:domain2 relabelself;";
  conf.replace(conf.find(rule), rule.size(), "");
  const flask::BinaryPolicy policy = test::compile_conf(conf);
  const Parties parties = parties_of(policy, small.catalogue());
  CHECK_FALSE(parties.booting);
  CHECK(parties.sealed.empty());
}

}  // namespace bulkhead::flow
