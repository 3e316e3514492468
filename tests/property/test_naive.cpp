#include <set>

#include <catch2/catch.hpp>

#include "checked.h"
#include "examples.h"
#include "naive_derivation.h"
#include "random_host.h"
#include "resolved.h"

namespace bulkhead::test {
namespace {

// What the random hosts had in them, so that a generator that lost something is noticed.
struct Seen {
  std::set<std::string> releases;
  std::set<std::string> roles;
  std::set<std::string> connections;
  std::set<std::string> shapes;

  void add(const model::Model& model) {
    releases.insert(model.abi->version.text());
    shapes.insert(model.split ? "split" : "classic");
    for (const model::Domain& domain : model.domains) {
      roles.insert(domain.role);
      if (domain.instance) shapes.insert("family");
      if (domain.is_rebuilt()) shapes.insert("rebuilt");
      if (!domain.devices.empty() && domain.is_hardware) shapes.insert("a device of the hardware domain");
    }
    for (const model::Link& link : model.links) connections.insert(link.kind->name);
  }
};

}  // namespace

TEST_CASE("a second derivation that is slow and obvious gives the same privileges") {
  Seen seen;
  CHECK(holds("derive() equals the naive derivation", 1000, [&] {
    const HostText host = *random_host();
    const Resolved resolved(host.yaml());
    seen.add(resolved.read.model);
    const NamedPrivileges naive = derive_naively(resolved.read.spec, *resolved.read.catalogue);
    const std::string difference = differences(naive, resolved.privileges());
    RC_LOG() << difference;
    RC_ASSERT(difference.empty());
  }));

  SourceSet sources;
  const auto shipped = catalogue::Catalogue::shipped(sources);
  for (const std::string& role : shipped.role_names()) {
    INFO(role);
    CHECK(seen.roles.count(role) == 1);
  }
  for (const auto& [name, connection] : shipped.connections()) {
    INFO(name);
    CHECK(seen.connections.count(name) == 1);
  }
  CHECK(seen.releases.size() == abi::known_abis().size());
  CHECK(seen.shapes ==
        std::set<std::string>{"a device of the hardware domain", "classic", "family", "rebuilt", "split"});
}

TEST_CASE("the second derivation gives the same privileges for the examples without an inventory") {
  for (const std::string& name : kExamples) {
    if (!example_inventory(name).empty()) continue;
    INFO(name);
    const DerivedSpec host = derived_example(name);
    const NamedPrivileges naive = derive_naively(host.read.spec, *host.read.catalogue);
    const std::string difference = differences(naive, named(host.derived.set));
    INFO(difference);
    CHECK(difference.empty());
  }
}

}  // namespace bulkhead::test
