#include "bulkhead/analysis/rule_places.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>

#include "bulkhead/base/text.h"

namespace bulkhead::analysis {
namespace {

using flask::BinaryPolicy;
using flask::BinaryRule;
using flask::RuleKind;

constexpr std::array<std::string_view, 4> kKeywords{"allow", "auditallow", "dontaudit", "type_transition"};

// What a line of policy.conf consists of: words, with `:`, `,` and `;` as blanks; behind `#` is a comment.
std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  line = line.substr(0, line.find('#'));
  constexpr std::string_view kBlanks = " :,;{}";
  for (std::size_t at = line.find_first_not_of(kBlanks); at != std::string_view::npos;) {
    const std::size_t end = line.find_first_of(kBlanks, at);
    words.push_back(line.substr(at, end - at));
    at = end == std::string_view::npos ? end : line.find_first_not_of(kBlanks, end);
  }
  return words;
}

class ConfReader {
 public:
  explicit ConfReader(std::string_view text) {
    std::size_t number = 0;
    for (const std::string_view line : split(text, '\n')) read(words_of(line), ++number);
    for (PlacedRule& rule : rules_) {
      expand(rule.sources);
      expand(rule.targets);
    }
  }
  std::vector<PlacedRule> take() { return std::move(rules_); }

 private:
  void read(const std::vector<std::string_view>& words, std::size_t number) {
    if (words.size() > 2 && words[0] == "type") {
      for (std::size_t i = 2; i < words.size(); ++i) members_[std::string(words[i])].emplace_back(words[1]);
    }
    if (words.size() < 5 || std::find(kKeywords.begin(), kKeywords.end(), words[0]) == kKeywords.end()) return;
    PlacedRule rule;
    rule.number = number;
    rule.keyword = words[0];
    rule.sources = {std::string(words[1])};
    rule.targets = {std::string(words[2])};
    rule.access_class = words[3];
    rule.permissions.assign(words.begin() + 4, words.end());
    rules_.push_back(std::move(rule));
  }

  void expand(std::vector<std::string>& names) {
    const auto group = members_.find(names.front());
    if (group == members_.end()) return;
    names = group->second;
    std::sort(names.begin(), names.end());
  }

  std::map<std::string, std::vector<std::string>> members_;
  std::vector<PlacedRule> rules_;
};

std::vector<std::string> names_of(const BinaryPolicy& policy, flask::TypeValue value) {
  if (policy.type(value).kind != flask::TypeKind::kAttribute) return {policy.type(value).name};
  std::vector<std::string> names;
  policy.members[value - 1U].for_each([&](std::uint32_t bit) { names.push_back(policy.types[bit].name); });
  std::sort(names.begin(), names.end());
  return names;
}

// Nothing for the kinds that the hypervisor never looks at.
std::optional<std::string_view> keyword_of(RuleKind kind) {
  switch (kind) {
    case RuleKind::kAllow:
      return kKeywords[0];
    case RuleKind::kAuditAllow:
      return kKeywords[1];
    case RuleKind::kDontAudit:
      return kKeywords[2];
    case RuleKind::kTypeTransition:
      return kKeywords[3];
    case RuleKind::kTypeMember:
    case RuleKind::kTypeChange:
      break;
  }
  return std::nullopt;
}

std::vector<std::string> data_of(const BinaryPolicy& policy, const BinaryRule& rule) {
  if (rule.kind == RuleKind::kTypeTransition) return {policy.type(static_cast<flask::TypeValue>(rule.data)).name};
  const std::vector<std::string>& all = policy.class_at(rule.target_class).permissions;
  std::vector<std::string> names;
  for (std::size_t bit = 0; bit < all.size(); ++bit) {
    if ((rule.data >> bit & 1U) != 0) names.push_back(all[bit]);
  }
  return names;
}

bool holds(const std::vector<std::string>& sorted, const std::string& name) {
  return std::binary_search(sorted.begin(), sorted.end(), name);
}

}  // namespace

bool PlacedRule::gives(const std::string& source, const std::string& target, const std::string& wanted_class,
                       const std::vector<std::string>& wanted) const {
  return keyword == kKeywords[0] && access_class == wanted_class && holds(sources, source) && holds(targets, target) &&
         std::any_of(wanted.begin(), wanted.end(), [&](const std::string& each) {
           return std::find(permissions.begin(), permissions.end(), each) != permissions.end();
         });
}

std::vector<PlacedRule> rules_of_conf(std::string_view text) {
  return ConfReader(text).take();
}

std::vector<PlacedRule> rules_of_binary(const BinaryPolicy& policy) {
  std::vector<const BinaryRule*> in_order;
  for (const BinaryRule& rule : policy.rules) in_order.push_back(&rule);
  std::sort(in_order.begin(), in_order.end(),
            [](const BinaryRule* a, const BinaryRule* b) { return a->offset < b->offset; });
  std::vector<PlacedRule> rules;
  for (std::size_t i = 0; i < in_order.size(); ++i) {
    const BinaryRule& rule = *in_order[i];
    const auto keyword = keyword_of(rule.kind);
    if (!keyword) continue;
    rules.push_back({i + 1, rule.offset, std::string(*keyword), names_of(policy, rule.source),
                     names_of(policy, rule.target), policy.class_at(rule.target_class).name, data_of(policy, rule)});
  }
  return rules;
}

}  // namespace bulkhead::analysis
