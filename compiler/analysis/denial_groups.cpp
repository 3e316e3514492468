#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "bulkhead/analysis/denials.h"

namespace bulkhead::analysis {
namespace {

// Of what a group can have any number of, so many are kept: enough to see what they have in common.
constexpr std::size_t kMaxExamples = 8;
// Texts of messages that are known. With more different ones each is looked at again, which costs time and no memory.
constexpr std::size_t kMaxMessages = 20000;

void keep(std::string_view text, std::vector<std::string>& examples) {
  if (text.empty() || examples.size() == kMaxExamples) return;
  if (std::find(examples.begin(), examples.end(), text) == examples.end()) examples.emplace_back(text);
}

std::string callers_of(const avc::Event& event) {
  if (event.target_domain.empty()) return std::string(event.source_domain);
  return fmt::format("{} on {}", event.source_domain, event.target_domain);
}

constexpr std::size_t kNoGroup = ~std::size_t{0};

}  // namespace

std::size_t DenialGroups::find_or_add(std::size_t log, const avc::Event& event) {
  const std::string key =
      fmt::format("{} {} {} {}", event.source, event.target, event.access_class, fmt::join(event.permissions, " "));
  const auto known = by_cell_.find(key);
  if (known != by_cell_.end()) return known->second;
  if (groups_.size() == kMaxGroups) return kNoGroup;
  DenialGroup group;
  group.source = event.source;
  group.target = event.target;
  group.access_class = event.access_class;
  group.permissions.assign(event.permissions.begin(), event.permissions.end());
  group.log = log;
  group.line = event.line;
  group.first_caller = event.source_domain;
  group.first_target = event.target_domain;
  groups_.push_back(std::move(group));
  by_cell_.emplace(key, groups_.size() - 1);
  return groups_.size() - 1;
}

void DenialGroups::take(std::size_t log, const avc::Event& event, std::string_view message) {
  if (event.granted) {
    ++granted_;
    return;
  }
  ++denied_;
  const auto known = by_message_.find(message);
  const bool is_known = known != by_message_.end();
  const std::size_t place = is_known ? known->second : find_or_add(log, event);
  if (place == kNoGroup) {
    ++left_out_;
    return;
  }
  DenialGroup& group = groups_[place];
  ++group.count;
  group.last_log = log;
  group.last_line = event.line;
  if (is_known) return;
  keep(callers_of(event), group.callers);
  keep(event.object, group.objects);
  if (by_message_.size() < kMaxMessages) by_message_.emplace(message, place);
}

}  // namespace bulkhead::analysis
