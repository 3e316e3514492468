#include <algorithm>

#include <fmt/format.h>

#include "bulkhead/abi/abi.h"
#include "bulkhead/analysis/diff.h"
#include "bulkhead/flask/access.h"
#include "facts.h"

namespace bulkhead::analysis {
namespace {

bool names_a_type(flask::RuleKind kind) {
  return kind == flask::RuleKind::kTypeTransition || kind == flask::RuleKind::kTypeMember ||
         kind == flask::RuleKind::kTypeChange;
}

class BinaryRights final : public Rights {
 public:
  explicit BinaryRights(const flask::BinaryPolicy& policy)
      : policy_(&policy), table_(policy, flask::RuleKind::kAllow, flask::default_setting(policy)), reader_(table_) {
    number_types();
    number_classes();
    add_identity_facts();
    add_context_facts();
    add_condition_facts();
    add_other_facts();
    std::sort(facts_.begin(), facts_.end());
    if (policy.has_constraints() || policy.has_type_bounds()) {
      remarks_.emplace_back(
          "it has constraints or type bounds, which may take away what its rules grant; they are compared as text");
    }
    if (!policy.conditionals.empty()) {
      remarks_.emplace_back(
          "its rules under a condition count as the booleans' defaults have them, and are compared as text too");
    }
  }

  void read_row(std::uint32_t source, RightsRow& row) override {
    row.cells.clear();
    row.transitions.clear();
    const flask::TypeValue own = values_[source];
    for (const flask::AccessCell& cell : reader_.row(own)) {
      row.cells.push_back({places_[cell.target - 1U], class_places_[cell.target_class - 1U], cell.permissions});
    }
    const auto cell_order = [](const RightsCell& a, const RightsCell& b) {
      return std::pair(a.target, a.access_class) < std::pair(b.target, b.access_class);
    };
    std::sort(row.cells.begin(), row.cells.end(), cell_order);
    read_transitions(own, row.transitions);
  }

  std::vector<std::string> origins(std::uint32_t, const RightsCell&) const override { return {}; }

  std::optional<RightsParty> party(std::uint32_t) const override { return std::nullopt; }

 private:
  void number_types() {
    for (const flask::BinaryType& type : policy_->types) {
      if (type.kind == flask::TypeKind::kType) {
        values_.push_back(type.value);
      }
    }
    std::sort(values_.begin(), values_.end(),
              [&](flask::TypeValue a, flask::TypeValue b) { return policy_->type(a).name < policy_->type(b).name; });
    places_.resize(policy_->types.size());
    for (std::size_t place = 0; place < values_.size(); ++place) {
      places_[values_[place] - 1U] = static_cast<std::uint32_t>(place);
      types_.push_back(policy_->type(values_[place]).name);
    }
  }

  void number_classes() {
    std::vector<const flask::BinaryClass*> sorted;
    for (const flask::BinaryClass& each : policy_->classes) {
      sorted.push_back(&each);
    }
    std::sort(sorted.begin(), sorted.end(), [](const auto* a, const auto* b) { return a->name < b->name; });
    class_places_.resize(policy_->classes.size());
    for (const flask::BinaryClass* each : sorted) {
      class_places_[each->value - 1U] = static_cast<std::uint32_t>(classes_.size());
      classes_.push_back({each->name, each->permissions});
      add_fact(class_key(each->name), class_value(each->value, each->permissions));
    }
  }

  void read_transitions(flask::TypeValue source, std::vector<RightsTransition>& transitions) const {
    add_transitions(source, transitions);
    policy_->members[source - 1U].for_each(
        [&](std::uint32_t bit) { add_transitions(static_cast<flask::TypeValue>(bit + 1), transitions); });
    const auto key = [](const RightsTransition& each) { return std::tuple(each.target, each.access_class, each.kind); };
    std::stable_sort(transitions.begin(), transitions.end(),
                     [&](const RightsTransition& a, const RightsTransition& b) { return key(a) < key(b); });
    transitions.erase(
        std::unique(transitions.begin(), transitions.end(),
                    [&](const RightsTransition& a, const RightsTransition& b) { return key(a) == key(b); }),
        transitions.end());
  }

  void add_transitions(flask::TypeValue rules_of, std::vector<RightsTransition>& transitions) const {
    auto rule =
        std::lower_bound(policy_->rules.begin(), policy_->rules.end(), rules_of,
                         [](const flask::BinaryRule& each, flask::TypeValue value) { return each.source < value; });
    for (; rule != policy_->rules.end() && rule->source == rules_of; ++rule) {
      if (!names_a_type(rule->kind)) {
        continue;
      }
      const auto add = [&](std::uint32_t bit) {
        transitions.push_back({places_[bit], class_places_[rule->target_class - 1U],
                               static_cast<std::uint32_t>(rule->kind), places_[rule->data - 1U]});
      };
      if (policy_->type(rule->target).kind == flask::TypeKind::kAttribute) {
        policy_->members[rule->target - 1U].for_each(add);
      } else {
        add(rule->target - 1U);
      }
    }
  }

