#include <algorithm>

#include <fmt/format.h>

#include "bulkhead/flask/access.h"
#include "bulkhead/flask/policy_conf.h"
#include "proof_parts.h"

namespace bulkhead::analysis {
namespace {

using flask::AccessCell;
using flask::RuleKind;
using privilege::Grant;

// The spec's cells in the binary's numbers. Types that the binary lacks are left out: prove_symbols named them already.
std::vector<AccessCell> expected_cells(const ProofContext& context, const std::vector<Grant>& grants) {
  std::vector<AccessCell> cells;
  cells.reserve(grants.size());
  for (const Grant& grant : grants) {
    const AccessCell cell{
        context.value_of[privilege::index(grant.source)], context.value_of[privilege::index(grant.target)],
        static_cast<flask::ClassValue>(static_cast<unsigned>(grant.access_class) + 1), grant.permissions};
    if (cell.source != 0 && cell.target != 0) cells.push_back(cell);
  }
  const auto key = [](const AccessCell& cell) { return std::tuple(cell.source, cell.target, cell.target_class); };
  if (!std::is_sorted(cells.begin(), cells.end(), [&](const auto& a, const auto& b) { return key(a) < key(b); })) {
    std::sort(cells.begin(), cells.end());
  }
  std::size_t last = 0;
  for (std::size_t i = 1; i < cells.size(); ++i) {
    if (key(cells[i]) == key(cells[last])) {
      cells[last].permissions |= cells[i].permissions;
    } else {
      cells[++last] = cells[i];
    }
  }
  if (!cells.empty()) cells.resize(last + 1);
  return cells;
}

class AccessProver {
 public:
  AccessProver(ProofContext& context, RuleKind kind, const std::vector<Grant>& grants)
      : context_(context), kind_(kind), grants_(grants), expected_(expected_cells(context, grants)) {}

  // Compares under one setting; a difference that an earlier setting showed is not said again.
  void compare(const flask::BooleanSetting& setting);
  [[nodiscard]] const std::vector<AccessCell>& expected() const { return expected_; }
  void expect(std::vector<AccessCell> cells) { expected_ = std::move(cells); }

 private:
  void report(const flask::CellDifference& difference, const flask::BooleanSetting& setting);
  [[nodiscard]] std::string cell_text(const flask::CellDifference& cell, flask::AccessVector permissions) const;
  [[nodiscard]] const Grant* grant_of(const flask::CellDifference& cell, flask::AccessVector permissions) const;

  ProofContext& context_;
  RuleKind kind_;
  const std::vector<Grant>& grants_;
  std::vector<AccessCell> expected_;
  std::vector<flask::CellDifference> reported_;
};

void AccessProver::compare(const flask::BooleanSetting& setting) {
  const flask::AccessTable table(context_.binary, kind_, setting);
  for (const flask::CellDifference& difference : flask::compare_cells(expected_, table)) {
    if (std::find(reported_.begin(), reported_.end(), difference) != reported_.end()) continue;
    reported_.push_back(difference);
    report(difference, setting);
  }
}

// As a rule would say it, without the semicolon: the cell may follow from a rule that says more.
std::string AccessProver::cell_text(const flask::CellDifference& cell, flask::AccessVector permissions) const {
  std::string text = flask::rule_text(context_.binary, {.source = cell.source,
                                                        .target = cell.target,
                                                        .target_class = cell.target_class,
                                                        .kind = kind_,
                                                        .data = permissions,
                                                        .offset = 0});
  text.pop_back();
  return text;
}

const Grant* AccessProver::grant_of(const flask::CellDifference& cell, flask::AccessVector permissions) const {
  const auto found = std::find_if(grants_.begin(), grants_.end(), [&](const Grant& grant) {
    return context_.value_of[privilege::index(grant.source)] == cell.source &&
           context_.value_of[privilege::index(grant.target)] == cell.target &&
           static_cast<unsigned>(grant.access_class) + 1 == cell.target_class && (grant.permissions & permissions) != 0;
  });
  return found == grants_.end() ? nullptr : &*found;
}

void AccessProver::report(const flask::CellDifference& difference, const flask::BooleanSetting& setting) {
  if (difference.only_right != 0) {
    const auto rules = flask::rules_for(context_.binary, kind_, difference.source, difference.target,
                                        difference.target_class, setting);
    const auto guilty = std::find_if(rules.begin(), rules.end(), [&](const flask::BinaryRule& rule) {
      return (rule.data & difference.only_right) != 0;
    });
    const bool is_known = guilty != rules.end();
    context_.excess(cell_text(difference, difference.only_right),
                    is_known ? flask::rule_text(context_.binary, *guilty) : std::string("no single rule"),
                    is_known ? guilty->offset : 0);
  }
  if (difference.only_left != 0) {
    const Grant* grant = grant_of(difference, difference.only_left);
    context_.missing(cell_text(difference, difference.only_left),
                     grant == nullptr ? std::string() : fmt::format("granted by `{}`", grant->via),
                     grant == nullptr ? Span{} : grant->origin);
  }
}

// A policy compiled for tracing logs every use of every permission but one; any other logs none.
std::vector<AccessCell> traced_cells(const ProofContext& context, const std::vector<AccessCell>& allowed) {
  const bool is_traced = std::any_of(context.binary.rules.begin(), context.binary.rules.end(),
                                     [](const auto& rule) { return rule.kind == RuleKind::kAuditAllow; });
  if (!is_traced) return {};
  std::vector<AccessCell> cells = allowed;
  for (AccessCell& cell : cells) {
    const auto access_class = static_cast<abi::ClassId>(cell.target_class - 1);
    cell.permissions &= ~flask::untraced(*context.derived.set.abi, access_class);
  }
  std::erase_if(cells, [](const AccessCell& cell) { return cell.permissions == 0; });
  return cells;
}

}  // namespace

void prove_access(ProofContext& context, Proof& proof) {
  const std::vector<Grant> none;
  AccessProver allow(context, RuleKind::kAllow, context.derived.set.allow);
  AccessProver dontaudit(context, RuleKind::kDontAudit, context.derived.set.dontaudit);
  AccessProver auditallow(context, RuleKind::kAuditAllow, none);
  auditallow.expect(traced_cells(context, allow.expected()));

  const auto settings = flask::boolean_settings(context.binary);
  if (!settings) {
    context.excess("booleans", settings.error().message());
    return;
  }
  for (const flask::BooleanSetting& setting : *settings) {
    allow.compare(setting);
    dontaudit.compare(setting);
    auditallow.compare(setting);
  }
  const std::uint64_t types = context.derived.set.types.size();
  proof.types = types;
  proof.cells = types * types * context.derived.set.abi->classes.size();
  proof.allowed = allow.expected().size();
  for (const AccessCell& cell : allow.expected()) {
    proof.permissions += static_cast<std::uint64_t>(__builtin_popcount(cell.permissions));
  }
}

}  // namespace bulkhead::analysis
