#include "bulkhead/flow/flow_graph.h"
#include "compiled_policy.h"
#include "examples.h"
#include "policy_texts.h"
#include "support/naive_flows.h"

namespace bulkhead::flow {
namespace {

struct Example {
  explicit Example(const std::string& name)
      : host(test::derived_example(name)),
        policy(test::compile_conf(host.conf())),
        parties(parties_of(policy, *host.read.catalogue, host.read.model, host.derived)) {}

  [[nodiscard]] PartyId party(const std::string& name) const { return *parties.find(name); }
  [[nodiscard]] FlowGraph graph(Life life = Life::kWhole) const {
    return {policy, *host.read.catalogue, parties, life};
  }

  test::DerivedSpec host;
  flask::BinaryPolicy policy;
  Parties parties;
};

std::string chain(const std::vector<Hop>& way, const Parties& parties) {
  std::string out;
  for (const Hop& hop : way) out += parties.at(hop.from).name + " ";
  return way.empty() ? "none" : out + parties.at(way.back().to).name;
}

const std::string kAgreement;  // there is no disagreement to tell

}  // namespace

TEST_CASE("the graph agrees with a naive closure on every example, for each phase and concern") {
  for (const std::string& name : test::kExamples) {
    const Example example(name);
    CHECK(test::disagreement(example.policy, *example.host.read.catalogue, example.parties, 12) == kAgreement);
    const Parties labels = parties_of(example.policy, *example.host.read.catalogue);
    CHECK(test::disagreement(example.policy, *example.host.read.catalogue, labels, 3) == kAgreement);
  }
}

TEST_CASE("the graph agrees with a naive closure on policies of other shapes: attributes, booleans, levels") {
  SourceSet sources;
  const catalogue::Catalogue catalogue = catalogue::Catalogue::shipped(sources);
  for (const std::string& conf : {test::stock_like_conf(6), test::compartment_conf(5), test::small_conf(30)}) {
    const flask::BinaryPolicy policy = test::compiled_policy(conf);
    const Parties parties = parties_of(policy, catalogue);
    CHECK(test::disagreement(policy, catalogue, parties, parties.all.size()) == kAgreement);
  }
}

TEST_CASE("what a spec derives and its binary have the same flows") {
  for (const std::string& name : test::kExamples) {
    const Example example(name);
    const catalogue::Catalogue& catalogue = *example.host.read.catalogue;
    const flask::BinaryPolicy derived = policy_of(example.host.read.model, example.host.derived);
    const Parties parties = parties_of(derived, catalogue, example.host.read.model, example.host.derived);
    for (const Life life : {Life::kWhole, Life::kBooting, Life::kSealed}) {
      const Reach expected = example.graph(life).reach(Concern::kIntegrity, {});
      const Reach found = FlowGraph(derived, catalogue, parties, life).reach(Concern::kIntegrity, {});
      CHECK(test::text_of(found.direct, parties) == test::text_of(expected.direct, example.parties));
      CHECK(test::text_of(found.all, parties) == test::text_of(expected.all, example.parties));
    }
  }
}

TEST_CASE("every way from one guest to the other passes what serves both") {
  const Example split("split");
  const FlowGraph graph = split.graph();
  const PartyId blue = split.party("blue");
  const PartyId green = split.party("green");
  const PartyId net = split.party("net");
  const PartyId disk = split.party("disk");
  const PartyId control = split.party("control");
  const auto way = [&](const std::vector<PartyId>& closed) {
    return chain(graph.shortest(blue, green, Concern::kConfidentiality, closed), split.parties);
  };
  CHECK(way({net, disk, control}) == "none");
  CHECK(way({net, disk}) == "blue control green");
  CHECK(way({net, control}) == "blue disk green");
  CHECK(way({disk, control}) == "blue net green");
}

TEST_CASE("a step names the rule between two types, which way it carries, and through what") {
  const Example split("split");
  const FlowGraph graph = split.graph();
  const auto way = graph.shortest(split.party("blue"), split.party("green"), Concern::kConfidentiality,
                                  {split.party("net"), split.party("control")});
  REQUIRE(way.size() == 2);
  REQUIRE(way[0].steps.size() == 1);
  const Step& read = way[0].steps[0];
  CHECK(split.policy.type(read.source).name == "disk_t");
  CHECK(split.policy.type(read.target).name == "blue_t");
  CHECK(split.policy.class_at(read.access_class).name == "grant");
  CHECK(read.permissions == 1U << *split.policy.class_at(read.access_class).bit("map_read"));
  CHECK_FALSE(read.forward);
  CHECK(read.medium == catalogue::Medium::kGrant);
  CHECK(read.weight == catalogue::Weight::kContent);
  const Step& write = way[1].steps.at(0);
  CHECK(write.forward);
  CHECK(split.policy.type(write.target).name == "green_t");
}

TEST_CASE("pausing influences and tells nothing") {
  const test::DerivedSpec host(test::small_host());
  std::string conf = flask::emit_policy_conf(host.read.model, host.derived, {}, host.read.sources, {});
  conf.insert(conf.find("# --- roles and users"), "allow green_t blue_t:domain pause;\n");
  const flask::BinaryPolicy policy = test::compile_conf(conf);
  const Parties parties = parties_of(policy, *host.read.catalogue, host.read.model, host.derived);
  const FlowGraph graph(policy, *host.read.catalogue, parties, Life::kWhole);
  const PartyId green = *parties.find("green");
  const PartyId blue = *parties.find("blue");
  CHECK(graph.reach(Concern::kIntegrity, {}).direct[index(green)].contains(blue));
  CHECK_FALSE(graph.reach(Concern::kConfidentiality, {}).direct[index(green)].contains(blue));
  const auto way = graph.shortest(green, blue, Concern::kIntegrity, {*parties.find("net"), *parties.find("control")});
  REQUIRE(way.size() == 1);
  CHECK(way[0].steps.at(0).is_control);
}

TEST_CASE("what one writes to the hypervisor's console is not what another reads of its version") {
  const test::DerivedSpec host(test::small_host());
  const auto reached = [&](const std::string& rules) {
    std::string conf = flask::emit_policy_conf(host.read.model, host.derived, {}, host.read.sources, {});
    conf.insert(conf.find("# --- roles and users"), rules);
    const flask::BinaryPolicy policy = test::compile_conf(conf);
    const Parties parties = parties_of(policy, *host.read.catalogue, host.read.model, host.derived);
    const FlowGraph graph(policy, *host.read.catalogue, parties, Life::kWhole);
    return graph.reach(Concern::kConfidentiality, {})
        .direct[index(*parties.find("blue"))]
        .contains(*parties.find("green"));
  };
  CHECK_FALSE(reached("allow blue_t xen_t:xen writeconsole; allow green_t xen_t:version xen_capabilities;\n"));
  CHECK(reached("allow blue_t xen_t:xen writeconsole; allow green_t xen_t:xen readconsole;\n"));
}

TEST_CASE("a class that the catalogue does not know is named and counts as a flow both ways") {
  SourceSet sources;
  const catalogue::Catalogue catalogue = catalogue::Catalogue::shipped(sources);
  const test::DerivedSpec host(test::small_host());
  flask::BinaryPolicy policy = test::compile_conf(host.conf());
  policy.classes[9].name = "gift";  // grant
  const Parties parties = parties_of(policy, catalogue);
  const FlowGraph graph(policy, catalogue, parties, Life::kWhole);
  CHECK(graph.remarks() ==
        std::vector<std::string>{"nothing is known of the class `gift`: its permissions count as flows both ways"});
  const Reach reach = graph.reach(Concern::kConfidentiality, {});
  CHECK(reach.direct[index(*parties.find("blue_t"))].contains(*parties.find("net_t")));
}

}  // namespace bulkhead::flow