  void add_fact(std::string key, std::string value = {}, std::string about = {}, FactKind kind = FactKind::kOther) {
    facts_.push_back({std::move(key), std::move(value), std::move(about), kind});
  }

  // object_r may have every type, in every policy.
  void add_identity_facts() {
    for (const flask::BinaryRole& role : policy_->roles) {
      if (role.name == "object_r") {
        continue;
      }
      role.types.for_each([&](std::uint32_t bit) {
        const std::string& type = policy_->types[bit].name;
        add_fact(role_type_key(role.name, type), {}, type);
      });
    }
    for (const flask::BinaryUser& user : policy_->users) {
      user.roles.for_each([&](std::uint32_t bit) {
        if (policy_->roles[bit].name != "object_r") {
          add_fact(user_role_key(user.name, policy_->roles[bit].name));
        }
      });
    }
    for (const flask::RoleAllow& allow : policy_->role_allows) {
      add_fact(fmt::format("allow {} {}", role_name(allow.role), role_name(allow.new_role)));
    }
    for (const flask::RoleTransition& each : policy_->role_transitions) {
      add_fact(fmt::format("role_transition {} {}:{}", role_name(each.role), policy_->type(each.type).name,
                           each.target_class == 0 ? "process" : policy_->class_at(each.target_class).name),
               role_name(each.new_role));
    }
  }

  [[nodiscard]] const std::string& role_name(flask::RoleValue role) const { return policy_->roles[role - 1].name; }

  void add_context_facts() {
    const abi::Abi* names = fitting_abi();
    for (const flask::InitialSid& sid : policy_->initial_sids) {
      add_fact(initial_sid_key(sid.number, names != nullptr ? names->initial_sids : std::span<const std::string>()),
               flask::context_text(*policy_, sid.context), {}, FactKind::kInitialSid);
    }
    if (names == nullptr) {
      remarks_.emplace_back(
          "no Xen release that bulkhead knows has its number of initial SIDs: they are compared by number");
    }
    for (const flask::DeviceContext& device : policy_->device_contexts) {
      add_fact(device_key(device), flask::context_text(*policy_, device.context), {}, FactKind::kDeviceContext);
    }
  }

  // The file has numbers only; a release whose SIDs are as many gives the names. All of them agree as far as they go.
  [[nodiscard]] const abi::Abi* fitting_abi() const {
    if (policy_->initial_sids.empty()) {
      return nullptr;
    }
    for (const abi::Abi& known : abi::known_abis()) {
      if (known.initial_sids.size() == policy_->initial_sids.back().number) {
        return &known;
      }
    }
    return nullptr;
  }

  void add_condition_facts() {
    for (const flask::BinaryBoolean& boolean : policy_->booleans) {
      add_fact("boolean " + boolean.name, boolean.default_state ? "on by default" : "off by default");
    }
    for (const flask::Conditional& conditional : policy_->conditionals) {
      const std::string condition = flask::condition_text(*policy_, conditional);
      add_branch("if " + condition + ": ", conditional.when_true);
      add_branch("if not " + condition + ": ", conditional.when_false);
    }
  }

  void add_branch(const std::string& condition, const std::vector<flask::BinaryRule>& rules) {
    for (const flask::BinaryRule& rule : rules) {
      if (rule.kind == flask::RuleKind::kAllow || names_a_type(rule.kind)) {
        add_fact(condition + flask::rule_text(*policy_, rule));
      }
    }
  }

  void add_other_facts() {
    for (const flask::BinaryClass& each : policy_->classes) {
      for (const flask::Constraint& constraint : each.constraints) {
        add_fact(flask::constraint_text(*policy_, each, constraint));
      }
    }
    for (const flask::BinaryType& type : policy_->types) {
      if (type.permissive) {
        add_fact("permissive " + type.name);
      }
      if (type.bounds != 0) {
        add_fact("bounds of " + type.name, policy_->type(type.bounds).name, type.name);
      }
    }
    switch (policy_->handle_unknown) {
      case flask::HandleUnknown::kDeny:
        add_fact(std::string(kUnknownKey), std::string(kDeny));
        break;
      case flask::HandleUnknown::kReject:
        add_fact(std::string(kUnknownKey), "reject the policy");
        break;
      case flask::HandleUnknown::kAllow:
        add_fact(std::string(kUnknownKey), "allow");
        break;
    }
    if (policy_->mls) {
      add_fact("levels (MLS)");
    }
    for (const flask::RangeTransition& each : policy_->range_transitions) {
      add_fact(fmt::format("range_transition {} {}:{}", policy_->type(each.source).name,
                           policy_->type(each.target).name, policy_->class_at(each.target_class).name));
    }
  }

  const flask::BinaryPolicy* policy_;
  flask::AccessTable table_;
  flask::RowReader reader_;
  std::vector<flask::TypeValue> values_;     // by place in types_
  std::vector<std::uint32_t> places_;        // by value - 1: place in types_
  std::vector<std::uint32_t> class_places_;  // likewise
};

}  // namespace

std::unique_ptr<Rights> rights_of(const flask::BinaryPolicy& policy) {
  return std::make_unique<BinaryRights>(policy);
}

}  // namespace bulkhead::analysis
