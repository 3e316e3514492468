// The reader of binary policies on any bytes: it refuses them with an offset, or gives a policy on which every query
// works.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "bulkhead/flask/access.h"
#include "bulkhead/flask/binary_policy.h"

namespace bulkhead::flask {
namespace {

std::size_t texts(const BinaryPolicy& policy) {
  std::size_t letters = 0;
  for (const BinaryRule& rule : policy.rules) letters += rule_text(policy, rule).size();
  for (const InitialSid& sid : policy.initial_sids) letters += context_text(policy, sid.context).size();
  for (const DeviceContext& entry : policy.device_contexts) letters += context_text(policy, entry.context).size();
  for (const Conditional& node : policy.conditionals) letters += condition_text(policy, node).size();
  for (const BinaryClass& entry : policy.classes) {
    for (const Constraint& constraint : entry.constraints) letters += constraint_text(policy, entry, constraint).size();
    for (const Constraint& constraint : entry.validatetrans)
      letters += constraint_text(policy, entry, constraint).size();
  }
  return letters;
}

// A cell asked for alone is the cell of its row.
void check_cells(const BinaryPolicy& policy, RuleKind kind) {
  const AccessTable table(policy, kind, default_setting(policy));
  AccessCell last;
  table.for_each_cell([&](const AccessCell& cell) {
    if (cell <= last || cell.permissions == 0) std::abort();
    if (table.permissions(cell.source, cell.target, cell.target_class) != cell.permissions) std::abort();
    last = cell;
  });
  if (!compare_tables(table, table, 1).empty()) std::abort();
}

void run(std::string_view bytes) {
  const Result<BinaryPolicy> policy = read_binary_policy(bytes);
  if (!policy) {
    if (std::string_view(policy.error().message()).substr(0, 7) != "offset ") std::abort();
    return;
  }
  for (const RuleKind kind : {RuleKind::kAllow, RuleKind::kAuditAllow, RuleKind::kDontAudit})
    check_cells(*policy, kind);
  if (texts(*policy) == 0) std::abort();
}

}  // namespace
}  // namespace bulkhead::flask

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  bulkhead::flask::run({reinterpret_cast<const char*>(data), size});
  return 0;
}
