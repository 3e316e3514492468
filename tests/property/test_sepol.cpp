// libsepol as an independent judge: what it computes from the binary is what the spec grants, for every cell.
#include <catch2/catch.hpp>

#include "bulkhead/flask/checkpolicy.h"
#include "examples.h"
#include "sepol_oracle.h"

namespace bulkhead::test {
namespace {

using flask::ClassValue;
using flask::TypeValue;

// What the spec says, by the binary's numbers.
class Expected {
 public:
  Expected(const privilege::PrivilegeSet& set, const flask::BinaryPolicy& policy)
      : types_(policy.types.size()), classes_(policy.classes.size()) {
    const auto value = [&](privilege::TypeId id) { return policy.find_type(set.at(id).name).value_or(0); };
    const auto fill = [&](const std::vector<privilege::Grant>& grants, std::vector<flask::AccessVector>& cells) {
      cells.resize(types_ * types_ * classes_);
      for (const privilege::Grant& grant : grants) {
        const auto access_class = static_cast<ClassValue>(static_cast<unsigned>(grant.access_class) + 1);
        cells.at(place(value(grant.source), value(grant.target), access_class)) |= grant.permissions;
      }
    };
    fill(set.allow, allow_);
    fill(set.dontaudit, dontaudit_);
    transitions_.resize(allow_.size());
    for (const privilege::Transition& transition : set.transitions) {
      const auto access_class = static_cast<ClassValue>(static_cast<unsigned>(transition.access_class) + 1);
      transitions_.at(place(value(transition.source), value(transition.target), access_class)) =
          value(transition.result);
    }
  }

  [[nodiscard]] std::size_t place(TypeValue source, TypeValue target, ClassValue access_class) const {
    return ((source - 1U) * types_ + (target - 1U)) * classes_ + (access_class - 1U);
  }

  // INVARIANT: `place` of a cell.
  [[nodiscard]] flask::AccessVector allow(std::size_t cell) const { return allow_[cell]; }
  [[nodiscard]] flask::AccessVector dontaudit(std::size_t cell) const { return dontaudit_[cell]; }
  [[nodiscard]] TypeValue transition(std::size_t cell) const { return transitions_[cell]; }

 private:
  std::size_t types_;
  std::size_t classes_;
  std::vector<flask::AccessVector> allow_;
  std::vector<flask::AccessVector> dontaudit_;
  std::vector<TypeValue> transitions_;  // 0: none
};

struct Count {
  std::size_t cells = 0;
  std::size_t allowed = 0;
  std::size_t dontaudit = 0;
  std::size_t transitions = 0;
};

std::vector<TypeValue> real_types(const flask::BinaryPolicy& policy) {
  std::vector<TypeValue> types;
  for (const flask::BinaryType& type : policy.types) {
    if (type.kind == flask::TypeKind::kType) types.push_back(type.value);
  }
  return types;
}

std::string cell_text(const flask::BinaryPolicy& policy, TypeValue source, TypeValue target, ClassValue access_class) {
  return policy.type(source).name + " " + policy.type(target).name + ":" + policy.class_at(access_class).name;
}

Count compare(const Expected& expected, const flask::BinaryPolicy& policy, const SepolOracle& oracle) {
  Count count;
  std::vector<std::string> wrong;
  for (const TypeValue source : real_types(policy)) {
    for (const TypeValue target : real_types(policy)) {
      for (const flask::BinaryClass& of : policy.classes) {
        const std::size_t cell = expected.place(source, target, of.value);
        const SepolAnswer answer = oracle.access(source, target, of.value);
        // Where no rule says, a new domain takes its creator's type, and any other object its target's.
        const TypeValue by_default = of.name == "domain" ? source : target;
        const TypeValue label = expected.transition(cell) == 0 ? by_default : expected.transition(cell);
        const bool agrees = (answer.allowed & of.all()) == expected.allow(cell) &&
                            (~answer.audit_deny & of.all()) == expected.dontaudit(cell) &&
                            (answer.audit_allow & of.all()) == 0 &&
                            oracle.transition(source, target, of.value) == label;
        if (!agrees) wrong.push_back(cell_text(policy, source, target, of.value));
        ++count.cells;
        count.allowed += expected.allow(cell) != 0 ? 1 : 0;
        count.dontaudit += expected.dontaudit(cell) != 0 ? 1 : 0;
        count.transitions += expected.transition(cell) != 0 ? 1 : 0;
      }
    }
  }
  for (const std::string& cell : wrong) UNSCOPED_INFO(cell);
  CHECK(wrong.empty());
  return count;
}

}  // namespace

TEST_CASE("libsepol computes for every cell of every example what its spec grants, and no more") {
  for (const std::string& name : kExamples) {
    INFO(name);
    const DerivedSpec host = derived_example(name);
    const Result<std::string> bytes = flask::compile_policy(host.conf());
    REQUIRE(bytes.has_value());
    const Result<flask::BinaryPolicy> policy = flask::read_binary_policy(*bytes);
    REQUIRE(policy.has_value());
    const Result<SepolOracle> oracle = SepolOracle::read(*bytes);
    REQUIRE(oracle.has_value());
    const privilege::PrivilegeSet& set = host.derived.set;
    const Count count = compare(Expected(set, *policy), *policy, *oracle);
    CHECK(count.cells == set.types.size() * set.types.size() * set.abi->classes.size());
    CHECK(count.allowed == set.cells().size());
    CHECK(count.dontaudit > 0);
    CHECK(count.transitions == set.transitions.size());
  }
}

TEST_CASE("the comparison with libsepol notices a rule that is missing") {
  const DerivedSpec host = derived_example("split");
  std::string conf = host.conf();
  const std::string rule = "allow blue_t net_t:grant copy;";
  REQUIRE(conf.find(rule) != std::string::npos);
  conf.erase(conf.find(rule), rule.size());
  const Result<std::string> bytes = flask::compile_policy(conf);
  REQUIRE(bytes.has_value());
  const Result<flask::BinaryPolicy> policy = flask::read_binary_policy(*bytes);
  REQUIRE(policy.has_value());
  const Result<SepolOracle> oracle = SepolOracle::read(*bytes);
  REQUIRE(oracle.has_value());
  const Expected expected(host.derived.set, *policy);
  const TypeValue blue = policy->find_type("blue_t").value_or(0);
  const TypeValue net = policy->find_type("net_t").value_or(0);
  const auto grant = std::find_if(policy->classes.begin(), policy->classes.end(),
                                  [](const flask::BinaryClass& of) { return of.name == "grant"; });
  CHECK(oracle->access(blue, net, grant->value).allowed == 0);
  CHECK(expected.allow(expected.place(blue, net, grant->value)) != 0);
}

}  // namespace bulkhead::test
