#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "actions.h"
#include "bulkhead/base/render.h"
#include "diff_report.h"

namespace bulkhead::driver {
namespace {

using analysis::AccessChange;
using analysis::PolicyDiff;

const analysis::RightsParty& party(const PolicyDiff& diff, const std::string& type) {
  return diff.words.at(type);
}

// ": blue (old.yaml:9:3, new.yaml:9:3)"; nothing where no spec has words for the type.
std::string who(const PolicyDiff& diff, const std::string& type) {
  const analysis::RightsParty& of = party(diff, type);
  if (of.words == type) {
    return {};
  }
  std::vector<std::string> places;
  for (const std::string& place : of.places) {
    if (!place.empty()) {
      places.push_back(printable(place));
    }
  }
  return places.empty() ? fmt::format(": {}", of.words) : fmt::format(": {} ({})", of.words, fmt::join(places, ", "));
}

std::string whom(const PolicyDiff& diff, const std::string& type) {
  const std::string& words = party(diff, type).words;
  return words == type ? std::string() : fmt::format(": {}", words);
}

std::string access_text(char sign, const PolicyDiff& diff, const std::vector<AccessChange>& changes) {
  std::string out;
  const std::string* last = nullptr;
  for (const AccessChange& change : changes) {
    if (last == nullptr || *last != change.source) {
      out += fmt::format("  {}{}\n", change.source, who(diff, change.source));
    }
    last = &change.source;
    out += fmt::format("    {} {}:{} {{ {} }}{}", sign, change.target, change.access_class,
                       fmt::join(change.permissions, " "), whom(diff, change.target));
    out += change.origins.empty()
               ? "\n"
               : fmt::format("  # {}\n", printable(fmt::format("{}", fmt::join(change.origins, ", "))));
  }
  return out;
}

std::string types_text(char sign, const PolicyDiff& diff, const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) {
    out += fmt::format("  {} {}{}\n", sign, name, whom(diff, name));
  }
  return out;
}

std::string counts_text(const PolicyDiff& diff) {
  std::string out = diff.counts.empty() ? "" : "permissions held, before and after:\n";
  for (const analysis::DomainCount& count : diff.counts) {
    const std::string before = count.in_a ? std::to_string(count.before) : "none";
    const std::string after = count.in_b ? std::to_string(count.after) : "none";
    out += fmt::format("  {}: {} -> {}\n", count.domain, before, after);
  }
  return out;
}

std::string flow_lines(char sign, const std::vector<analysis::DirectFlow>& flows) {
  std::string out;
  for (const analysis::DirectFlow& flow : flows) {
    out += fmt::format("  {} {} -> {} by {}\n", sign, flow.from, flow.to, flow.access_class);
  }
  return out;
}

std::string flows_text(const PolicyDiff& diff) {
  if (diff.new_flows.empty() && diff.lost_flows.empty()) {
    return "direct flows: the same\n";
  }
  return fmt::format("direct flows: {} new, {} gone\n", diff.new_flows.size(), diff.lost_flows.size()) +
         flow_lines('+', diff.new_flows) + flow_lines('-', diff.lost_flows);
}

std::string unreviewed_text(const PolicyDiff& diff) {
  if (!diff.knows_unreviewed) {
    return "operations outside XSA-77: not compared, a binary policy does not say which domain is the control domain\n";
  }
  if (diff.new_unreviewed.empty() && diff.lost_unreviewed.empty()) {
    return "operations outside XSA-77: the same\n";
  }
  std::string out = fmt::format("operations outside XSA-77: {} new, {} gone\n", diff.new_unreviewed.size(),
                                diff.lost_unreviewed.size());
  const auto add = [&](char sign, const std::vector<analysis::UnreviewedRight>& rights) {
    for (const analysis::UnreviewedRight& right : rights) {
      out += fmt::format("  {} {}: {} ({})\n", sign, right.domain, right.operation, right.permission);
    }
  };
  add('+', diff.new_unreviewed);
  add('-', diff.lost_unreviewed);
  return out;
}

std::string others_text(const PolicyDiff& diff) {
  std::string out;
  std::optional<analysis::FactKind> last;
  for (const analysis::OtherChange& change : diff.other) {
    if (last != change.kind) {
      out += fmt::format("{}:\n", title(change.kind));
    }
    last = change.kind;
    if (change.in_a) {
      out += fmt::format("  - {}{}{}\n", change.what, change.before.empty() ? "" : " = ", change.before);
    }
    if (change.in_b) {
      out += fmt::format("  + {}{}{}\n", change.what, change.after.empty() ? "" : " = ", change.after);
    }
  }
  return out;
}

std::string guards_text(const DiffReport& report) {
  std::string out;
  for (const GuardedPermission& each : guarded_permissions(report)) {
    out += fmt::format("  {} {}: {}\n", each.access_class, each.name,
                       each.guards.empty() ? "not a permission of a Xen release that bulkhead knows" : each.guards);
  }
  return out.empty() ? out : "what the permissions guard:\n" + out;
}

}  // namespace

std::string_view title(analysis::FactKind kind) {
  switch (kind) {
    case analysis::FactKind::kTransition:
      return "type transitions";
    case analysis::FactKind::kInitialSid:
      return "initial SIDs";
    case analysis::FactKind::kDeviceContext:
      return "device contexts";
    case analysis::FactKind::kOther:
      return "other";
  }
  return {};
}

std::vector<GuardedPermission> guarded_permissions(const DiffReport& report) {
  std::set<std::pair<std::string, std::string>> named;
  for (const auto* list : {&report.diff.widened, &report.diff.narrowed}) {
    for (const AccessChange& change : *list) {
      for (const std::string& permission : change.permissions) {
        named.emplace(change.access_class, permission);
      }
    }
  }
  std::vector<GuardedPermission> found;
  for (const auto& [access_class, name] : named) {
    const catalogue::Permission* known = report.catalogue.find_permission(access_class, name);
    found.push_back({access_class, name, known != nullptr ? known->guards : std::string()});
  }
  return found;
}

std::string diff_text(const DiffReport& report) {
  const PolicyDiff& diff = report.diff;
  const std::string a = printable(report.a.path);
  const std::string b = printable(report.b.path);
  if (diff.same()) {
    return fmt::format("{} and {} grant the same\n", a, b);
  }
  std::string out = fmt::format("--- {}\n+++ {}\n", a, b);
  if (!diff.added_types.empty() || !diff.removed_types.empty()) {
    out += fmt::format("types: {} removed, {} added\n", diff.removed_types.size(), diff.added_types.size());
    out += types_text('-', diff, diff.removed_types) + types_text('+', diff, diff.added_types);
  }
  out += fmt::format("widened: {} in {}\n", counted(diff.widened_permissions, "permission"),
                     counted(diff.widened.size(), "access vector"));
  out += access_text('+', diff, diff.widened);
  out += fmt::format("narrowed: {} in {}\n", counted(diff.narrowed_permissions, "permission"),
                     counted(diff.narrowed.size(), "access vector"));
  out += access_text('-', diff, diff.narrowed);
  out += counts_text(diff) + flows_text(diff) + unreviewed_text(diff) + others_text(diff);
  return out + guards_text(report);
}

}  // namespace bulkhead::driver
