#include <algorithm>
#include <tuple>

#include <fmt/format.h>

#include "proof_parts.h"

namespace bulkhead::analysis {
namespace {

using flask::BinaryRule;
using flask::RuleKind;
using flask::TypeValue;

struct Entry {
  TypeValue source = 0;
  TypeValue target = 0;
  flask::ClassValue target_class = 0;
  TypeValue result = 0;
  std::uint32_t offset = 0;
  Span origin;

  [[nodiscard]] auto key() const { return std::tuple(source, target, target_class); }
};

// A rule may name attributes: it stands for every pair of their members.
template <typename Visit>
void each_member(const flask::BinaryPolicy& policy, TypeValue symbol, Visit&& visit) {
  if (policy.type(symbol).kind != flask::TypeKind::kAttribute) {
    visit(symbol);
    return;
  }
  policy.members[symbol - 1U].for_each([&](std::uint32_t bit) { visit(static_cast<TypeValue>(bit + 1)); });
}

std::vector<Entry> found_entries(const flask::BinaryPolicy& policy) {
  std::vector<Entry> entries;
  for (const BinaryRule& rule : policy.rules) {
    if (rule.kind != RuleKind::kTypeTransition) continue;
    each_member(policy, rule.source, [&](TypeValue source) {
      each_member(policy, rule.target, [&](TypeValue target) {
        entries.push_back({source, target, rule.target_class, static_cast<TypeValue>(rule.data), rule.offset, {}});
      });
    });
  }
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.key() < b.key(); });
  return entries;
}

std::vector<Entry> expected_entries(const ProofContext& context) {
  std::vector<Entry> entries;
  for (const privilege::Transition& t : context.derived.set.transitions) {
    const auto value = [&](privilege::TypeId id) { return context.value_of[privilege::index(id)]; };
    const auto class_value = static_cast<flask::ClassValue>(static_cast<unsigned>(t.access_class) + 1);
    entries.push_back({value(t.source), value(t.target), class_value, value(t.result), 0, t.origin});
  }
  std::erase_if(entries, [](const Entry& e) { return e.source == 0 || e.target == 0 || e.result == 0; });
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.key() < b.key(); });
  return entries;
}

class TransitionProver {
 public:
  explicit TransitionProver(ProofContext& context) : context_(context) {}
  void compare(const std::vector<Entry>& expected, const std::vector<Entry>& found);

 private:
  [[nodiscard]] std::string text(const Entry& entry) const {
    const flask::BinaryPolicy& policy = context_.binary;
    return fmt::format("type_transition {} {}:{}", policy.type(entry.source).name, policy.type(entry.target).name,
                       policy.class_at(entry.target_class).name);
  }
  [[nodiscard]] const std::string& result(const Entry& entry) const { return context_.binary.type(entry.result).name; }

  ProofContext& context_;
};

void TransitionProver::compare(const std::vector<Entry>& expected, const std::vector<Entry>& found) {
  auto left = expected.begin();
  auto right = found.begin();
  while (left != expected.end() || right != found.end()) {
    if (right == found.end() || (left != expected.end() && left->key() < right->key())) {
      context_.missing(text(*left), result(*left), left->origin);
      ++left;
    } else if (left == expected.end() || right->key() < left->key()) {
      context_.excess(text(*right), result(*right), right->offset);
      ++right;
    } else {
      if (left->result != right->result) {
        context_.other(text(*left), result(*left), result(*right), left->origin, right->offset);
      }
      ++left;
      ++right;
    }
  }
}

void refuse_others(ProofContext& context) {
  const auto refuse = [&](const BinaryRule& rule) {
    if (rule.kind == RuleKind::kTypeMember || rule.kind == RuleKind::kTypeChange) {
      context.excess("rule", flask::rule_text(context.binary, rule), rule.offset);
    }
  };
  std::for_each(context.binary.rules.begin(), context.binary.rules.end(), refuse);
  for (const flask::Conditional& conditional : context.binary.conditionals) {
    for (const auto* branch : {&conditional.when_true, &conditional.when_false}) {
      for (const BinaryRule& rule : *branch) {
        refuse(rule);
        // Access under a condition is compared for every setting (prove_access.cpp); labels never depend on one.
        if (rule.kind == RuleKind::kTypeTransition) {
          context.excess(fmt::format("rule under {}", flask::condition_text(context.binary, conditional)),
                         flask::rule_text(context.binary, rule), rule.offset);
        }
      }
    }
  }
}

}  // namespace

void prove_transitions(ProofContext& context) {
  TransitionProver(context).compare(expected_entries(context), found_entries(context.binary));
  refuse_others(context);
}

}  // namespace bulkhead::analysis
