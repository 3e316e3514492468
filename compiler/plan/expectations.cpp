#include <algorithm>
#include <tuple>

#include "parts.h"

namespace bulkhead::plan {

namespace {

// Labels sort by role before type, types by name alone: an index of its own.
struct Labels {
  std::vector<std::string> texts;
  std::vector<std::uint32_t> of_type;  // by TypeId
};

Labels make_labels(const std::vector<privilege::Type>& types) {
  std::vector<std::pair<std::string, std::size_t>> order;
  order.reserve(types.size());
  for (std::size_t i = 0; i < types.size(); ++i) {
    order.emplace_back(privilege::context(types[i]), i);
  }
  std::sort(order.begin(), order.end());
  Labels labels;
  labels.of_type.resize(types.size());
  for (auto& [text, type] : order) {
    labels.of_type[type] = static_cast<std::uint32_t>(labels.texts.size());
    labels.texts.push_back(std::move(text));
  }
  return labels;
}

std::uint32_t number_of(abi::ClassId id) {
  return static_cast<std::uint32_t>(id) + 1;
}

template <typename Row>
void sort_rows(std::vector<Row>& rows) {
  std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
    return std::tie(a.source, a.target, a.access_class) < std::tie(b.source, b.target, b.access_class);
  });
}

}  // namespace

Expectations make_expectations(const privilege::PrivilegeSet& set) {
  Expectations expected;
  Labels labels = make_labels(set.types);
  const auto label = [&labels](privilege::TypeId id) { return labels.of_type[privilege::index(id)]; };
  for (const abi::AccessClass& access_class : set.abi->classes) {
    expected.classes.push_back({access_class.name, access_class.permissions});
  }
  for (std::size_t i = 0; i < set.initial_sids.size(); ++i) {
    expected.initial_sids.push_back({set.abi->initial_sids[i], label(set.initial_sids[i])});
  }
  for (const privilege::Cell& cell : set.cells()) {
    expected.cells.push_back({label(cell.source), label(cell.target), number_of(cell.access_class), cell.permissions});
  }
  for (const privilege::Transition& transition : set.transitions) {
    expected.transitions.push_back({label(transition.source), label(transition.target),
                                    number_of(transition.access_class), label(transition.result)});
  }
  sort_rows(expected.cells);
  sort_rows(expected.transitions);
  expected.labels = std::move(labels.texts);
  return expected;
}

}  // namespace bulkhead::plan
