#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include <fmt/core.h>

#include "bulkhead/base/text.h"
#include "checks.h"

namespace bulkhead::model {
namespace {

// Answers are kept: roles are few, connections many.
class Servers {
 public:
  explicit Servers(const Checked& checked) : checked_(checked) {}

  bool can_serve(const catalogue::Connection& kind, const Domain& domain) {
    const auto [found, is_new] = known_.try_emplace({kind.name, domain.role, domain.is_hardware}, false);
    if (is_new) found->second = decide(kind, domain);
    return found->second;
  }

 private:
  bool decide(const catalogue::Connection& kind, const Domain& domain) const {
    const catalogue::Catalogue& catalogue = checked_.inputs.catalogue;
    if (kind.servers.empty() || catalogue.find_role(domain.role) == nullptr) return true;
    return std::any_of(kind.servers.begin(), kind.servers.end(), [&](const std::string& role) {
      // On a classic host the control domain is the hardware domain.
      return catalogue.is_a(domain.role, role) || (role == "hardware" && domain.is_hardware);
    });
  }

  const Checked& checked_;
  std::map<std::tuple<std::string_view, std::string_view, bool>, bool> known_;
};

std::string role_list(const std::vector<std::string>& roles) {
  std::vector<std::string> names;
  names.reserve(roles.size());
  for (const std::string& role : roles) names.push_back(quoted(role));
  return join(names, " or ");
}

void check_server(const catalogue::Connection* kind, const Domain& server, const Span& span, Servers& servers,
                  Diagnostics& diagnostics) {
  if (kind == nullptr || !kind->declared || servers.can_serve(*kind, server)) return;
  diagnostics
      .error(DiagnosticId::kServerRole, span,
             fmt::format("`{}` has role `{}` and cannot be the {} of `{}`; that needs role {}", server.family,
                         server.role, kind->ends[0], kind->name, role_list(kind->servers)))
      .notes.push_back({server.span, fmt::format("`{}` is here", server.family)});
}

// Two links that would give the same thing twice. Of a network interface the bridge and the address count, for a front
// end may have several; a disk has its own check, by name.
bool is_same(const Link& a, const Link& b) {
  if (!a.declared || !b.declared || a.kind != b.kind || a.kind->name == "disk") return false;
  if (std::tie(a.ends[0], a.ends[1]) != std::tie(b.ends[0], b.ends[1])) return false;
  return a.bridge == b.bridge && a.mac == b.mac;
}

std::string pair_text(const Model& model, const Link& link) {
  return fmt::format("`{}` and `{}`", model.at(link.ends[0]).name, model.at(link.ends[1]).name);
}

bool is_number(std::string_view text) {
  return text.find_first_not_of("0123456789") == std::string_view::npos && !text.starts_with('0') && text.size() <= 2;
}

bool are_letters(std::string_view text, char last) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [&](char letter) { return letter >= 'a' && letter <= last; });
}

// xvda, xvdb1, sda, hdc: the names that the front ends' number space has (xen-vbd-interface), with or without a
// partition.
bool is_disk_name(std::string_view name) {
  const std::size_t end = std::min(name.find_first_of("0123456789"), name.size());
  if (!is_number(name.substr(end))) return false;
  const std::string_view disk = name.substr(0, end);
  if (disk.starts_with("xvd")) return disk.size() <= 5 && are_letters(disk.substr(3), 'z');
  if (disk.starts_with("sd")) return disk.size() == 3 && are_letters(disk.substr(2), 'p');
  if (disk.starts_with("hd")) return disk.size() == 3 && are_letters(disk.substr(2), 'd');
  return false;
}

}  // namespace

void check_servers(const Checked& checked, Diagnostics& diagnostics) {
  Servers servers(checked);
  for (const spec::Connection& connection : checked.inputs.spec.connections) {
    const DomainRange first = checked.model.find_range(connection.first.value);
    if (first.empty()) continue;
    check_server(checked.inputs.catalogue.find_connection(connection.kind.value), checked.model.at(first.first),
                 connection.first.span, servers, diagnostics);
  }
  const catalogue::Connection* const console = checked.inputs.catalogue.find_connection("console");
  for (const Family& family : checked.families) {
    if (!family.entry->console || family.domains.empty()) continue;
    const auto server = checked.model.at(family.domains.first).console;
    if (server) check_server(console, checked.model.at(*server), family.entry->console->span, servers, diagnostics);
  }
  const DomainId verifier = checked.model.verifier;
  if (verifier != kNoDomain && verifier != checked.model.control) {
    check_server(checked.inputs.catalogue.find_connection("observe"), checked.model.at(verifier),
                 checked.inputs.spec.host.verify->span, servers, diagnostics);
  }
}

