#include <nlohmann/json.hpp>

#include "diff_report.h"

namespace bulkhead::driver {
namespace {

using analysis::PolicyDiff;
using nlohmann::ordered_json;

ordered_json access_json(const PolicyDiff& diff, const std::vector<analysis::AccessChange>& changes) {
  ordered_json list = ordered_json::array();
  for (const analysis::AccessChange& change : changes) {
    list.push_back({{"source", change.source},
                    {"who", diff.words.at(change.source).words},
                    {"target", change.target},
                    {"whom", diff.words.at(change.target).words},
                    {"class", change.access_class},
                    {"permissions", change.permissions},
                    {"origins", change.origins},
                    {"other_origins", change.other_origins}});
  }
  return list;
}

ordered_json other_json(const std::vector<analysis::OtherChange>& changes) {
  ordered_json list = ordered_json::array();
  for (const analysis::OtherChange& change : changes) {
    list.push_back({{"kind", analysis::name(change.kind)},
                    {"what", change.what},
                    {"a", change.in_a ? ordered_json(change.before) : ordered_json(nullptr)},
                    {"b", change.in_b ? ordered_json(change.after) : ordered_json(nullptr)}});
  }
  return list;
}

ordered_json counts_json(const PolicyDiff& diff) {
  ordered_json list = ordered_json::array();
  for (const analysis::DomainCount& count : diff.counts) {
    list.push_back({{"domain", count.domain},
                    {"a", count.in_a ? ordered_json(count.before) : ordered_json(nullptr)},
                    {"b", count.in_b ? ordered_json(count.after) : ordered_json(nullptr)}});
  }
  return list;
}

ordered_json flows_json(const std::vector<analysis::DirectFlow>& flows) {
  ordered_json list = ordered_json::array();
  for (const analysis::DirectFlow& flow : flows) {
    list.push_back({{"from", flow.from}, {"to", flow.to}, {"class", flow.access_class}});
  }
  return list;
}

ordered_json unreviewed_json(const std::vector<analysis::UnreviewedRight>& rights) {
  ordered_json list = ordered_json::array();
  for (const analysis::UnreviewedRight& right : rights) {
    list.push_back({{"domain", right.domain}, {"operation", right.operation}, {"permission", right.permission}});
  }
  return list;
}

ordered_json side_json(const DiffSide& side) {
  return {{"path", side.path}, {"is_spec", side.is_spec}, {"remarks", side.remarks}};
}

ordered_json guards_json(const DiffReport& report) {
  ordered_json list = ordered_json::array();
  for (const GuardedPermission& each : guarded_permissions(report)) {
    list.push_back({{"class", each.access_class},
                    {"name", each.name},
                    {"guards", each.guards.empty() ? ordered_json(nullptr) : ordered_json(each.guards)}});
  }
  return list;
}

}  // namespace

std::string diff_json(const DiffReport& report) {
  const PolicyDiff& diff = report.diff;
  const ordered_json unreviewed = diff.knows_unreviewed ? ordered_json{{"new", unreviewed_json(diff.new_unreviewed)},
                                                                       {"gone", unreviewed_json(diff.lost_unreviewed)}}
                                                        : ordered_json(nullptr);
  const ordered_json json{
      {"format_version", 1},
      {"same", diff.same()},
      {"a", side_json(report.a)},
      {"b", side_json(report.b)},
      {"added_types", diff.added_types},
      {"removed_types", diff.removed_types},
      {"widened_permissions", diff.widened_permissions},
      {"widened", access_json(diff, diff.widened)},
      {"narrowed_permissions", diff.narrowed_permissions},
      {"narrowed", access_json(diff, diff.narrowed)},
      {"counts", counts_json(diff)},
      {"direct_flows", {{"new", flows_json(diff.new_flows)}, {"gone", flows_json(diff.lost_flows)}}},
      {"xsa77", unreviewed},
      {"other", other_json(diff.other)},
      {"permissions", guards_json(report)}};
  return json.dump(2, ' ', false, ordered_json::error_handler_t::replace) + '\n';
}

}  // namespace bulkhead::driver
