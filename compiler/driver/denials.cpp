// denials: what a host's log of refused accesses means in the words of its spec.
#include "denials.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "actions.h"
#include "bulkhead/base/input_stream.h"
#include "bulkhead/base/render.h"
#include "bulkhead/base/text.h"
#include "wording.h"

namespace bulkhead::driver {
namespace {

using analysis::AccessChange;
using analysis::Denial;
using analysis::DenialKind;
using analysis::DenialPermission;
using analysis::Opening;

constexpr std::size_t kMaxShown = 6;  // of what a change opens; JSON has all

Result<avc::Log> read_one(const std::string& path, std::size_t number, analysis::DenialGroups& groups) {
  Result<InputStream> stream = InputStream::open(path);
  if (!stream) return stream.error();
  avc::LogReader reader(
      [&](const avc::Event& event, std::string_view message) { groups.take(number, event, message); });
  for (;;) {
    const Result<std::string_view> piece = stream->next();
    if (!piece) return piece.error();
    if (piece->empty()) break;
    reader.feed(*piece);
  }
  return reader.finish();
}

std::string where(const Denial& denial, const DenialReport& report) {
  const analysis::DenialGroup& group = denial.group;
  std::string out = fmt::format("{}:{}", printable(report.names[group.log]), group.line);
  if (group.count > 1) out += fmt::format(" to {}:{}", printable(report.names[group.last_log]), group.last_line);
  return out;
}

std::string heading(const Denial& denial, const DenialReport& report) {
  const std::string what =
      fmt::format("{} {{ {} }}", printable(denial.group.access_class), fmt::join(denial.group.permissions, " "));
  const std::string who = denial.who.empty() ? quoted(printable(denial.source)) : denial.who;
  const std::string on_what = denial.on_what.empty() ? quoted(printable(denial.target)) : denial.on_what;
  return fmt::format("{}, {}: {} may not {} on {}\n", where(denial, report), counted(denial.group.count, "time"), who,
                     what, on_what);
}

std::string facts_text(const Denial& denial) {
  std::string out = fmt::format("  {} {}:{}", printable(denial.source), printable(denial.target),
                                printable(denial.group.access_class));
  if (!denial.group.callers.empty()) {
    out += fmt::format(", called by {}", printable(fmt::format("{}", fmt::join(denial.group.callers, ", "))));
  }
  out += '\n';
  for (const DenialPermission& permission : denial.permissions) {
    if (permission.guards.empty()) continue;
    out += fmt::format("  {}: {}", permission.name, permission.guards);
    if (!permission.operations.empty()) out += fmt::format(" ({})", fmt::join(permission.operations, ", "));
    out += '\n';
    if (!permission.note.empty()) out += fmt::format("    {}\n", permission.note);
  }
  for (const std::string& object : denial.objects) out += fmt::format("  {}\n", printable(object));
  for (const std::string& remark : denial.remarks) out += fmt::format("  {}\n", printable(remark));
  return out;
}

std::string cells_text(const std::vector<AccessChange>& cells, std::string_view verb) {
  std::string out;
  for (std::size_t i = 0; i < cells.size() && i < kMaxShown; ++i) {
    out += fmt::format("      {} {} {}:{} {{ {} }}\n", verb, cells[i].source, cells[i].target, cells[i].access_class,
                       fmt::join(cells[i].permissions, " "));
  }
  if (cells.size() > kMaxShown) out += fmt::format("      and {} more\n", cells.size() - kMaxShown);
  return out;
}

std::string opening_text(const Opening& opening) {
  std::string out = fmt::format("    opens {} in {}\n", counted(opening.permissions, "permission"),
                                counted(opening.widened.size(), "cell"));
  out += cells_text(opening.widened, "allow") + cells_text(opening.narrowed, "no longer allow");
  for (const analysis::FlowPair& flow : opening.flows) {
    out += fmt::format("      information can go from `{}` to `{}` directly\n", flow.first, flow.second);
  }
  for (const std::string& operation : opening.unreviewed) {
    out += fmt::format("      outside XSA-77: {}\n", operation);
  }
  return out;
}

std::string changes_text(const Denial& denial) {
  std::string out;
  for (const analysis::Proposal& proposal : denial.proposals) {
    out += "  a change of the spec that allows it:\n";
    for (const std::string& line : proposal.lines) out += fmt::format("    {}\n", line);
    out += opening_text(proposal.opening);
  }
  for (const analysis::RefusedChange& refused : denial.refused) {
    out += fmt::format("  not accepted: {}: {}\n", fmt::join(refused.lines, "; "), refused.why);
  }
  if (denial.untried) out += "  more changes could be tried than were\n";
  const bool wants_change = denial.kind == DenialKind::kForbidden || denial.kind == DenialKind::kMissing;
  if (wants_change && denial.proposals.empty()) {
    out += "  no change of the spec that bulkhead knows allows it and is accepted\n";
  }
  return out;
}

std::string verdict_text(const Denial& denial, const Host& host) {
  std::string out;
  switch (denial.kind) {
    case DenialKind::kForbidden:
      for (const analysis::Obstacle& obstacle : denial.obstacles) {
        out += fmt::format("  forbidden: {}", obstacle.text);
        out += obstacle.place.is_known() ? fmt::format(" ({})\n", host.sources.describe(obstacle.place)) : "\n";
      }
      break;
    case DenialKind::kMissing:
      out += "  missing: no statement of the spec grants it, and none forbids it\n";
      break;
    case DenialKind::kGranted:
      out += "  this spec grants it: the host ran another policy\n";
      for (const analysis::WhyReason& reason : denial.reasons) {
        out += fmt::format("    {}\n", reason_line(reason, host));
      }
      break;
    case DenialKind::kUnknown:
      out += "  not explained\n";
      break;
    case DenialKind::kHarmless:
      for (const DenialPermission& permission : denial.permissions) {
        out += fmt::format("  harmless: {}: {} ({})\n", permission.name, permission.harmless,
                           host.sources.describe(permission.place));
      }
      break;
  }
  return out;
}

analysis::SpecView view_of(const Host& host) {
  return {host.spec,   host.inventory ? &*host.inventory : nullptr, host.sources, *host.catalogue, host.model,
          host.derived};
}

}  // namespace

bool DenialReport::needs_attention() const {
  return explained.attention != 0 || groups.left_out() != 0 ||
         std::any_of(logs.begin(), logs.end(), [](const avc::Log& log) {
           return log.cut_count != 0 || log.long_lines != 0 || !log.unknown_operations.empty();
         });
}

std::vector<std::string> remarks(const DenialReport& report) {
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < report.logs.size(); ++i) {
    const avc::Log& log = report.logs[i];
    const std::string name = printable(report.names[i]);
    if (log.boots == 0) lines.push_back(name + ": the host's start is not in it: earlier denials may be missing");
    if (log.boots > 1) lines.push_back(fmt::format("{}: {} starts of a host are in it", name, log.boots));
    if (log.permissive) {
      lines.push_back(name +
                      ": the host started permissive: what was denied was done all the same, and is logged once");
    }
    for (const auto& [operation, count] : log.unknown_operations) {
      lines.push_back(fmt::format("{}: {}, FLASK refuses everybody the {}: it knows no permission for it", name,
                                  counted(count, "time"), printable(operation)));
    }
  }
  if (report.groups.left_out() != 0) {
    lines.push_back(fmt::format("{} are left out: there are more than {} different ones",
                                counted(report.groups.left_out(), "denial"), analysis::DenialGroups::kMaxGroups));
  }
  const std::vector<Denial>& all = report.explained.denials;
  const bool is_foreign = !all.empty() && std::all_of(all.begin(), all.end(), [](const Denial& denial) {
    return denial.kind == DenialKind::kUnknown;
  });
  if (is_foreign) lines.emplace_back("nothing in the log is of this spec: it is another host's");
  return lines;
}

