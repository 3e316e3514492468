// A spec taken all the way to a binary policy, for tests of the later stages. In: texts. Out: every stage's value; the
// test stops where a stage that should have passed reports something.
#pragma once

#include <string>
#include <utility>

#include <catch2/catch.hpp>

#include "bulkhead/flask/binary_policy.h"
#include "bulkhead/flask/policy_conf.h"
#include "bulkhead/privilege/privileges.h"
#include "run_checkpolicy.h"
#include "spec_text.h"

namespace bulkhead::test {

// A host of two guests and a network domain, in the shape that most tests change one thing of.
inline std::string small_host(const std::string& more = {}) {
  return R"(bulkhead: 1
host: { xen: "4.17", hardware: { domain: hardware } }
devices:
  nic0: { pci: "0000:00:03.0", iomem: ["0xfeba0-0xfebbf"], irqs: [23] }
domains:
  control: { role: control }
  hardware: { role: hardware, kernel: /k, ramdisk: /r }
  net: { role: driver, devices: [nic0], kernel: /k, ramdisk: /r, restart: on-failure }
  blue: { role: guest, kernel: /k, ramdisk: /r }
  green: { role: guest, type: pvh, kernel: /k, ramdisk: /r }
connections:
  - { network: { backend: net, frontend: [blue, green], bridge: br0 } }
accept:
  - { finding: unreviewed-operations, domains: [hardware], reason: "a test" }
)" + more;
}

struct DerivedSpec {
  explicit DerivedSpec(std::string text, std::string inventory = {}) : read(std::move(text), std::move(inventory)) {
    INFO(read.rendered());
    REQUIRE_FALSE(read.diagnostics.has_errors());
    derived = privilege::derive(read.model, *read.catalogue, read.diagnostics);
  }
  [[nodiscard]] std::string conf(bool trace = false) const {
    return flask::emit_policy_conf(read.model, derived, flask::never_allows(read.model, *read.catalogue, derived),
                                   read.sources, {.trace = trace});
  }
  // "net_t blue_t:grant" → "copy map_read map_write unmap"; empty when there is no such cell.
  [[nodiscard]] std::string cell(const std::string& source, const std::string& target,
                                 const std::string& class_name) const {
    const auto from = derived.set.find(source);
    const auto to = derived.set.find(target);
    const auto access_class = derived.set.abi->find_class(class_name);
    if (!from || !to || !access_class) return "no such name";
    abi::AccessVector vector = 0;
    for (const privilege::Grant& grant : derived.set.grants(*from, *to, *access_class)) vector |= grant.permissions;
    std::vector<std::string> names;
    for (const std::string& name : derived.set.abi->at(*access_class).permissions) {
      if ((vector >> *derived.set.abi->at(*access_class).bit(name) & 1U) != 0) names.push_back(name);
    }
    std::sort(names.begin(), names.end());
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "" : " ") + name;
    return text;
  }

  SpecText read;
  privilege::Derived derived;
};

inline flask::BinaryPolicy compile_conf(const std::string& conf) {
  const auto bytes = run_checkpolicy(conf);
  INFO((bytes ? std::string() : bytes.error().message()));
  REQUIRE(bytes.has_value());
  auto policy = flask::read_binary_policy(*bytes);
  REQUIRE(policy.has_value());
  return std::move(*policy);
}

}  // namespace bulkhead::test
