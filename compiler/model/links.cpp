// The connections that the spec declares, one link for each pair of ends. A family stands for all its instances; two
// families are joined each with each; a family with itself, where the ends are equals, in all pairs.
#include <algorithm>
#include <numeric>
#include <tuple>

#include <fmt/core.h>

#include "bulkhead/base/check.h"
#include "bulkhead/base/text.h"
#include "limits.h"
#include "resolution.h"

namespace bulkhead::model {
namespace {

// The language has a key for each declared kind of the catalogue and no other (a test compares them); only a text that
// was refused is empty.
const catalogue::Connection* find_kind(const Resolution& resolution, const spec::Connection& written) {
  if (written.kind.value.empty()) return nullptr;
  const catalogue::Connection* const kind = resolution.inputs.catalogue.find_connection(written.kind.value);
  BULKHEAD_CHECK(kind != nullptr && kind->declared, "the language has the connections of the catalogue");
  return kind;
}

// Each end does the same; who comes first says nothing about who needs whom.
bool joins_equals(const catalogue::Connection& kind) {
  return kind.name == "channel" || kind.name == "argo";
}

Link make_link(const catalogue::Connection& kind, const spec::Connection& written) {
  Link link;
  link.kind = &kind;
  link.declared = true;
  link.origin = written.span;
  if (written.bridge) link.bridge = written.bridge->value;
  if (written.mac) link.mac = written.mac->value;
  if (written.target) link.target = written.target->value;
  if (written.device) link.vdev = written.device->value;
  if (written.access) link.access = written.access->value;
  if (written.pages) link.pages = written.pages->value;
  if (kind.name == "channel" && !written.pages) link.pages = kDefaultChannelPages;
  return link;
}

void add_link(Model& model, const Link& pattern, DomainId first, DomainId second) {
  model.links.push_back(pattern);
  // Argo gives both ends the same: one form for [a, b] and [b, a].
  const bool swap = pattern.kind->name == "argo" && second < first;
  model.links.back().ends[0] = swap ? second : first;
  model.links.back().ends[1] = swap ? first : second;
}

void join_family(Resolution& resolution, const Link& pattern, const spec::Text& name, DomainRange family) {
  if (!joins_equals(*pattern.kind) || family.count < 2) {
    resolution.diagnostics.error(DiagnosticId::kSelfConnection, name.span,
                                 fmt::format("`{}` is connected with itself", name.value));
    return;
  }
  for (std::uint32_t a = 0; a < family.count; ++a) {
    for (std::uint32_t b = a + 1; b < family.count; ++b) add_link(resolution.model, pattern, family[a], family[b]);
  }
}

bool contains(DomainRange range, DomainId domain) {
  return domain >= range.first && index(domain) < index(range.first) + range.count;
}

void join(Resolution& resolution, const Link& pattern, const spec::Text& name, DomainRange first, DomainRange second) {
  if (first.first == second.first && first.count == second.count) {
    join_family(resolution, pattern, name, first);
    return;
  }
  if (contains(first, second.first) || contains(second, first.first)) {
    resolution.diagnostics.error(DiagnosticId::kSelfConnection, name.span,
                                 fmt::format("`{}` is at both ends of the connection", name.value));
    return;
  }
  for (std::uint32_t a = 0; a < first.count; ++a) {
    for (std::uint32_t b = 0; b < second.count; ++b) add_link(resolution.model, pattern, first[a], second[b]);
  }
}

bool is_too_much(Resolution& resolution, const spec::Connection& written, DomainRange first, DomainRange second) {
  const std::uint64_t more = std::uint64_t{first.count} * second.count;
  if (resolution.model.links.size() + more <= kMaxLinks) return false;
  resolution.diagnostics.error(DiagnosticId::kTooManyConnections, written.span,
                               fmt::format("with the {} x {} pairs of this one there would be more than {} connections",
                                           first.count, second.count, kMaxLinks));
  return true;
}

void add_connection(Resolution& resolution, const spec::Connection& written) {
  const catalogue::Connection* const kind = find_kind(resolution, written);
  const bool is_console = kind != nullptr && kind->name == "console";
  if (is_console) return;  // settle_consoles() took it
  const DomainRange first = refer(resolution, written.first);
  for (const spec::Text& name : written.second) {
    const DomainRange second = refer(resolution, name);
    if (kind == nullptr || first.empty() || second.empty()) continue;
    if (is_too_much(resolution, written, first, second)) return;
    join(resolution, make_link(*kind, written), name, first, second);
  }
}

// A kind is compared by its name's place in the catalogue, which is sorted, and not by its address.
std::vector<std::uint32_t> ranks_of(const Resolution& resolution, std::vector<const catalogue::Connection*>& kinds) {
  for (const auto& [name, kind] : resolution.inputs.catalogue.connections()) kinds.push_back(&kind);
  std::vector<std::uint32_t> by_link;
  by_link.reserve(resolution.model.links.size());
  for (const Link& link : resolution.model.links) {
    by_link.push_back(static_cast<std::uint32_t>(std::find(kinds.begin(), kinds.end(), link.kind) - kinds.begin()));
  }
  return by_link;
}

}  // namespace

void add_declared_links(Resolution& resolution) {
  for (const spec::Connection& written : resolution.inputs.spec.connections) add_connection(resolution, written);
}

void sort_links(Resolution& resolution) {
  std::vector<Link>& links = resolution.model.links;
  std::vector<const catalogue::Connection*> kinds;
  const std::vector<std::uint32_t> ranks = ranks_of(resolution, kinds);
  std::vector<std::uint32_t> order(links.size());
  std::iota(order.begin(), order.end(), 0U);
  // Links are large: their numbers are sorted, and each link moves once.
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    const Link& x = links[a];
    const Link& y = links[b];
    const auto start = [](std::uint32_t rank, const Link& link) {
      return std::tuple(rank, link.ends[0], link.ends[1]);
    };
    if (start(ranks[a], x) != start(ranks[b], y)) return start(ranks[a], x) < start(ranks[b], y);
    return std::tie(x.device, x.vdev, x.bridge, x.mac, x.target, x.access, x.pages, x.origin) <
           std::tie(y.device, y.vdev, y.bridge, y.mac, y.target, y.access, y.pages, y.origin);
  });
  std::vector<Link> sorted;
  sorted.reserve(links.size());
  for (const std::uint32_t position : order) sorted.push_back(std::move(links[position]));
  links = std::move(sorted);
}

}  // namespace bulkhead::model
