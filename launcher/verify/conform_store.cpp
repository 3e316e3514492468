// The xenstore and the denials.
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "bulkhead/base/text.h"
#include "conform_parts.h"
#include "parts.h"
#include "planned_store.h"

namespace bulkhead::verify {

namespace {

using hypervisor::Domid;
using hypervisor::NodeAccess;

// What a domain wrote, so that it cannot make lines of its own, and not too much of it.
std::string shown(std::string_view value) {
  constexpr std::size_t kMost = 100;
  std::string text(value.substr(0, kMost));
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  return quoted(text) + (value.size() > kMost ? fmt::format(" and {} bytes more", value.size() - kMost) : "");
}

constexpr const char* kStoreRemedy = "find out who set it; bulkhead-launch restart of the domain writes its nodes anew";

// Whoever can read or write the node and should not: "domain web (3) may read it".
std::string too_much(const plan::LaunchPlan& plan, const NodeAccess& access, const std::vector<Domid>& parties) {
  std::string text;
  const auto add = [&](const std::string& what) { text += (text.empty() ? "" : ", ") + what; };
  const auto is_party = [&](Domid domid) {
    return domid == plan.host.control_domid || std::binary_search(parties.begin(), parties.end(), domid);
  };
  if (!is_party(access.owner)) {
    add(fmt::format("{} owns it", describe(plan, access.owner)));
  }
  for (const Domid domid : access.readers) {
    if (!is_party(domid)) {
      add(fmt::format("{} may read it", describe(plan, domid)));
    }
  }
  for (const Domid domid : access.writers) {
    if (!is_party(domid)) {
      add(fmt::format("{} may read and write it", describe(plan, domid)));
    }
  }
  if (access.others_read || access.others_write) {
    add(access.others_write ? "every domain may write it" : "every domain may read it");
  }
  return text;
}

// "nobody but domain web (3)"
std::string wanted_parties(const plan::LaunchPlan& plan, const std::vector<Domid>& parties) {
  std::string text;
  for (const Domid domid : parties) {
    text += (text.empty() ? "nobody but " : ", ") + describe(plan, domid);
  }
  return text.empty() ? "nobody" : text;
}

Finding about_node(const plan::LaunchPlan& plan, const char* id, const std::string& path, std::string found,
                   std::string wanted, const std::optional<Domid>& home, const plan::Connection* connection,
                   Severity severity) {
  const plan::Domain* domain = home ? plan::find_domain(plan, *home) : nullptr;
  const std::string& origin = connection != nullptr ? connection->origin : domain != nullptr ? domain->origin : "";
  return {.id = id,
          .object = fmt::format("xenstore node {}", shown(path)),
          .found = std::move(found),
          .wanted = std::move(wanted),
          .remedy = kStoreRemedy,
          .origin = origin,
          .severity = severity,
          .domain = home ? domain_name(plan, *home) : ""};
}

void conform_access(const plan::LaunchPlan& plan, const StoreRules& rules, const SeenNode& node, Limited& findings) {
  const auto home = home_of(node.path);
  const Parties parties = home ? rules.parties(*home, node.path) : Parties{};
  const std::string found = too_much(plan, node.access, parties.domids);
  if (found.empty()) {
    return;
  }
  // What a domain itself owns it may show to whom it likes: that breaks into nobody else.
  const bool own = home && node.access.owner == *home;
  Finding finding = about_node(plan, "", node.path, found, wanted_parties(plan, parties.domids), home,
                               parties.connection, own ? Severity::kAttempt : Severity::kBreach);
  finding.id = "store-access";
  findings.add(std::move(finding));
}

void conform_values(const plan::LaunchPlan& plan, const Observation& seen, Findings& findings) {
  std::map<std::string_view, const SeenNode*> nodes;
  for (const SeenNode& node : *seen.store) {
    if (node.value) {
      nodes.emplace(node.path, &node);
    }
  }
  const auto is_there = [&](Domid domid) {
    return !seen.domains || std::any_of(seen.domains->begin(), seen.domains->end(),
                                        [&](const SeenDomain& one) { return one.facts.domid == domid; });
  };
  for (const PlannedValue& planned : planned_values(plan)) {
    const auto home = home_of(planned.path);
    const auto node = nodes.find(planned.path);
    if (node == nodes.end()) {
      if (is_there(planned.connection->backend_domid) && is_there(planned.connection->frontend_domid)) {
        Finding finding = about_node(plan, "", planned.path, "it is not there", quoted(planned.value), home,
                                     planned.connection, Severity::kDegraded);
        finding.id = "store-missing";
        findings.push_back(std::move(finding));
      }
    } else if (node->second->value != planned.value) {
      Finding finding = about_node(plan, "", planned.path, fmt::format("its value is {}", shown(*node->second->value)),
                                   quoted(planned.value), home, planned.connection, Severity::kBreach);
      finding.id = "store-value";
      findings.push_back(std::move(finding));
    }
  }
}

}  // namespace

void conform_store(const plan::LaunchPlan& plan, const Observation& seen, Findings& findings) {
  if (!seen.store) {
    return;
  }
  const StoreRules rules(plan);
  Limited limited(findings);
  std::optional<Domid> home;
  for (const SeenNode& node : *seen.store) {
    if (home_of(node.path) != home) {
      limited.finish();
      home = home_of(node.path);
    }
    conform_access(plan, rules, node, limited);
  }
  limited.finish();
  conform_values(plan, seen, findings);
}

void conform_denials(const Observation& seen, Findings& findings) {
  if (!seen.denials) {
    return;
  }
  const Denials& denials = *seen.denials;
  const auto add_notice = [&](const char* id, std::string object, std::string found, const char* remedy) {
    findings.push_back({.id = id,
                        .object = std::move(object),
                        .found = std::move(found),
                        .wanted = "none",
                        .remedy = remedy,
                        .origin = {},
                        .severity = Severity::kNotice,
                        .domain = {}});
  };
  const auto add = add_notice;
  for (const Denial& one : denials.kinds) {
    std::string permissions;
    for (const std::string& permission : one.permissions) {
      permissions += " " + permission;
    }
    add("denial", fmt::format("{} on {}, class {}", one.source, one.target, one.access_class),
        fmt::format("denied {} time{}:{}", one.count, one.count == 1 ? "" : "s", permissions),
        "bulkhead denials explains it in the words of the spec");
  }
  if (denials.others != 0 || denials.cut != 0 || denials.lost_bytes != 0) {
    add("denials-lost", "Xen's console ring",
        fmt::format(
            "{} denials of further kinds, {} messages that are not whole, {} bytes overwritten before they were "
            "read",
            denials.others, denials.cut, denials.lost_bytes),
        "boot with a larger conring_size, or look more often");
  }
}

}  // namespace bulkhead::verify