std::string denials_text(const DenialReport& report, const Host& host) {
  std::string out;
  for (std::size_t i = 0; i < report.logs.size(); ++i) out += log_line(report.names[i], report.logs[i]);
  for (const std::string& remark : remarks(report)) out += remark + '\n';
  for (const Denial& denial : report.explained.denials) {
    out += '\n' + heading(denial, report) + facts_text(denial) + verdict_text(denial, host) + changes_text(denial);
  }
  const std::size_t harmless = report.explained.denials.size() - report.explained.attention;
  return out + fmt::format("\n{}, {} different: need attention: {}, harmless: {}\n",
                           counted(report.groups.denied(), "denial"), report.explained.denials.size(),
                           report.explained.attention, harmless);
}

Result<ExitCode> run_denials(const Invocation& invocation, Console& console) {
  StageClock clock(console, false);
  const auto host = read_host(invocation.arguments[0], Depth::kPrivileges, clock);
  if (!host) return host.error();
  if (!report(**host, console)) return ExitCode::kRejected;
  DenialReport found;
  found.names.assign(invocation.arguments.begin() + 1, invocation.arguments.end());
  if (found.names.empty()) found.names.emplace_back("-");
  for (std::size_t i = 0; i < found.names.size(); ++i) {
    Result<avc::Log> log = read_one(found.names[i], i, found.groups);
    if (!log) return log.error();
    found.logs.push_back(*std::move(log));
    if (found.names[i] == "-") found.names[i] = "stdin";
  }
  found.explained = analysis::explain(view_of(**host), found.groups);
  console.print(invocation.value("format") == "json" ? denials_json(found, **host) : denials_text(found, **host));
  return found.needs_attention() ? ExitCode::kRejected : ExitCode::kDone;
}

}  // namespace bulkhead::driver
