#include "why_rule.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "bulkhead/base/files.h"
#include "bulkhead/flask/checkpolicy.h"
#include "wording.h"

namespace bulkhead::driver {
namespace {

using analysis::PlacedRule;
using analysis::WhyCell;
using nlohmann::ordered_json;

constexpr std::size_t kMaxCells = 16;  // of a rule between groups; the rest is counted

struct Place {
  bool is_line = false;
  bool is_byte = false;
  std::uint64_t number = 0;
};

std::optional<Place> parse_place(std::string_view text) {
  Place place;
  place.is_line = text.starts_with("line:");
  place.is_byte = text.starts_with("byte:");
  if (place.is_line || place.is_byte) text.remove_prefix(5);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), place.number);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return place;
}

const PlacedRule* find_rule(const PlacedPolicy& policy, const Place& place) {
  const std::vector<PlacedRule>& rules = place.is_line ? policy.conf : policy.binary;
  const auto found = std::find_if(rules.begin(), rules.end(), [&](const PlacedRule& rule) {
    return (place.is_byte ? rule.offset : rule.number) == place.number;
  });
  return found == rules.end() ? nullptr : &*found;
}

std::string names_text(const std::vector<std::string>& names) {
  return names.size() == 1 ? names.front() : fmt::format("{{ {} }}", fmt::join(names, " "));
}

std::string rule_text(const PlacedRule& rule) {
  const bool is_transition = rule.keyword == "type_transition";
  return fmt::format(
      "{} {} {}:{} {}", rule.keyword, names_text(rule.sources), names_text(rule.targets), rule.access_class,
      is_transition ? rule.permissions.front() : fmt::format("{{ {} }}", fmt::join(rule.permissions, " ")));
}

// What the spec has of a rule.
struct Explained {
  std::vector<WhyCell> cells;            // with reasons
  std::vector<std::string> not_of_spec;  // "net_t blue_t"
  Span origin;                           // of a transition
  std::size_t more = 0;                  // cells that are not listed
};

Explained explain(const PlacedRule& rule, const Host& host) {
  Explained result;
  const privilege::PrivilegeSet& set = host.derived.set;
  for (const std::string& source : rule.sources) {
    for (const std::string& target : rule.targets) {
      if (result.cells.size() + result.not_of_spec.size() == kMaxCells) {
        ++result.more;
        continue;
      }
      if (rule.keyword == "type_transition") {
        for (const privilege::Transition& each : set.transitions) {
          if (set.at(each.source).name == source && set.at(each.target).name == target &&
              set.abi->at(each.access_class).name == rule.access_class &&
              set.at(each.result).name == rule.permissions.front()) {
            result.origin = each.origin;
          }
        }
        if (!result.origin.is_known()) result.not_of_spec.push_back(fmt::format("{} {}", source, target));
        continue;
      }
      auto cell = analysis::why_cell(*host.catalogue, host.derived, source, target, rule.access_class,
                                     rule.keyword == "dontaudit");
      const bool has_all =
          cell && std::all_of(rule.permissions.begin(), rule.permissions.end(), [&](const auto& each) {
            return std::find(cell->permissions.begin(), cell->permissions.end(), each) != cell->permissions.end();
          });
      if (has_all) {
        result.cells.push_back(*std::move(cell));
      } else {
        result.not_of_spec.push_back(fmt::format("{} {}", source, target));
      }
    }
  }
  return result;
}

std::string explained_text(const PlacedRule& rule, const Explained& explained, const Host& host) {
  std::string out = rule_text(rule) + '\n';
  for (const WhyCell& cell : explained.cells) {
    out += fmt::format("{} {}:{}\n", cell.source, cell.target, cell.access_class);
    for (const analysis::WhyReason& reason : cell.reasons) {
      out += fmt::format("  {}\n", reason_line(reason, host));
      for (const analysis::WhyPermission& permission : reason.permissions) {
        out += fmt::format("    {}: {} ({})\n", permission.name, permission.reason,
                           host.sources.describe(permission.place));
      }
    }
  }
  if (explained.origin.is_known()) {
    out += fmt::format("  {}: the label that Xen computes\n", place(host, explained.origin));
  }
  for (const std::string& cell : explained.not_of_spec) {
    out += fmt::format("{}: the spec does not say this: the policy is of another one\n", cell);
  }
  if (explained.more != 0) out += fmt::format("and {}\n", counted(explained.more, "more cell"));
  return out;
}

