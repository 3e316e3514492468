#include <algorithm>
#include <set>

#include <catch2/catch.hpp>

#include "bulkhead/catalogue/catalogue.h"
#include "bulkhead/spec/language.h"

namespace bulkhead::catalogue {
namespace {

// Every rule of the shipped data with the name of its role or connection.
std::vector<std::pair<std::string, const Rule*>> all_rules(const Catalogue& catalogue) {
  std::vector<std::pair<std::string, const Rule*>> rules;
  for (const auto& [name, role] : catalogue.roles()) {
    for (const Rule& rule : role.rules) rules.emplace_back("role " + name, &rule);
  }
  for (const auto& [name, connection] : catalogue.connections()) {
    for (const Rule& rule : connection.rules) rules.emplace_back("connection " + name, &rule);
  }
  return rules;
}

struct UserRole {
  explicit UserRole(const std::string& on, const std::string& access_class, const std::string& permission,
                    const std::string& extends = "monitor") {
    const FileId file = sources.add("host.yaml", "x\n");
    const Span span{file, 1, 1, 1};
    spec::Role role;
    role.name = {"metrics", span};
    role.extends = {extends, span};
    role.allow.push_back({span, {on, span}, {access_class, span}, {{permission, span}}, {"a reason", span}});
    catalogue = Catalogue::shipped(sources);
    catalogue.add_roles({role}, *abi::find_abi({4, 17}), diagnostics);
  }
  [[nodiscard]] std::string id() const {
    return diagnostics.all().empty() ? "" : std::string(info(diagnostics.all().front().id).id);
  }
  SourceSet sources;
  Diagnostics diagnostics;
  Catalogue catalogue;
};

}  // namespace

TEST_CASE("every rule names a class and permissions that each release has in which it applies") {
  SourceSet sources;
  const Catalogue catalogue = Catalogue::shipped(sources);
  for (const abi::Abi& abi : abi::known_abis()) {
    for (const auto& [owner, rule] : all_rules(catalogue)) {
      if (rule->when.since && abi.version < *rule->when.since) continue;
      INFO(owner << " " << sources.describe(rule->place) << " Xen " << abi.version.text());
      const auto access_class = abi.find_class(rule->access_class);
      REQUIRE(access_class.has_value());
      for (const RulePermission& permission : rule->permissions) {
        INFO(permission.name);
        CHECK(abi.at(*access_class).bit(permission.name).has_value());
      }
    }
  }
}

TEST_CASE("every permission of a rule has a reason of its own") {
  SourceSet sources;
  const Catalogue catalogue = Catalogue::shipped(sources);
  for (const auto& [owner, rule] : all_rules(catalogue)) {
    CHECK_FALSE(rule->permissions.empty());
    for (const RulePermission& permission : rule->permissions) {
      INFO(owner << " " << permission.name);
      CHECK(permission.reason.size() >= 8);
      CHECK((permission.needed_for.empty() || permission.needed_for.size() >= 8));
      CHECK(permission.place.is_known());
    }
  }
}

TEST_CASE("every harmless denial has a role, a class, permissions and a reason") {
  SourceSet sources;
  const Catalogue catalogue = Catalogue::shipped(sources);
  CHECK_FALSE(catalogue.harmless_denials().empty());
  for (const HarmlessDenial& denial : catalogue.harmless_denials()) {
    INFO(sources.describe(denial.place));
    CHECK(catalogue.find_role(denial.role) != nullptr);
    CHECK_FALSE(denial.permissions.empty());
    for (const RulePermission& permission : denial.permissions) {
      INFO(permission.name);
      CHECK(permission.reason.size() >= 20);
      CHECK(permission.place.is_known());
      const bool is_known = std::any_of(abi::known_abis().begin(), abi::known_abis().end(), [&](const abi::Abi& abi) {
        const auto access_class = abi.find_class(denial.access_class);
        return access_class && abi.at(*access_class).bit(permission.name).has_value();
      });
      CHECK(is_known);
    }
  }
}

TEST_CASE("every permission of every release is described in the catalogue") {
  SourceSet sources;
  const Catalogue catalogue = Catalogue::shipped(sources);
  for (const abi::Abi& abi : abi::known_abis()) {
    for (const abi::AccessClass& access_class : abi.classes) {
      for (const std::string& permission : access_class.permissions) {
        INFO(abi.version.text() << " " << access_class.name << "." << permission);
        CHECK(catalogue.find_permission(access_class.name, permission) != nullptr);
      }
    }
  }
}

TEST_CASE("every shipped role extends `domain`, and `domain` cannot be taken") {
  SourceSet sources;
  const Catalogue catalogue = Catalogue::shipped(sources);
  for (const auto& [name, role] : catalogue.roles()) CHECK(catalogue.is_a(name, "domain"));
  const std::vector<std::string> names = catalogue.role_names();
  CHECK(std::set<std::string>(names.begin(), names.end()) ==
        std::set<std::string>{"console", "control", "device-model", "driver", "guest", "hardware", "monitor", "vtpm",
                              "vtpm-manager", "xenstore"});
}

TEST_CASE("a role of the spec inherits from the shipped role that it extends") {
  const UserRole role("xen", "xen", "getcpuinfo");
  CHECK_FALSE(role.diagnostics.has_errors());
  CHECK(role.catalogue.is_a("metrics", "monitor"));
  CHECK(role.catalogue.find_role("metrics")->rules.size() == 1);
  CHECK(role.catalogue.find_role("metrics")->types == role.catalogue.find_role("monitor")->types);
}

TEST_CASE("a role of the spec with a target, class, permission or ancestor that there is not is refused") {
  CHECK(UserRole("net", "xen", "getcpuinfo").id() == "unknown-target");
  CHECK(UserRole("xenboot", "xen", "getcpuinfo").id() == "unknown-target");
  CHECK(UserRole("xen", "hypervisor", "getcpuinfo").id() == "unknown-class");
  CHECK(UserRole("xen", "domain2", "get_domain_state").id() == "unknown-permission");
  CHECK(UserRole("xen", "xen", "getcpuinfo", "domain").id() == "role-extends");
  CHECK(UserRole("xen", "xen", "getcpuinfo", "metrics").id() == "role-extends");
}

TEST_CASE("the language has a connection for each declared one of the catalogue, and no other") {
  SourceSet sources;
  const std::vector<std::string> declared = Catalogue::shipped(sources).connection_names();
  std::set<std::string> written;
  for (const spec::Field& field : spec::spec_shape().fields) {
    if (field.key != "connections") continue;
    for (const spec::Field& kind : field.shape->item->fields) written.emplace(kind.key);
  }
  CHECK(written == std::set<std::string>(declared.begin(), declared.end()));
}

TEST_CASE("the name of every target reads back as that target") {
  const std::string ends[2] = {"domain", ""};
  SourceSet sources;
  const Catalogue catalogue = Catalogue::shipped(sources);
  for (const auto& [name, connection] : catalogue.connections()) {
    for (const Rule& rule : connection.rules) {
      CHECK_FALSE(describe(rule.from, connection.ends).empty());
      CHECK_FALSE(describe(rule.to, connection.ends).empty());
    }
  }
  CHECK(describe({TargetKind::kInitial, 0, InitialLabel::kIrq}, ends) == "default-irqs");
  CHECK(describe({TargetKind::kEndBuilding, 0, {}}, ends) == "domain.building");
}

}  // namespace bulkhead::catalogue
