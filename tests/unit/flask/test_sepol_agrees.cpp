// Differential test: libsepol answers the same questions about the same bytes.
#include <string>
#include <vector>

#include "bulkhead/flask/access.h"
#include "compiled_policy.h"
#include "policy_texts.h"
#include "sepol_oracle.h"

namespace bulkhead::flask {
namespace {

using test::SepolAnswer;
using test::SepolOracle;

struct Tables {
  AccessTable allow;
  AccessTable audit_allow;
  AccessTable dont_audit;

  Tables(const BinaryPolicy& policy, const BooleanSetting& setting)
      : allow(policy, RuleKind::kAllow, setting),
        audit_allow(policy, RuleKind::kAuditAllow, setting),
        dont_audit(policy, RuleKind::kDontAudit, setting) {}
};

// Constraints are not ours to evaluate: their permissions are compared only in the direction that they can change.
bool agrees(const Tables& tables, const SepolAnswer& answer, TypeValue source, TypeValue target,
            const BinaryClass& target_class) {
  const AccessVector all = target_class.all();
  const AccessVector free = all & ~target_class.constrained();
  const AccessVector allowed = tables.allow.permissions(source, target, target_class.value);
  return (allowed & free) == (answer.allowed & free) && (answer.allowed & all & ~allowed) == 0 &&
         tables.audit_allow.permissions(source, target, target_class.value) == (answer.audit_allow & all) &&
         tables.dont_audit.permissions(source, target, target_class.value) == (~answer.audit_deny & all);
}

// Where no rule says, a new domain takes its creator's type, and any other object its target's.
bool transition_agrees(const BinaryPolicy& policy, const BooleanSetting& setting, const SepolOracle& oracle,
                       TypeValue source, TypeValue target, ClassValue target_class) {
  const std::optional<TypeValue> ours =
      type_rule(policy, RuleKind::kTypeTransition, source, target, target_class, setting);
  const TypeValue by_default = policy.class_at(target_class).name == "domain" ? source : target;
  return ours.value_or(by_default) == oracle.transition(source, target, target_class);
}

std::vector<TypeValue> real_types(const BinaryPolicy& policy) {
  std::vector<TypeValue> types;
  for (const BinaryType& type : policy.types) {
    if (type.kind == TypeKind::kType) types.push_back(type.value);
  }
  return types;
}

struct Score {
  std::size_t cells = 0;
  std::size_t granted = 0;
  std::size_t disagreements = 0;
};

void compare_setting(const BinaryPolicy& policy, const BooleanSetting& setting, const SepolOracle& oracle,
                     Score& score) {
  const Tables tables(policy, setting);
  for (const TypeValue source : real_types(policy)) {
    for (const TypeValue target : real_types(policy)) {
      for (const BinaryClass& target_class : policy.classes) {
        const SepolAnswer answer = oracle.access(source, target, target_class.value);
        ++score.cells;
        if ((answer.allowed & target_class.all()) != 0) ++score.granted;
        if (!agrees(tables, answer, source, target, target_class)) ++score.disagreements;
        if (!transition_agrees(policy, setting, oracle, source, target, target_class.value)) ++score.disagreements;
      }
    }
  }
}

Score compare_with_sepol(const std::string& bytes) {
  const BinaryPolicy policy = test::read_policy(bytes);
  Result<SepolOracle> oracle = SepolOracle::read(bytes);
  REQUIRE(oracle);
  const Result<std::vector<BooleanSetting>> settings = boolean_settings(policy);
  REQUIRE(settings);
  Score score;
  for (const BooleanSetting& setting : *settings) {
    oracle->set_booleans(setting);
    compare_setting(policy, setting, *oracle, score);
  }
  return score;
}

TEST_CASE("libsepol gives the same access, audit and transition for every cell and every setting") {
  struct Case {
    std::string conf;
    test::CheckpolicyOptions options;
    std::size_t least_granted;
  };
  const std::vector<Case> cases{
      {test::small_conf(30), {}, 40},       {test::small_conf(24), {.version = 24}, 40},
      {test::common_conf(), {}, 2},         {test::mls_conf(), {.mls = true}, 2},
      {test::stock_like_conf(6), {}, 1000}, {test::stock_like_conf(6), {.version = 24}, 1000},
      {test::compartment_conf(5), {}, 70},
  };
  for (const Case& entry : cases) {
    const Score score = compare_with_sepol(test::compiled_bytes(entry.conf, entry.options));
    CHECK(score.granted >= entry.least_granted);
    CHECK(score.disagreements == 0);
  }
}

TEST_CASE("the comparison with libsepol notices a rule that is missing") {
  std::string conf = test::stock_like_conf(2);
  const std::string bytes = test::compiled_bytes(conf);
  const std::string rule = "allow guest_type guest_type:memory stat;\n";
  conf.erase(conf.find(rule), rule.size());
  const BinaryPolicy policy = test::compiled_policy(conf);
  Result<SepolOracle> oracle = SepolOracle::read(bytes);
  REQUIRE(oracle);
  Score score;
  compare_setting(policy, default_setting(policy), *oracle, score);
  CHECK(score.disagreements == 4);  // two guests, each on both
}

}  // namespace
}  // namespace bulkhead::flask