ordered_json explained_json(const PlacedRule& rule, const Explained& explained, const Host& host) {
  ordered_json json{{"format_version", 1},
                    {"rule", rule_text(rule)},
                    {"cells", ordered_json::array()},
                    {"not_of_spec", explained.not_of_spec},
                    {"more", explained.more}};
  if (explained.origin.is_known()) json["origin"] = place(host, explained.origin);
  for (const WhyCell& cell : explained.cells) {
    ordered_json entry{{"source", cell.source}, {"target", cell.target}, {"reasons", ordered_json::array()}};
    for (const analysis::WhyReason& reason : cell.reasons) entry["reasons"].push_back(reason_json(reason, host));
    json["cells"].push_back(std::move(entry));
  }
  return json;
}

}  // namespace

Result<PlacedPolicy> read_placed(const std::string& folder) {
  PlacedPolicy policy;
  if (folder.empty()) return policy;
  const Result<std::string> conf = read_file(folder + "/policy.conf", flask::kMaxPolicyBytes * 8);
  if (!conf) return conf.error();
  const Result<std::string> bytes = read_file(folder + "/xenpolicy", flask::kMaxPolicyBytes);
  if (!bytes) return bytes.error();
  const Result<flask::BinaryPolicy> binary = flask::read_binary_policy(*bytes);
  if (!binary) return Error(binary.error()).with_context("read the policy of `" + folder + "`");
  policy.is_given = true;
  policy.conf = analysis::rules_of_conf(*conf);
  policy.binary = analysis::rules_of_binary(*binary);
  return policy;
}

std::string places_text(const PlacedPolicy& policy, const WhyCell& cell) {
  if (!policy.is_given) return {};
  std::vector<std::string> places;
  for (const PlacedRule& rule : policy.conf) {
    if (rule.gives(cell.source, cell.target, cell.access_class, cell.permissions)) {
      places.push_back(fmt::format("policy.conf:{}", rule.number));
    }
  }
  for (const PlacedRule& rule : policy.binary) {
    if (rule.gives(cell.source, cell.target, cell.access_class, cell.permissions)) {
      places.push_back(fmt::format("rule {} of xenpolicy (byte {})", rule.number, rule.offset));
    }
  }
  return places.empty() ? std::string("  not in that policy: it is of another spec\n")
                        : fmt::format("  {}\n", fmt::join(places, ", "));
}

ordered_json places_json(const PlacedPolicy& policy, const WhyCell& cell) {
  ordered_json json{{"policy.conf", ordered_json::array()}, {"xenpolicy", ordered_json::array()}};
  for (const PlacedRule& rule : policy.conf) {
    if (!rule.gives(cell.source, cell.target, cell.access_class, cell.permissions)) continue;
    json["policy.conf"].push_back({{"line", rule.number}});
  }
  for (const PlacedRule& rule : policy.binary) {
    if (!rule.gives(cell.source, cell.target, cell.access_class, cell.permissions)) continue;
    json["xenpolicy"].push_back({{"rule", rule.number}, {"byte", rule.offset}});
  }
  return json;
}

Result<ExitCode> explain_rule(const Invocation& invocation, const Host& host, const PlacedPolicy& policy,
                              Console& console) {
  const std::string text = invocation.value("rule");
  const std::optional<Place> place = parse_place(text);
  if (!policy.is_given || !place || invocation.arguments.size() > 1) {
    console.fail(Error(!policy.is_given ? "`--rule` needs the folder of the policy: --in DIR"
                       : !place         ? "`--rule` takes 57, byte:4711 or line:212"
                                        : "`--rule` takes no SOURCE and TARGET"));
    return ExitCode::kUsage;
  }
  const PlacedRule* const rule = find_rule(policy, *place);
  if (rule == nullptr) {
    console.fail(Error(fmt::format("there is no rule about access or labels at `{}`", text)));
    return ExitCode::kRejected;
  }
  const Explained explained = explain(*rule, host);
  console.print(invocation.value("format") == "json" ? printed(explained_json(*rule, explained, host))
                                                     : explained_text(*rule, explained, host));
  return explained.not_of_spec.empty() ? ExitCode::kDone : ExitCode::kRejected;
}

}  // namespace bulkhead::driver
