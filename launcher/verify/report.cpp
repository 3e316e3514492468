#include "bulkhead/verify/report.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "bulkhead/base/check.h"
#include "bulkhead/base/json_text.h"
#include "parts.h"

namespace bulkhead::verify {

namespace {

std::string_view word(Unseen::Why why) {
  switch (why) {
    case Unseen::Why::kNotAsked:
      return "not asked";
    case Unseen::Why::kNotAllowed:
      return "not allowed";
    case Unseen::Why::kFailed:
      return "failed";
  }
  BULKHEAD_CHECK(false, "a thing is unseen for one of three reasons");
}

double in_seconds(std::chrono::nanoseconds duration) {
  return std::chrono::duration<double>(duration).count();
}

}  // namespace

std::string to_text(const plan::LaunchPlan& plan, const Observation& seen, const std::vector<Finding>& findings) {
  std::vector<std::string_view> aspects;
  std::chrono::nanoseconds took{};
  for (const Look& look : seen.looks) {
    aspects.push_back(describe(look.aspect));
    took = std::max(took, look.at + look.took);
  }
  std::string out = fmt::format("seen from {} in {:.3f} s: {}\n", describe(plan, seen.from), in_seconds(took),
                                aspects.empty() ? "nothing" : fmt::format("{}", fmt::join(aspects, "; ")));
  // Of what was not seen of many domains for one reason, one line.
  std::map<std::pair<Aspect, std::string>, std::vector<std::string>> unseen;
  for (const Unseen& one : seen.unseen) {
    std::vector<std::string>& domains = unseen[{one.aspect, one.reason}];
    if (one.domid) {
      domains.push_back(domain_name(plan, *one.domid));
    }
  }
  for (const auto& [what, domains] : unseen) {
    out += fmt::format("not seen: {}{}{}: {}\n", describe(what.first), domains.empty() ? "" : " of ",
                       fmt::join(domains, ", "), what.second);
  }
  out += holds(findings) ? "what was seen is as the plan says\n" : "the host is not what the plan says\n";
  return out;
}

std::string to_json(const plan::LaunchPlan& plan, const Observation& seen, const std::vector<Finding>& findings) {
  std::string out;
  JsonText json(out);
  json.begin_object();
  json.key("holds");
  json.flag(holds(findings));
  const auto field = [&](std::string_view key, std::string_view value) {
    json.key(key);
    json.text(value);
  };
  field("taken_at", seen.taken_at);
  field("from", domain_name(plan, seen.from));
  field("label", seen.label);
  json.key("looks");
  json.begin_array();
  for (const Look& look : seen.looks) {
    json.begin_object(JsonText::Layout::kInline);
    field("aspect", name(look.aspect));
    json.key("at");
    json.raw(fmt::format("{:.6f}", in_seconds(look.at)));
    json.key("took");
    json.raw(fmt::format("{:.6f}", in_seconds(look.took)));
    json.end();
  }
  json.end();
  json.key("unseen");
  json.begin_array();
  for (const Unseen& one : seen.unseen) {
    json.begin_object(JsonText::Layout::kInline);
    field("aspect", name(one.aspect));
    field("domain", one.domid ? domain_name(plan, *one.domid) : std::string());
    field("why", word(one.why));
    field("reason", one.reason);
    json.end();
  }
  json.end();
  json.key("findings");
  json.begin_array();
  for (const Finding& finding : findings) {
    json.raw(to_json(finding));
  }
  json.end();
  json.end();
  return out + "\n";
}

}  // namespace bulkhead::verify
