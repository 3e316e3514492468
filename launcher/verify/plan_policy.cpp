#include "plan_policy.h"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

namespace bulkhead::verify {

namespace {

// The parts of "user:role:type".
std::string part(const std::string& label, std::size_t wanted) {
  std::size_t begin = 0;
  for (std::size_t i = 0; i < wanted && begin < label.size(); ++i) {
    begin = std::min(label.find(':', begin), label.size() - 1) + 1;
  }
  return label.substr(begin, wanted == 2 ? std::string::npos : label.find(':', begin) - begin);
}

template <typename Row>
const Row* find_row(const std::vector<Row>& rows, std::uint32_t source, std::uint32_t target,
                    std::uint32_t access_class) {
  const auto key = std::tie(source, target, access_class);
  const auto found = std::lower_bound(rows.begin(), rows.end(), key, [](const Row& row, const auto& wanted) {
    return std::tie(row.source, row.target, row.access_class) < wanted;
  });
  const bool there = found != rows.end() && std::tie(found->source, found->target, found->access_class) == key;
  return there ? &*found : nullptr;
}

}  // namespace

std::string default_label(std::string_view class_name, const std::string& source, const std::string& target) {
  if (class_name == "domain") {
    return source;
  }
  return fmt::format("{}:object_r:{}", part(source, 0), part(target, 2));
}

std::optional<PlanPolicy::Label> PlanPolicy::label(std::string_view text) const {
  const auto found = std::lower_bound(expected_.labels.begin(), expected_.labels.end(), text);
  const bool there = found != expected_.labels.end() && *found == text;
  return there ? std::optional(static_cast<Label>(found - expected_.labels.begin())) : std::nullopt;
}

std::optional<PlanPolicy::Label> PlanPolicy::initial(std::string_view sid_name) const {
  for (const plan::InitialSid& sid : expected_.initial_sids) {
    if (sid.name == sid_name) {
      return sid.label;
    }
  }
  return std::nullopt;
}

std::optional<std::uint32_t> PlanPolicy::class_number(std::string_view name) const {
  for (std::size_t i = 0; i < expected_.classes.size(); ++i) {
    if (expected_.classes[i].name == name) {
      return static_cast<std::uint32_t>(i + 1);
    }
  }
  return std::nullopt;
}

std::uint32_t PlanPolicy::vector(Label source, Label target, std::string_view class_name) const {
  const auto number = class_number(class_name);
  const plan::Cell* cell = number ? find_row(expected_.cells, source, target, *number) : nullptr;
  return cell != nullptr ? cell->vector : 0;
}

bool PlanPolicy::allows(Label source, Label target, std::string_view class_name, std::string_view permission) const {
  const auto number = class_number(class_name);
  if (!number) {
    return false;
  }
  const std::vector<std::string>& names = expected_.classes[*number - 1].permissions;
  const auto bit = std::find(names.begin(), names.end(), permission) - names.begin();
  return static_cast<std::size_t>(bit) < names.size() && (vector(source, target, class_name) >> bit & 1U) != 0;
}

const plan::Transition* PlanPolicy::rule(Label source, Label target, std::uint32_t class_number) const {
  return find_row(expected_.transitions, source, target, class_number);
}

std::string PlanPolicy::transition(Label source, Label target, std::string_view class_name) const {
  const auto number = class_number(class_name);
  const plan::Transition* found = number ? rule(source, target, *number) : nullptr;
  return found != nullptr ? text(found->result) : default_label(class_name, text(source), text(target));
}

std::vector<PlanPolicy::Label> PlanPolicy::labels_of(std::uint32_t domid) const {
  std::vector<Label> labels;
  const plan::Domain* domain = plan::find_domain(plan_, domid);
  if (domain == nullptr) {
    return labels;
  }
  for (const auto& one : {std::optional(domain->label), domain->booting_label, domain->building_label}) {
    if (const auto known = one ? label(*one) : std::nullopt) {
      labels.push_back(*known);
    }
  }
  return labels;
}

std::vector<PlanPolicy::Label> PlanPolicy::seen_by(Label viewer, std::uint32_t domid) const {
  std::vector<Label> labels = labels_of(domid);
  const std::size_t own = labels.size();
  const auto number = class_number("domain");
  for (std::size_t i = 0; number && i < own; ++i) {
    if (const plan::Transition* seen = rule(viewer, labels[i], *number)) {
      labels.push_back(seen->result);
    }
  }
  return labels;
}

bool PlanPolicy::domain_may(std::uint32_t source, std::uint32_t target, std::string_view class_name,
                            std::string_view permission) const {
  for (const Label from : labels_of(source)) {
    for (const Label to : seen_by(from, target)) {
      if (allows(from, to, class_name, permission)) {
        return true;
      }
    }
  }
  return false;
}

}  // namespace bulkhead::verify
