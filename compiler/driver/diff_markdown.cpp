#include <fmt/format.h>
#include <fmt/ranges.h>

#include "actions.h"
#include "bulkhead/base/render.h"
#include "diff_report.h"

namespace bulkhead::driver {
namespace {

using analysis::AccessChange;
using analysis::PolicyDiff;

// As text in Markdown: nothing in it starts markup, a link, HTML or a new cell.
std::string escaped(std::string_view text) {
  constexpr std::string_view kSpecial = "\\`*_{}[]<>()#+!|~&@";
  std::string out;
  for (const char c : printable(text)) {
    if (kSpecial.find(c) != std::string_view::npos) {
      out += '\\';
    }
    out += c;
  }
  return out;
}

std::string folded(const std::string& summary, const std::string& body) {
  return body.empty() ? std::string()
                      : fmt::format("<details><summary>{}</summary>\n\n{}\n</details>\n\n", summary, body);
}

std::string guarded(const DiffReport& report, const AccessChange& change) {
  std::vector<std::string> parts;
  for (const std::string& permission : change.permissions) {
    const catalogue::Permission* known = report.catalogue.find_permission(change.access_class, permission);
    const std::string guards = known != nullptr ? known->guards : "not known to bulkhead";
    parts.push_back(fmt::format("`{}` {}", permission, escaped(guards)));
  }
  return fmt::format("{}", fmt::join(parts, "<br>"));
}

std::string access_table(const DiffReport& report, const std::vector<AccessChange>& changes) {
  if (changes.empty()) {
    return {};
  }
  std::string out = "| who | on | class | permissions | because of |\n|---|---|---|---|---|\n";
  for (const AccessChange& change : changes) {
    out += fmt::format("| {} | {} | {} | {} | {} |\n", escaped(report.diff.words.at(change.source).words),
                       escaped(report.diff.words.at(change.target).words), escaped(change.access_class),
                       guarded(report, change), escaped(fmt::format("{}", fmt::join(change.origins, ", "))));
  }
  return out;
}

std::string flow_list(const PolicyDiff& diff) {
  std::string out;
  for (const analysis::DirectFlow& flow : diff.new_flows) {
    out += fmt::format("* new: {} → {} by {}\n", escaped(flow.from), escaped(flow.to), escaped(flow.access_class));
  }
  for (const analysis::DirectFlow& flow : diff.lost_flows) {
    out += fmt::format("* gone: {} → {} by {}\n", escaped(flow.from), escaped(flow.to), escaped(flow.access_class));
  }
  return out;
}

std::string unreviewed_list(const PolicyDiff& diff) {
  std::string out;
  const auto add = [&](std::string_view word, const std::vector<analysis::UnreviewedRight>& rights) {
    for (const analysis::UnreviewedRight& right : rights) {
      out += fmt::format("* {}: {}: {} ({})\n", word, escaped(right.domain), escaped(right.operation),
                         escaped(right.permission));
    }
  };
  add("new", diff.new_unreviewed);
  add("gone", diff.lost_unreviewed);
  return out;
}

std::string counts_table(const PolicyDiff& diff) {
  std::string out = diff.counts.empty() ? "" : "| domain | permissions before | after |\n|---|---|---|\n";
  for (const analysis::DomainCount& count : diff.counts) {
    out += fmt::format("| {} | {} | {} |\n", escaped(count.domain), count.in_a ? std::to_string(count.before) : "–",
                       count.in_b ? std::to_string(count.after) : "–");
  }
  return out;
}

std::string other_table(const PolicyDiff& diff) {
  std::string out = diff.other.empty() ? "" : "| kind | what | before | after |\n|---|---|---|---|\n";
  const auto side = [](bool there, const std::string& value) {
    return !there ? std::string("–") : value.empty() ? std::string("there") : escaped(value);
  };
  for (const analysis::OtherChange& change : diff.other) {
    out += fmt::format("| {} | {} | {} | {} |\n", title(change.kind), escaped(change.what),
                       side(change.in_a, change.before), side(change.in_b, change.after));
  }
  return out;
}

std::string summary(const PolicyDiff& diff) {
  std::string out =
      fmt::format("* **widened**: {} in {}\n* **narrowed**: {} in {}\n",
                  counted(diff.widened_permissions, "permission"), counted(diff.widened.size(), "access vector"),
                  counted(diff.narrowed_permissions, "permission"), counted(diff.narrowed.size(), "access vector"));
  out += fmt::format("* direct flows: {} new, {} gone\n", diff.new_flows.size(), diff.lost_flows.size());
  out += diff.knows_unreviewed
             ? fmt::format("* operations outside XSA-77: {} new, {} gone\n", diff.new_unreviewed.size(),
                           diff.lost_unreviewed.size())
             : std::string("* operations outside XSA-77: not compared, one of the two is a binary policy\n");
  return out + fmt::format("* transitions, initial SIDs, device contexts and others: {}\n",
                           counted(diff.other.size(), "difference"));
}

}  // namespace

std::string diff_markdown(const DiffReport& report) {
  const PolicyDiff& diff = report.diff;
  const std::string a = escaped(report.a.path);
  const std::string b = escaped(report.b.path);
  if (diff.same()) {
    return fmt::format("### Bulkhead: {} and {} grant the same\n", a, b);
  }
  std::string out = fmt::format("### Bulkhead: what {} grants beyond {}, and what no more\n\n", b, a);
  for (const DiffSide* side : {&report.a, &report.b}) {
    for (const std::string& remark : side->remarks) {
      out += fmt::format("> {}: {}\n", escaped(side->path), escaped(remark));
    }
  }
  out += summary(diff) + '\n';
  out += folded("Widened", access_table(report, diff.widened));
  out += folded("Narrowed", access_table(report, diff.narrowed));
  out += folded("Permissions held by each domain", counts_table(diff));
  out += folded("Direct flows", flow_list(diff));
  out += folded("Operations outside XSA-77", unreviewed_list(diff));
  out += folded("Transitions, initial SIDs, device contexts, others", other_table(diff));
  return out;
}

}  // namespace bulkhead::driver
