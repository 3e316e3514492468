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
#include "wording.h"

namespace bulkhead::driver {
namespace {

using analysis::Advice;
using analysis::advise;
using nlohmann::ordered_json;

analysis::WhyQuestion question_of(const Invocation& invocation) {
  const std::vector<std::string>& words = invocation.arguments;
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

std::string granted_text(const analysis::WhyAnswer& answer, const Host& host) {
  std::string out;
  for (const analysis::WhyCell& cell : answer.cells) {
    out += fmt::format("allow {} {}:{} {{ {} }}\n", cell.source, cell.target, cell.access_class,
                       fmt::join(cell.permissions, " "));
    for (const analysis::WhyReason& reason : cell.reasons) {
      out += fmt::format("  {}\n", reason_line(reason, host));
      for (const analysis::WhyPermission& permission : reason.permissions) {
        out += fmt::format("    {}: {} ({})\n", permission.name, permission.reason,
                           host.sources.describe(permission.place));
      }
    }
  }
  return out;
}

std::string missing_text(const analysis::WhyAnswer& answer, const analysis::WhyQuestion& question, const Host& host) {
  std::string out =
      fmt::format("nothing grants {} to `{}` on `{}`\n", what(question), question.source, question.target);
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

std::string to_json(const analysis::WhyAnswer& answer, const analysis::WhyQuestion& question, const Host& host) {
  ordered_json json{{"format_version", 1},
                    {"granted", answer.granted()},
                    {"cells", ordered_json::array()},
                    {"remedies", ordered_json::array()}};
  for (const analysis::WhyCell& cell : answer.cells) {
    json["cells"].push_back(cell_json(cell, host));
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
  const analysis::WhyQuestion question = question_of(invocation);
  const analysis::WhyAnswer answer = analysis::why((*host)->model, *(*host)->catalogue, (*host)->derived, question);
  if (!answer.problems.empty()) {
    for (const std::string& problem : answer.problems) {
      console.fail(Error(problem));
    }
    return ExitCode::kUsage;
  }
  if (invocation.value("format") == "json") {
    console.print(to_json(answer, question, **host));
  } else {
    console.print(answer.granted() ? granted_text(answer, **host) : missing_text(answer, question, **host));
  }
  return answer.granted() ? ExitCode::kDone : ExitCode::kRejected;
}

}  // namespace bulkhead::driver
