#include <fmt/format.h>

#include "denials.h"
#include "wording.h"

namespace bulkhead::driver {
namespace {

using analysis::AccessChange;
using analysis::Denial;
using nlohmann::ordered_json;

ordered_json cells_json(const std::vector<AccessChange>& cells) {
  ordered_json list = ordered_json::array();
  for (const AccessChange& cell : cells) {
    list.push_back({{"source", cell.source},
                    {"target", cell.target},
                    {"class", cell.access_class},
                    {"permissions", cell.permissions}});
  }
  return list;
}

ordered_json opening_json(const analysis::Opening& opening) {
  ordered_json flows = ordered_json::array();
  for (const analysis::FlowPair& flow : opening.flows) flows.push_back({{"from", flow.first}, {"to", flow.second}});
  return {{"permissions", opening.permissions},
          {"widened", cells_json(opening.widened)},
          {"narrowed", cells_json(opening.narrowed)},
          {"direct_flows", std::move(flows)},
          {"unreviewed_operations", opening.unreviewed}};
}

ordered_json permissions_json(const Denial& denial, const Host& host) {
  ordered_json list = ordered_json::array();
  for (const analysis::DenialPermission& permission : denial.permissions) {
    ordered_json entry{{"name", permission.name}, {"guards", permission.guards}, {"operations", permission.operations}};
    if (!permission.note.empty()) entry["note"] = permission.note;
    if (!permission.harmless.empty()) {
      entry["harmless"] = permission.harmless;
      entry["rule"] = host.sources.describe(permission.place);
    }
    list.push_back(std::move(entry));
  }
  return list;
}

void add_verdict(const Denial& denial, const Host& host, ordered_json& json) {
  json["granted_by"] = ordered_json::array();
  for (const analysis::WhyReason& reason : denial.reasons) json["granted_by"].push_back(reason_json(reason, host));
  json["forbidden_by"] = ordered_json::array();
  for (const analysis::Obstacle& obstacle : denial.obstacles) {
    json["forbidden_by"].push_back(obstacle_json(obstacle, host));
  }
  json["proposals"] = ordered_json::array();
  for (const analysis::Proposal& proposal : denial.proposals) {
    json["proposals"].push_back({{"change", proposal.lines}, {"opens", opening_json(proposal.opening)}});
  }
  json["refused"] = ordered_json::array();
  for (const analysis::RefusedChange& refused : denial.refused) {
    json["refused"].push_back({{"change", refused.lines}, {"why", refused.why}});
  }
  json["untried"] = denial.untried;
}

ordered_json denial_json(const Denial& denial, const DenialReport& report, const Host& host) {
  const analysis::DenialGroup& group = denial.group;
  ordered_json json{{"kind", analysis::name(denial.kind)},
                    {"count", group.count},
                    {"log", report.names[group.log]},
                    {"line", group.line},
                    {"last_log", report.names[group.last_log]},
                    {"last_line", group.last_line},
                    {"source", denial.source},
                    {"target", denial.target},
                    {"class", group.access_class},
                    {"who", denial.who},
                    {"on", denial.on_what},
                    {"callers", group.callers},
                    {"objects", denial.objects},
                    {"remarks", denial.remarks},
                    {"permissions", permissions_json(denial, host)}};
  add_verdict(denial, host, json);
  return json;
}

}  // namespace

std::string denials_json(const DenialReport& report, const Host& host) {
  ordered_json json{{"format_version", 1},
                    {"logs", ordered_json::array()},
                    {"remarks", remarks(report)},
                    {"denied", report.groups.denied()},
                    {"left_out", report.groups.left_out()},
                    {"need_attention", report.explained.attention},
                    {"harmless", report.explained.denials.size() - report.explained.attention},
                    {"denials", ordered_json::array()}};
  for (std::size_t i = 0; i < report.logs.size(); ++i) {
    json["logs"].push_back(log_json(report.names[i], report.logs[i]));
  }
  for (const Denial& denial : report.explained.denials) {
    json["denials"].push_back(denial_json(denial, report, host));
  }
  return printed(json);
}

}  // namespace bulkhead::driver
