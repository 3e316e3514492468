// why: the statement, the rule and the reason behind a privilege; or what would grant it.
#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "actions.h"
#include "bulkhead/analysis/advice.h"
#include "bulkhead/base/render.h"
#include "bulkhead/base/text.h"
#include "why_rule.h"
#include "wording.h"

namespace bulkhead::driver {
namespace {

using analysis::Advice;
using analysis::advise;
using nlohmann::ordered_json;

analysis::WhyQuestion question_of(const Invocation& invocation) {
  const std::vector<std::string>& words = invocation.arguments;
  if (words.size() == 2) {
    return {{}, words[1], {}, {}};
  }
  analysis::WhyQuestion question{words[1], words[2], {}, {}};
  if (words.size() > 3) {
    question.access_class = words[3];
  }
  if (words.size() > 4) {
    question.permission = words[4];
  }
  return question;
}

std::string what(const analysis::WhyQuestion& question) {
  if (question.permission) {
    return fmt::format("`{}:{}`", *question.access_class, *question.permission);
  }
  return question.access_class ? fmt::format("anything of class `{}`", *question.access_class)
                               : std::string("anything");
}

std::string notes_text(const analysis::WhyAnswer& answer) {
  std::string out;
  for (const std::string& note : answer.notes) {
    out += note + '\n';
  }
  return out;
}

std::string transitions_text(const analysis::WhyAnswer& answer, const Host& host) {
  std::string out;
  for (const analysis::WhyTransition& each : answer.transitions) {
    out += fmt::format("type_transition {} {}:{} {}\n  {}: the label that Xen computes\n", each.source, each.target,
                       each.access_class, each.result, place(host, each.origin));
  }
  return out;
}

std::string granted_text(const analysis::WhyAnswer& answer, const Host& host, const PlacedPolicy& policy) {
  std::string out = notes_text(answer);
  for (const analysis::WhyCell& cell : answer.cells) {
    out += fmt::format("allow {} {}:{} {{ {} }}\n", cell.source, cell.target, cell.access_class,
                       fmt::join(cell.permissions, " "));
    out += places_text(policy, cell);
    for (const analysis::WhyReason& reason : cell.reasons) {
      out += fmt::format("  {}\n", reason_line(reason, host));
      for (const analysis::WhyPermission& permission : reason.permissions) {
        out += fmt::format("    {}: {} ({})\n", permission.name, permission.reason,
                           host.sources.describe(permission.place));
      }
    }
  }
  return out + transitions_text(answer, host);
}

std::string obstacles_text(const analysis::WhyAnswer& answer, const Host& host) {
  std::string out = answer.obstacles.empty() ? std::string() : "what forbids it:\n";
  for (const analysis::Obstacle& obstacle : answer.obstacles) {
    out += fmt::format("  {}", obstacle.text);
    out += obstacle.place.is_known() ? fmt::format(" ({})\n", host.sources.describe(obstacle.place)) : "\n";
  }
  return out;
}

std::string missing_text(const analysis::WhyAnswer& answer, const analysis::WhyQuestion& question, const Host& host) {
  const std::string who = question.source.empty() ? "anybody" : quoted(question.source);
  std::string out =
      notes_text(answer) + fmt::format("nothing grants {} to {} on `{}`\n", what(question), who, question.target);
  out += obstacles_text(answer, host) + transitions_text(answer, host);
  const std::vector<Advice> advices = advise(answer.remedies, question);
  if (advices.empty()) {
    return out + "no connection and no role that bulkhead ships would grant it\n";
  }
  out += "what would grant it:\n";
  for (const Advice& advice : advices) {
    if (!advice.unfit.empty()) {
      out += fmt::format("  not as they are: {}: {}\n", advice.text, advice.unfit);
      continue;
    }
    out += fmt::format("  {}\n", advice.text);
    out += advice.statement.empty() ? std::string() : fmt::format("      {}\n", advice.statement);
    for (const analysis::WhyPermission& permission : advice.permissions) {
      out += fmt::format("      {}: {} ({})\n", permission.name, permission.reason,
                         host.sources.describe(permission.place));
    }
  }
  return out;
}

ordered_json permissions_json(const std::vector<analysis::WhyPermission>& permissions, const Host& host) {
  ordered_json list = ordered_json::array();
  for (const analysis::WhyPermission& permission : permissions) {
    list.push_back(
        {{"name", permission.name}, {"reason", permission.reason}, {"rule", host.sources.describe(permission.place)}});
  }
  return list;
}

ordered_json cell_json(const analysis::WhyCell& cell, const Host& host) {
  ordered_json json{{"source", cell.source},
                    {"target", cell.target},
                    {"class", cell.access_class},
                    {"permissions", cell.permissions},
                    {"reasons", ordered_json::array()}};
  for (const analysis::WhyReason& reason : cell.reasons) {
    ordered_json entry = reason_json(reason, host);
    entry["permissions"] = permissions_json(reason.permissions, host);
    json["reasons"].push_back(std::move(entry));
  }
  return json;
}

std::string to_json(const analysis::WhyAnswer& answer, const analysis::WhyQuestion& question, const Host& host,
                    const PlacedPolicy& policy) {
  ordered_json json{{"format_version", 1},
                    {"granted", answer.granted()},
                    {"notes", answer.notes},
                    {"cells", ordered_json::array()},
                    {"transitions", ordered_json::array()},
                    {"obstacles", ordered_json::array()},
                    {"remedies", ordered_json::array()}};
  for (const analysis::WhyCell& cell : answer.cells) {
    json["cells"].push_back(cell_json(cell, host));
    if (policy.is_given) {
      json["cells"].back()["places"] = places_json(policy, cell);
    }
  }
  for (const analysis::WhyTransition& each : answer.transitions) {
    json["transitions"].push_back({{"source", each.source},
                                   {"target", each.target},
                                   {"class", each.access_class},
                                   {"result", each.result},
                                   {"origin", place(host, each.origin)}});
  }
  for (const analysis::Obstacle& each : answer.obstacles) {
    json["obstacles"].push_back(obstacle_json(each, host));
  }
  for (const Advice& advice : advise(answer.remedies, question)) {
    json["remedies"].push_back({{"text", advice.text},
                                {"fits", advice.unfit.empty()},
                                {"unfit", advice.unfit},
                                {"statement", advice.statement},
                                {"permissions", permissions_json(advice.permissions, host)}});
  }
  return printed(json);
}

}  // namespace

Result<ExitCode> run_why(const Invocation& invocation, Console& console) {
  StageClock clock(console, false);
  const auto host = read_host(invocation.arguments[0], Depth::kPrivileges, clock);
  if (!host) {
    return host.error();
  }
  if (!report(**host, console)) {
    return ExitCode::kRejected;
  }
  const Result<PlacedPolicy> policy = read_placed(invocation.value("in"));
  if (!policy) {
    return policy.error();
  }
  if (invocation.has("rule")) {
    return explain_rule(invocation, **host, *policy, console);
  }
  if (invocation.arguments.size() < 2) {
    console.fail(Error("say who acts and on what: SOURCE TARGET, or one device or resource, or --rule"));
    return ExitCode::kUsage;
  }
  const analysis::WhyQuestion question = question_of(invocation);
  const analysis::WhyAnswer answer = analysis::why((*host)->model, *(*host)->catalogue, (*host)->derived, question);
  if (!answer.problems.empty()) {
    for (const std::string& problem : answer.problems) {
      console.fail(Error(problem));
    }
    return ExitCode::kUsage;
  }
  if (invocation.value("format") == "json") {
    console.print(to_json(answer, question, **host, *policy));
  } else {
    console.print(answer.granted() ? granted_text(answer, **host, *policy) : missing_text(answer, question, **host));
  }
  return answer.granted() ? ExitCode::kDone : ExitCode::kRejected;
}

}  // namespace bulkhead::driver
