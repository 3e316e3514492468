// usage: what a traced host was seen to use of what its spec grants.
#include "bulkhead/analysis/usage.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "actions.h"
#include "bulkhead/avc/avc_log.h"
#include "bulkhead/base/files.h"
#include "bulkhead/base/render.h"
#include "wording.h"

namespace bulkhead::driver {
namespace {

using analysis::Usage;
using analysis::UsageCounts;
using analysis::UsageEvent;
using analysis::UsageOfDomain;
using analysis::UsagePermission;
using analysis::UsageReason;
using analysis::UsageRule;
using analysis::Use;
using nlohmann::ordered_json;

constexpr std::size_t kMaxLogBytes = std::size_t{1} << 28;

// The events refer to the texts.
struct Logs {
  std::vector<std::string> names;
  std::vector<std::string> texts;
  std::vector<avc::Log> read;
};

Result<Logs> read_logs(std::span<const std::string> paths) {
  Logs logs;
  for (const std::string& path : paths) {
    Result<std::string> text = read_file(path, kMaxLogBytes);
    if (!text) {
      return text.error();
    }
    logs.names.push_back(path);
    logs.texts.push_back(*std::move(text));
  }
  for (const std::string& text : logs.texts) {
    logs.read.push_back(avc::read_log(text));
  }
  return logs;
}

std::string counts_text(const UsageCounts& counts) {
  return fmt::format("{} granted: {} used, {} never used, {} kept with a reason, {} not traced", counts.granted,
                     counts.used, counts.unused, counts.kept, counts.not_traced);
}

std::string reason_text(const UsageReason& reason, const Host& host) {
  std::string out = fmt::format("      {}: {}", reason_line(reason, host), reason.reason);
  if (reason.place.is_known()) {
    out += fmt::format(" ({})", host.sources.describe(reason.place));
  }
  out += '\n';
  if (!reason.needed_for.empty()) {
    out += fmt::format("        needed for: {}\n", reason.needed_for);
  }
  return out;
}

std::string permissions_text(const UsageOfDomain& domain, Use use, std::string_view heading, const Host& host) {
  std::string out;
  for (const UsagePermission& permission : domain.permissions) {
    if (permission.use != use) {
      continue;
    }
    out += out.empty() ? fmt::format("  {}:\n", heading) : std::string();
    out += fmt::format("    {} {}:{} {}\n", permission.source, permission.target, permission.access_class,
                       permission.name);
    for (const UsageReason& reason : permission.reasons) {
      out += reason_text(reason, host);
    }
  }
  return out;
}

std::string domain_text(const UsageOfDomain& domain, const Host& host) {
  std::string out = domain.name.empty() ? std::string("the hypervisor's own labels")
                                        : fmt::format("{} ({})", domain.name, domain.role);
  out += fmt::format(": {}\n", counts_text(domain.counts));
  out += permissions_text(domain, Use::kUnused, "never used", host);
  out += permissions_text(domain, Use::kKept, "kept with a reason", host);
  return out + permissions_text(domain, Use::kNotTraced, "not traced", host);
}

std::string rules_text(const Usage& usage, bool used, std::string_view heading, const Host& host) {
  std::string out;
  for (const UsageRule& rule : usage.rules) {
    if ((rule.used != 0) != used) {
      continue;
    }
    out += out.empty() ? fmt::format("\n{}:\n", heading) : std::string();
    out += fmt::format("  {}: {} `{}`, {} {}, granted {}: {}\n", host.sources.describe(rule.place),
                       rule.is_role ? "role" : "connection", rule.via, rule.access_class, rule.name,
                       counted(rule.granted, "time"), used ? rule.needed_for : rule.reason);
  }
  return out;
}

std::string events_text(const std::vector<UsageEvent>& events, std::string_view heading, const Logs& logs) {
  std::string out = events.empty() ? std::string() : fmt::format("{}:\n", heading);
  for (const UsageEvent& event : events) {
    out +=
        fmt::format("  {}:{}: {} {}:{} {{ {} }}, {}\n", printable(logs.names[event.log]), event.line, event.source,
                    event.target, event.access_class, fmt::join(event.permissions, " "), counted(event.count, "time"));
  }
  return out;
}

std::string to_text(const Usage& usage, const Logs& logs, const Host& host) {
  std::string out;
  for (std::size_t i = 0; i < logs.read.size(); ++i) {
    out += log_line(logs.names[i], logs.read[i]);
  }
  for (const UsageOfDomain& domain : usage.domains) {
    out += '\n' + domain_text(domain, host);
  }
  out += rules_text(usage, false, "rules that nobody used", host);
  out += rules_text(usage, true, "rules that say needed-for and were used", host);
  const std::string denied = events_text(usage.denied, "denied", logs);
  out += denied.empty() ? denied : '\n' + denied;
  const std::string unforeseen =
      events_text(usage.unforeseen, "granted, though this spec does not grant it: the policy was another one", logs);
  out += unforeseen.empty() ? unforeseen : '\n' + unforeseen;
  return out + fmt::format("\nall: {}\n", counts_text(usage.total));
}

ordered_json counts_json(const UsageCounts& counts) {
  return {{"granted", counts.granted},
          {"used", counts.used},
          {"unused", counts.unused},
          {"kept", counts.kept},
          {"not_traced", counts.not_traced}};
}

ordered_json permission_json(const UsagePermission& permission, const Host& host) {
  ordered_json json{{"source", permission.source},           {"target", permission.target},
                    {"class", permission.access_class},      {"permission", permission.name},
                    {"use", analysis::name(permission.use)}, {"reasons", ordered_json::array()}};
  for (const UsageReason& reason : permission.reasons) {
    ordered_json entry = reason_json(reason, host);
    entry["reason"] = reason.reason;
    if (!reason.needed_for.empty()) {
      entry["needed_for"] = reason.needed_for;
    }
    if (reason.place.is_known()) {
      entry["rule"] = host.sources.describe(reason.place);
    }
    json["reasons"].push_back(std::move(entry));
  }
  return json;
}

ordered_json rules_json(const Usage& usage, const Host& host) {
  ordered_json list = ordered_json::array();
  for (const UsageRule& rule : usage.rules) {
    ordered_json entry{{"rule", host.sources.describe(rule.place)},
                       {rule.is_role ? "role" : "connection", rule.via},
                       {"class", rule.access_class},
                       {"permission", rule.name},
                       {"reason", rule.reason},
                       {"granted", rule.granted},
                       {"used", rule.used}};
    if (!rule.needed_for.empty()) {
      entry["needed_for"] = rule.needed_for;
    }
    list.push_back(std::move(entry));
  }
  return list;
}

ordered_json events_json(const std::vector<UsageEvent>& events, const Logs& logs) {
  ordered_json list = ordered_json::array();
  for (const UsageEvent& event : events) {
    list.push_back({{"source", event.source},
                    {"target", event.target},
                    {"class", event.access_class},
                    {"permissions", event.permissions},
                    {"count", event.count},
                    {"log", logs.names[event.log]},
                    {"line", event.line}});
  }
  return list;
}

std::string to_json(const Usage& usage, const Logs& logs, const Host& host) {
  ordered_json json{{"format_version", 1},
                    {"logs", ordered_json::array()},
                    {"total", counts_json(usage.total)},
                    {"domains", ordered_json::array()},
                    {"hypervisor", {}},
                    {"rules", rules_json(usage, host)},
                    {"denied", events_json(usage.denied, logs)},
                    {"unforeseen", events_json(usage.unforeseen, logs)}};
  for (std::size_t i = 0; i < logs.read.size(); ++i) {
    json["logs"].push_back(log_json(logs.names[i], logs.read[i]));
  }
  for (const UsageOfDomain& domain : usage.domains) {
    ordered_json entry = ordered_json::object();
    if (!domain.name.empty()) {
      entry.update({{"name", domain.name}, {"role", domain.role}});
    }
    entry.update(counts_json(domain.counts));
    entry["permissions"] = ordered_json::array();
    for (const UsagePermission& permission : domain.permissions) {
      entry["permissions"].push_back(permission_json(permission, host));
    }
    if (domain.name.empty()) {
      json["hypervisor"] = std::move(entry);
    } else {
      json["domains"].push_back(std::move(entry));
    }
  }
  return printed(json);
}

}  // namespace

Result<ExitCode> run_usage(const Invocation& invocation, Console& console) {
  StageClock clock(console, false);
  const auto host = read_host(invocation.arguments[0], Depth::kPrivileges, clock);
  if (!host) {
    return host.error();
  }
  if (!report(**host, console)) {
    return ExitCode::kRejected;
  }
  const Result<Logs> logs = read_logs(std::span(invocation.arguments).subspan(1));
  if (!logs) {
    return logs.error();
  }
  const Usage usage = analysis::usage((*host)->model, *(*host)->catalogue, (*host)->derived, logs->read);
  console.print(invocation.value("format") == "json" ? to_json(usage, *logs, **host) : to_text(usage, *logs, **host));
  if (usage.grants_logged == 0) {
    console.complain("no grant is in the log: is it of a host whose policy was compiled with --trace?\n");
  }
  return usage.total.unused == 0 && usage.unforeseen.empty() ? ExitCode::kDone : ExitCode::kRejected;
}

}  // namespace bulkhead::driver