void check_consoles(const Checked& checked, Diagnostics& diagnostics) {
  const catalogue::Catalogue& catalogue = checked.inputs.catalogue;
  for (const Family& family : checked.families) {
    for (std::uint32_t i = 0; i < family.domains.count; ++i) {
      const Domain& domain = checked.model.at(family.domains[i]);
      if (!domain.console || domain.console_is_default) continue;
      const Span& span = family.entry->console ? family.entry->console->span : domain.span;
      const bool has_own =
          domain.is_hardware || is_a(catalogue, family, "control") || is_a(catalogue, family, "hardware");
      if (*domain.console == family.domains[i]) {
        diagnostics.error(DiagnosticId::kSelfConnection, span, fmt::format("`{}` serves its own console", domain.name));
      } else if (has_own) {
        diagnostics.error(DiagnosticId::kConsoleOfMachine, span,
                          fmt::format("the console of `{}` is the machine's; no domain serves it", domain.name));
      } else {
        continue;
      }
      break;
    }
  }
}

void check_duplicate_connections(const Checked& checked, Diagnostics& diagnostics) {
  std::set<std::pair<Span, Span>> reported;  // of two families it is said once, not for each pair
  const std::vector<Link>& links = checked.model.links;
  for (std::size_t i = 1; i < links.size(); ++i) {
    const Link& one = links[i - 1];
    const Link& other = links[i];
    if (!is_same(one, other) || !reported.emplace(one.origin, other.origin).second) continue;
    diagnostics
        .error(DiagnosticId::kDuplicateConnection, std::max(one.origin, other.origin),
               fmt::format("{} have this `{}` connection already", pair_text(checked.model, one), one.kind->name))
        .notes.push_back({std::min(one.origin, other.origin), "the first is here"});
  }
}

void check_disk_names(const Checked& checked, Diagnostics& diagnostics) {
  for (const spec::Connection& connection : checked.inputs.spec.connections) {
    if (connection.kind.value != "disk" || !connection.device || is_disk_name(connection.device->value)) continue;
    diagnostics.error(
        DiagnosticId::kDiskName, connection.device->span,
        fmt::format("`{}` is not the name of a disk in a front end; such as `xvda`, `sda`, `hdb` or `xvda1`",
                    connection.device->value));
  }
}

void check_disks_named_twice(const Checked& checked, Diagnostics& diagnostics) {
  std::vector<const Link*> disks;
  for (const Link& link : checked.model.links) {
    if (link.kind->name == "disk") disks.push_back(&link);
  }
  const auto key = [](const Link* link) { return std::tie(link->ends[1], link->vdev); };
  std::sort(disks.begin(), disks.end(), [&](const Link* a, const Link* b) {
    return std::tuple_cat(key(a), std::tie(a->origin)) < std::tuple_cat(key(b), std::tie(b->origin));
  });
  std::set<std::pair<Span, Span>> reported;
  for (std::size_t i = 1; i < disks.size(); ++i) {
    const Link& one = *disks[i - 1];
    const Link& other = *disks[i];
    if (key(&one) != key(&other) || !reported.emplace(one.origin, other.origin).second) continue;
    diagnostics
        .error(DiagnosticId::kDiskNameTwice, other.origin,
               fmt::format("`{}` has two disks `{}`", checked.model.at(one.ends[1]).name, one.vdev))
        .notes.push_back({one.origin, "the first is here"});
  }
}

void check_disk_clients(const Checked& checked, Diagnostics& diagnostics) {
  std::set<std::pair<Span, std::string>> reported;  // once a connection and family
  for (const Link& link : checked.model.links) {
    if (link.kind->name != "disk") continue;
    const Domain& back = checked.model.at(link.ends[0]);
    const Domain& front = checked.model.at(link.ends[1]);
    if (back.restart.value == spec::Restart::kNever || front.restart.value != spec::Restart::kNever ||
        !reported.emplace(link.origin, front.family).second) {
      continue;
    }
    diagnostics.warning(DiagnosticId::kDiskClientStays, link.origin,
                        fmt::format("when `{}` is built again, `{}` hangs on the requests that were in flight: it is "
                                    "`restart: never`",
                                    back.name, front.family));
  }
}

void check_macs(const Checked& checked, Diagnostics& diagnostics) {
  std::map<std::string, const spec::Connection*> seen;
  for (const spec::Connection& connection : checked.inputs.spec.connections) {
    if (!connection.mac) continue;
    std::uint64_t cards = 0;
    for (const spec::Text& name : connection.second) cards += checked.model.find_range(name.value).count;
    std::string address = connection.mac->value;
    std::transform(address.begin(), address.end(), address.begin(),
                   [](unsigned char digit) { return static_cast<char>(std::tolower(digit)); });
    const auto [first, is_new] = seen.emplace(address, &connection);
    if (!is_new) {
      diagnostics
          .error(DiagnosticId::kMacTwice, connection.mac->span,
                 fmt::format("two interfaces have the address {}", address))
          .notes.push_back({first->second->mac->span, "the first is here"});
    } else if (cards > 1) {
      diagnostics.error(DiagnosticId::kMacTwice, connection.mac->span,
                        fmt::format("{} interfaces would have the address {}", cards, address));
    }
  }
}

}  // namespace bulkhead::model
