// What is taken out of a spec takes privileges away and never gives any; what a role adds is that and nothing else.
#include <algorithm>

#include <catch2/catch.hpp>

#include "checked.h"
#include "random_host.h"
#include "resolved.h"

namespace bulkhead::test {
namespace {

std::string allowed_beyond(const NamedPrivileges& before, const NamedPrivileges& after) {
  NamedPrivileges grown;
  for (const auto& [cell, permissions] : after.allow) {
    const auto had = before.allow.find(cell);
    for (const std::string& permission : permissions) {
      if (had == before.allow.end() || had->second.count(permission) == 0) grown.allow[cell].insert(permission);
    }
  }
  return differences({}, grown);
}

void check_smaller(const HostText& before, const HostText& after) {
  RC_LOG() << after;
  const std::string more = allowed_beyond(Resolved(before.yaml()).privileges(), Resolved(after.yaml()).privileges());
  RC_LOG() << more;
  RC_ASSERT(more.empty());
}

std::size_t any_index(std::size_t count) {
  return *rc::gen::inRange<std::size_t>(0, count);
}

bool is_guest(const Resolved& host, const Entry& entry) {
  const auto& domains = host.read.model.domains;
  return std::any_of(domains.begin(), domains.end(),
                     [&](const model::Domain& domain) { return domain.family == entry.name && domain.is_guest; });
}

std::string type_of(const Resolved& host, privilege::TypeId type) {
  return host.derived.set.at(type).name;
}

// The cells that one more permission on `on` gives to the domain with this index.
void add_expected(NamedPrivileges& expected, const Resolved& host, std::size_t domain, const Entry& allow) {
  const privilege::DomainTypes& types = host.derived.of_domain[domain];
  const std::string on = allow.find("on")->values.front();
  const auto add = [&](privilege::TypeId source, privilege::TypeId self) {
    std::string target = on + "_t";
    if (on == "self") target = type_of(host, self);
    if (on == "default-devices") target = "device_t";
    if (on == "default-irqs") target = "irq_t";
    if (on == "default-iomem") target = "iomem_t";
    if (on == "default-ioports") target = "ioport_t";
    for (const std::string& permission : allow.find("permissions")->values) {
      expected.allow[{type_of(host, source), target, allow.find("class")->values.front()}].insert(permission);
    }
  };
  add(types.running, types.self);
  if (types.booting) add(*types.booting, *types.booting_self);
}

}  // namespace

// But for consoles: such a connection says who serves the domain instead of the console or control domain, which comes
// back when it goes.
TEST_CASE("taking a connection out of a spec gives nobody a permission") {
  CHECK(holds("without a connection nothing is added", 300, [] {
    const HostText host = *random_host();
    RC_PRE(!host.connections.empty());
    const std::size_t index = any_index(host.connections.size());
    RC_PRE(host.connections[index].name != "console");
    check_smaller(host, without_connection(host, index));
  }));
}

TEST_CASE("taking a guest out of a spec gives nobody a permission") {
  CHECK(holds("without a guest nothing is added", 300, [] {
    const HostText host = *random_host();
    const Resolved resolved(host.yaml());
    std::vector<std::string> guests;
    for (const Entry& entry : host.domains) {
      if (is_guest(resolved, entry)) guests.push_back(entry.name);
    }
    check_smaller(host, without_domain(host, guests.at(any_index(guests.size()))));
  }));
}

TEST_CASE("taking a device out of a spec gives nobody a permission") {
  CHECK(holds("without a device nothing is added", 300, [] {
    const HostText host = *random_host();
    RC_PRE(!host.devices.empty());
    check_smaller(host, without_device(host, host.devices[any_index(host.devices.size())].name));
  }));
}

TEST_CASE("a permission more in a role is a cell more for each domain of the role, and nothing else") {
  CHECK(holds("a role's permission adds exactly its cells", 400, [] {
    HostText host = *random_host();
    RC_PRE(!host.roles.empty());
    const Resolved before(host.yaml());
    RoleEntry& role = host.roles.at(any_index(host.roles.size()));
    const Entry allow = *random_allow(before.read.model.abi->version.text());
    role.allow.push_back(allow);
    RC_LOG() << host;
    const Resolved after(host.yaml());
    NamedPrivileges expected = before.privileges();
    for (std::size_t i = 0; i < after.read.model.domains.size(); ++i) {
      if (after.read.catalogue->is_a(after.read.model.domains[i].role, role.name))
        add_expected(expected, after, i, allow);
    }
    const std::string difference = differences(expected, after.privileges());
    RC_LOG() << difference;
    RC_ASSERT(difference.empty());
  }));
}

}  // namespace bulkhead::test
