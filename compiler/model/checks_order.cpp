#include <algorithm>
#include <set>

#include <fmt/core.h>

#include "bulkhead/base/text.h"
#include "checks.h"
#include "order.h"

namespace bulkhead::model {

void check_start_order(const Checked& checked, Diagnostics& diagnostics) {
  std::set<std::vector<Span>> reported;  // the next instance of a family waits in the same places
  for (const std::vector<Dependency>& cycle : start_order(checked.model).cycles) {
    std::vector<Span> places;
    places.reserve(cycle.size());
    for (const Dependency& step : cycle) places.push_back(step.place);
    std::sort(places.begin(), places.end());
    if (!reported.insert(places).second) continue;
    std::string way = quoted(checked.model.at(cycle.front().second).name);
    std::vector<Note> notes;
    for (const Dependency& step : cycle) {
      const std::string& first = checked.model.at(step.first).name;
      way += " after " + quoted(first);
      notes.push_back({step.place, fmt::format("`{}` {} `{}`", checked.model.at(step.second).name, step.why, first)});
    }
    diagnostics.error(DiagnosticId::kStartOrderCycle, cycle.front().place, "domains wait for each other: " + way)
        .notes = std::move(notes);
  }
}

void check_on_demand(const Checked& checked, Diagnostics& diagnostics) {
  DomainId last_first = kNoDomain;
  Span last_place;
  for (const Dependency& dependency : dependencies(checked.model)) {
    const Domain& first = checked.model.at(dependency.first);
    const Domain& second = checked.model.at(dependency.second);
    if (first.start.value != spec::Start::kOnDemand || second.start.value != spec::Start::kBoot) continue;
    if (dependency.first == last_first && dependency.place == last_place) continue;  // the next instance
    last_first = dependency.first;
    last_place = dependency.place;
    diagnostics
        .error(DiagnosticId::kNeedsOnDemand, dependency.place,
               fmt::format("`{}` starts at boot and {} `{}`, which starts on demand", second.name, dependency.why,
                           first.name))
        .notes.push_back({first.span, fmt::format("`{}` is here", first.name)});
  }
}

}  // namespace bulkhead::model
