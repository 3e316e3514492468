// Who holds what over whom: the matrix, the holders over a domain, the powers that a reader asks about.
#include <algorithm>
#include <map>
#include <set>

#include "bulkhead/base/text.h"
#include "parts.h"

namespace bulkhead::audit {

namespace {

bool acts(const Meaning& source) {
  return source.kind == LabelKind::kRunning || source.kind == LabelKind::kBooting;
}

bool holds(const page::Power& power, const Privilege& entry) {
  if (power.access_class != entry.access_class) {
    return false;
  }
  const std::vector<std::string_view> asked = split(power.permissions, ' ');
  return std::any_of(entry.permissions.begin(), entry.permissions.end(), [&](const std::string& permission) {
    return std::find(asked.begin(), asked.end(), permission) != asked.end();
  });
}

// `visit` gets the holder, what the entry's source and target stand for, and the entry.
template <typename Visit>
void visit_all(const Index& index, const Visit& visit) {
  for (std::size_t holder = 0; holder < index.plan().domains.size(); ++holder) {
    for (const Privilege& entry : index.privileges(holder)) {
      visit(holder, index.source(entry, holder), index.target(entry), entry);
    }
  }
}

}  // namespace

HeldPowers powers_of(const Index& index, std::size_t domain) {
  const auto powers = page::powers();
  HeldPowers held{std::vector<bool>(powers.size(), false), std::vector<bool>(powers.size(), false)};
  for (const Privilege& entry : index.privileges(domain)) {
    const Meaning source = index.source(entry, domain);
    if (!acts(source)) {
      continue;
    }
    const page::Target target = index.scope_of(index.target(entry), domain);
    for (std::size_t i = 0; i < powers.size(); ++i) {
      if (holds(powers[i], entry) && page::is_in_scope(powers[i].scope, target)) {
        (source.kind == LabelKind::kRunning ? held.running : held.booting)[i] = true;
      }
    }
  }
  return held;
}

std::vector<MatrixEntry> matrix_of(const Index& index) {
  const std::size_t count = index.plan().domains.size();
  std::map<std::pair<std::size_t, std::size_t>, PermissionSets> cells;
  visit_all(index, [&](std::size_t holder, const Meaning& source, const Meaning& target, const Privilege& entry) {
    if (!acts(source)) {
      return;
    }
    if (target.kind == LabelKind::kDevice) {
      add_permissions(cells[{holder, count}], entry);
    } else if (target.kind == LabelKind::kHypervisor) {
      add_permissions(cells[{holder, count + 1}], entry);
    } else if (target.kind != LabelKind::kChannel) {
      add_permissions(cells[{holder, target.domain}], entry);
    } else {
      // A channel counts towards the other end; the builder, which is neither, towards both.
      for (const std::size_t end : {target.domain, target.peer}) {
        if (end != holder) {
          add_permissions(cells[{holder, end}], entry);
        }
      }
    }
  });
  std::vector<MatrixEntry> matrix;
  matrix.reserve(cells.size());
  for (const auto& [place, sets] : cells) {
    matrix.push_back({place.first, place.second, permission_count(sets), permission_text(sets)});
  }
  return matrix;
}

std::vector<std::vector<Holders>> holders_over(const Index& index) {
  std::map<std::pair<std::size_t, std::size_t>, PermissionSets> pairs;  // over whom, who
  visit_all(index, [&](std::size_t holder, const Meaning& source, const Meaning& target, const Privilege& entry) {
    const bool of_domain = target.kind != LabelKind::kChannel && target.kind != LabelKind::kDevice &&
                           target.kind != LabelKind::kHypervisor;
    if (acts(source) && of_domain && target.domain != holder) {
      add_permissions(pairs[{target.domain, holder}], entry);
    }
  });
  std::vector<std::map<std::string, std::vector<std::size_t>>> grouped(index.plan().domains.size());
  for (const auto& [pair, sets] : pairs) {
    grouped[pair.first][permission_text(sets)].push_back(pair.second);
  }
  std::vector<std::vector<Holders>> holders(grouped.size());
  for (std::size_t i = 0; i < grouped.size(); ++i) {
    for (const auto& [permissions, domains] : grouped[i]) {
      holders[i].push_back({index.names(domains), index.names_text(domains), permissions});
    }
  }
  return holders;
}

std::vector<std::size_t> count_unrelated(const Index& index) {
  std::vector<std::set<std::size_t>> related(index.plan().domains.size());
  const auto join = [&](std::size_t a, std::size_t b) {
    if (a != b) {
      related[a].insert(b);
      related[b].insert(a);
    }
  };
  visit_all(index, [&](std::size_t holder, const Meaning&, const Meaning& target, const Privilege&) {
    if (target.kind == LabelKind::kChannel) {
      join(target.domain, target.peer);
    } else if (target.kind != LabelKind::kDevice && target.kind != LabelKind::kHypervisor) {
      join(holder, target.domain);
    }
  });
  std::vector<std::size_t> counts;
  counts.reserve(related.size());
  for (const auto& others : related) {
    counts.push_back(related.size() - 1 - others.size());
  }
  return counts;
}

}  // namespace bulkhead::audit
