#include "bulkhead/analysis/expectations.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "bulkhead/base/text.h"
#include "statements.h"
#include "why_parties.h"

namespace bulkhead::analysis {
namespace {

using model::DomainId;
using privilege::TypeId;
using privilege::TypeKind;

constexpr std::size_t kShownBreaches = 4;

// One side of an expectation. What is no domain counts as one, kNoDomain.
struct End {
  Party party;
  std::vector<bool> types;  // by TypeId
  std::vector<DomainId> members;
};

struct Right {
  abi::ClassId access_class{};
  unsigned bit = 0;
};

using Pair = std::pair<DomainId, DomainId>;

class Judge {
 public:
  Judge(const model::Model& model, const catalogue::Catalogue& catalogue, const privilege::Derived& derived,
        Diagnostics& diagnostics)
      : model_(&model),
        catalogue_(&catalogue),
        derived_(&derived),
        diagnostics_(&diagnostics),
        coverage_(model, catalogue),
        cells_(derived.set.cells()) {}

  std::optional<Verdict> judge(const spec::Expectation& expectation);
  [[nodiscard]] std::vector<Statement> statements() { return coverage_.take(); }

 private:
  [[nodiscard]] std::optional<End> find_end(const spec::Text& name);
  [[nodiscard]] std::vector<Right> find_rights(const std::vector<spec::Text>& names);
  [[nodiscard]] bool holds_in(const privilege::Type& source,
                              const std::optional<spec::Located<spec::Phase>>& phase) const;
  // Which pair a cell is about, seen from `from` to `to`; nothing: another matter.
  [[nodiscard]] std::optional<Pair> pair_of(const privilege::Cell& cell, const End& from, const End& to) const;
  [[nodiscard]] DomainId member(const End& end, TypeId type, DomainId beside) const;
  template <typename Use>
  void each_cell(const End& from, const End& to, const spec::Expectation& expectation, const Use& use);

  void judge_may(const End& from, const End& to, const spec::Expectation& expectation, Verdict& verdict);
  void judge_may_not(const End& from, const End& to, const spec::Expectation& expectation, Verdict& verdict);
  void judge_flow(const End& from, const End& to, const spec::Expectation& expectation, Verdict& verdict);
  void breach(Verdict& verdict, const privilege::Cell& cell, abi::AccessVector permissions) const;
  static void breach(Verdict& verdict, std::string text, Span origin);
  [[nodiscard]] abi::AccessVector moving(const privilege::Cell& cell, catalogue::Flow direction) const;

  const model::Model* model_;
  const catalogue::Catalogue* catalogue_;
  const privilege::Derived* derived_;
  Diagnostics* diagnostics_;
  Coverage coverage_;
  std::vector<privilege::Cell> cells_;
};

std::optional<End> Judge::find_end(const spec::Text& name) {
  if (!name.span.is_known()) {
    return std::nullopt;
  }
  std::vector<std::string> problems;
  std::optional<Party> party = find_party(*model_, *derived_, name.value, problems);
  if (!party) {
    diagnostics_->error(DiagnosticId::kUnknownDomain, name.span, problems.front());
    return std::nullopt;
  }
  End end{std::move(*party), std::vector<bool>(derived_->set.types.size()), {}};
  for (const TypeId type : end.party.types) {
    end.types[privilege::index(type)] = true;
    if (const auto device = derived_->set.at(type).device) {
      coverage_.look_at(*device);
    }
  }
  const bool is_domain = !end.party.is_exact && !end.party.is_device && !end.party.initial;
  end.members = is_domain ? end.party.domains : std::vector<DomainId>{model::kNoDomain};
  return end;
}

std::vector<Right> Judge::find_rights(const std::vector<spec::Text>& names) {
  std::vector<Right> rights;
  for (const spec::Text& text : names) {
    const std::size_t dot = text.value.find('.');
    if (dot == std::string::npos) {
      diagnostics_->error(
          DiagnosticId::kUnknownPermission, text.span,
          fmt::format("{} is no right; write `class.permission`, as in `grant.copy`", quoted(text.value)));
      continue;
    }
    const WhyQuestion question{{}, {}, text.value.substr(0, dot), text.value.substr(dot + 1)};
    std::vector<std::string> problems;
    const Wanted wanted = find_wanted(*model_->abi, question, problems);
    if (!problems.empty()) {
      const auto id = wanted.access_class ? DiagnosticId::kUnknownPermission : DiagnosticId::kUnknownClass;
      diagnostics_->error(id, text.span, problems.front());
      continue;
    }
    rights.push_back({*wanted.access_class, *model_->abi->at(*wanted.access_class).bit(*question.permission)});
  }
  return rights;
}

bool Judge::holds_in(const privilege::Type& source, const std::optional<spec::Located<spec::Phase>>& phase) const {
  if (!phase) {
    return true;
  }
  switch (source.kind) {
    case TypeKind::kBooting:
      return phase->value == spec::Phase::kBooting;
    case TypeKind::kBuilding:
      return phase->value == spec::Phase::kBuilding;
    case TypeKind::kRunning:
      return phase->value == spec::Phase::kRunning ||
             (phase->value == spec::Phase::kBooting && !model_->at(*source.domain).is_control);
    case TypeKind::kInitial:
    case TypeKind::kSelf:
    case TypeKind::kTarget:
    case TypeKind::kChannel:
    case TypeKind::kDevice:
      return phase->value != spec::Phase::kBuilding;
  }
  return false;
}

// The domain of `end` that a type belongs to; of a channel the end that is not `beside`.
DomainId Judge::member(const End& end, TypeId type, DomainId beside) const {
  const privilege::Type& of = derived_->set.at(type);
  if (end.members.front() == model::kNoDomain) {
    return model::kNoDomain;
  }
  if (of.kind == TypeKind::kChannel && of.domain == beside) {
    return *of.peer;
  }
  return *of.domain;
}

std::optional<Pair> Judge::pair_of(const privilege::Cell& cell, const End& from, const End& to) const {
  const privilege::Type& source = derived_->set.at(cell.source);
  const privilege::Type& target = derived_->set.at(cell.target);
  const auto is_between = [&](const privilege::Type& channel) {
    return channel.kind == TypeKind::kChannel && ((from.party.has(*channel.domain) && to.party.has(*channel.peer)) ||
                                                  (from.party.has(*channel.peer) && to.party.has(*channel.domain)));
  };
  const bool from_is_domain = from.members.front() != model::kNoDomain;
  const bool to_is_domain = to.members.front() != model::kNoDomain;
  const bool acts = from.types[privilege::index(cell.source)];
  const bool is_met = to.types[privilege::index(cell.target)];
  Pair pair{model::kNoDomain, model::kNoDomain};
  if (acts && is_met) {
    pair = {member(from, cell.source, model::kNoDomain), member(to, cell.target, model::kNoDomain)};
  } else if (acts && from_is_domain && to_is_domain && is_between(target)) {
    pair.first = member(from, cell.source, model::kNoDomain);
    pair.second = member(to, cell.target, pair.first);
  } else if (is_met && from_is_domain && to_is_domain && is_between(source)) {
    pair.second = member(to, cell.target, model::kNoDomain);
    pair.first = member(from, cell.source, pair.second);
  } else {
    return std::nullopt;
  }
  // Of a family and itself the pairs are meant; of one domain and itself, itself.
  const bool is_itself = pair.first == pair.second && pair.first != model::kNoDomain;
  const bool of_one = from.members.size() == 1 && to.members.size() == 1;
  return is_itself && !of_one ? std::nullopt : std::optional(pair);
}

template <typename Use>
void Judge::each_cell(const End& from, const End& to, const spec::Expectation& expectation, const Use& use) {
  for (const privilege::Cell& cell : cells_) {
    if (!holds_in(derived_->set.at(cell.source), expectation.phase)) {
      continue;
    }
    if (const std::optional<Pair> pair = pair_of(cell, from, to)) {
      for (const privilege::Grant& grant : derived_->set.grants(cell.source, cell.target, cell.access_class)) {
        coverage_.look_at(grant);
      }
      use(*pair, cell);
    }
  }
}

void Judge::breach(Verdict& verdict, std::string text, Span origin) {
  if (verdict.breach_count++ < kShownBreaches) {
    verdict.breaches.push_back({std::move(text), origin});
  }
}

void Judge::breach(Verdict& verdict, const privilege::Cell& cell, abi::AccessVector permissions) const {
  const abi::AccessClass& access_class = model_->abi->at(cell.access_class);
  for (const privilege::Grant& grant : derived_->set.grants(cell.source, cell.target, cell.access_class)) {
    if (const abi::AccessVector given = grant.permissions & permissions; given != 0) {
      breach(
          verdict,
          fmt::format("`{}` grants {} {}:{} {}", grant.via, derived_->set.at(cell.source).name,
                      derived_->set.at(cell.target).name, access_class.name, abi::permission_list(access_class, given)),
          grant.origin);
    }
  }
}

void Judge::judge_may(const End& from, const End& to, const spec::Expectation& expectation, Verdict& verdict) {
  const std::vector<Right> rights = find_rights(expectation.permissions);
  std::map<std::pair<Pair, abi::ClassId>, abi::AccessVector> held;
  each_cell(from, to, expectation, [&](const Pair& pair, const privilege::Cell& cell) {
    held[{pair, cell.access_class}] |= cell.permissions;
  });
  const auto name_of = [&](const spec::Text& text, DomainId id) {
    return id == model::kNoDomain ? text.value : model_->at(id).name;
  };
  for (const DomainId source : from.members) {
    for (const DomainId target : to.members) {
      if (source == target && from.members.size() + to.members.size() > 2) {
        continue;
      }
      for (const Right& right : rights) {
        if ((held[{{source, target}, right.access_class}] >> right.bit & 1U) == 0) {
          const abi::AccessClass& access_class = model_->abi->at(right.access_class);
          breach(verdict,
                 fmt::format("nothing grants {}.{} to `{}` on `{}`", access_class.name,
                             access_class.permissions[right.bit], name_of(expectation.from, source),
                             name_of(expectation.to, target)),
                 {});
        }
      }
    }
  }
}

// may-not: none of these; may-only: none but these, and all of them.
void Judge::judge_may_not(const End& from, const End& to, const spec::Expectation& expectation, Verdict& verdict) {
  const bool is_only = expectation.claim == spec::Claim::kMayOnly;
  std::map<abi::ClassId, abi::AccessVector> named;
  for (const Right& right : find_rights(expectation.permissions)) {
    named[right.access_class] |= abi::AccessVector{1} << right.bit;
  }
  each_cell(from, to, expectation, [&](const Pair&, const privilege::Cell& cell) {
    const auto found = named.find(cell.access_class);
    const abi::AccessVector of_class = found == named.end() ? 0 : found->second;
    const abi::AccessVector wrong = is_only ? cell.permissions & ~of_class : cell.permissions & of_class;
    if (wrong != 0) {
      breach(verdict, cell, wrong);
    }
  });
}

abi::AccessVector Judge::moving(const privilege::Cell& cell, catalogue::Flow direction) const {
  const abi::AccessClass& access_class = model_->abi->at(cell.access_class);
  abi::AccessVector moves = 0;
  for (unsigned bit = 0; bit < access_class.permissions.size(); ++bit) {
    const auto* permission = catalogue_->find_permission(access_class.name, access_class.permissions[bit]);
    const auto flow = permission == nullptr ? catalogue::Flow::kBoth : permission->flow;
    if (flow == catalogue::Flow::kBoth || flow == direction) {
      moves |= abi::AccessVector{1} << bit;
    }
  }
  return moves & cell.permissions;
}

void Judge::judge_flow(const End& from, const End& to, const spec::Expectation& expectation, Verdict& verdict) {
  Verdict found;
  each_cell(from, to, expectation, [&](const Pair&, const privilege::Cell& cell) {
    if (const abi::AccessVector moves = moving(cell, catalogue::Flow::kToTarget)) {
      breach(found, cell, moves);
    }
  });
  each_cell(to, from, expectation, [&](const Pair&, const privilege::Cell& cell) {
    if (const abi::AccessVector moves = moving(cell, catalogue::Flow::kFromTarget)) {
      breach(found, cell, moves);
    }
  });
  if (expectation.claim == spec::Claim::kNoDirectFlow) {
    verdict.breaches = std::move(found.breaches);
    verdict.breach_count = found.breach_count;
  } else if (found.breach_count == 0) {
    breach(verdict, fmt::format("nothing moves from `{}` to `{}`", expectation.from.value, expectation.to.value), {});
  }
}

std::optional<Verdict> Judge::judge(const spec::Expectation& expectation) {
  coverage_.begin();
  const std::size_t errors = diagnostics_->error_count();
  const std::optional<End> from = find_end(expectation.from);
  const std::optional<End> to = find_end(expectation.to);
  if (!from || !to) {
    return std::nullopt;
  }
  Verdict verdict{&expectation, {}, 0};
  switch (expectation.claim) {
    case spec::Claim::kMay:
      judge_may(*from, *to, expectation, verdict);
      break;
    case spec::Claim::kMayNot:
      judge_may_not(*from, *to, expectation, verdict);
      break;
    case spec::Claim::kMayOnly:
      judge_may_not(*from, *to, expectation, verdict);
      if (diagnostics_->error_count() == errors) {
        judge_may(*from, *to, expectation, verdict);
      }
      break;
    case spec::Claim::kDirectFlow:
    case spec::Claim::kNoDirectFlow:
      judge_flow(*from, *to, expectation, verdict);
      break;
  }
  return diagnostics_->error_count() == errors ? std::optional(std::move(verdict)) : std::nullopt;
}

std::string_view verb(spec::Claim claim) {
  switch (claim) {
    case spec::Claim::kMay:
      return "may";
    case spec::Claim::kMayNot:
      return "may not";
    case spec::Claim::kMayOnly:
      return "may only";
    case spec::Claim::kDirectFlow:
      return "something flows straight from";
    case spec::Claim::kNoDirectFlow:
      return "nothing flows straight from";
  }
  return {};
}

}  // namespace

bool TestResult::all_hold() const {
  return std::all_of(verdicts.begin(), verdicts.end(), [](const Verdict& verdict) { return verdict.holds(); });
}

std::string describe(const spec::Expectation& expectation) {
  const std::string phase =
      expectation.phase
          ? fmt::format(", {}", expectation.phase->value == spec::Phase::kBuilding  ? "while it is built"
                                : expectation.phase->value == spec::Phase::kBooting ? "while the host boots"
                                                                                    : "once it is sealed")
          : std::string();
  if (expectation.claim == spec::Claim::kDirectFlow || expectation.claim == spec::Claim::kNoDirectFlow) {
    return fmt::format("{} `{}` to `{}`{}", verb(expectation.claim), expectation.from.value, expectation.to.value,
                       phase);
  }
  std::string rights;
  for (const spec::Text& permission : expectation.permissions) {
    rights += (rights.empty() ? "" : ", ") + permission.value;
  }
  return fmt::format("`{}` {} {} on `{}`{}", expectation.from.value, verb(expectation.claim),
                     rights.empty() ? "nothing" : rights, expectation.to.value, phase);
}

TestResult check_expectations(const model::Model& model, const catalogue::Catalogue& catalogue,
                              const privilege::Derived& derived, const std::vector<spec::Expectation>& expectations,
                              Diagnostics& diagnostics) {
  Judge judge(model, catalogue, derived, diagnostics);
  TestResult result;
  for (const spec::Expectation& expectation : expectations) {
    if (std::optional<Verdict> verdict = judge.judge(expectation)) {
      result.verdicts.push_back(std::move(*verdict));
    }
  }
  result.statements = judge.statements();
  return result;
}

}  // namespace bulkhead::analysis
