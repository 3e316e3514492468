#include "sepol_oracle.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>
#include <vector>

// A member of one of these C structures is named `bool`.
#ifdef __clang__
#pragma clang diagnostic ignored "-Wkeyword-macro"
#endif
#define bool boolean  // NOLINT(clang-diagnostic-keyword-macro)
#include <sepol/policydb/conditional.h>
#include <sepol/policydb/policydb.h>
#include <sepol/policydb/services.h>
#include <sepol/policydb/sidtab.h>
#undef bool

namespace bulkhead::test {

struct SepolOracle::State {
  policydb_t policy{};
  sidtab_t contexts{};
  std::vector<sepol_security_id_t> sids;  // by type's value - 1; 0 for an attribute

  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  State(State&&) = delete;
  State& operator=(State&&) = delete;
  ~State() {
    sepol_sidtab_destroy(&contexts);
    policydb_destroy(&policy);
  }
};

SepolOracle::SepolOracle(std::unique_ptr<State> state) : state_(std::move(state)) {}
SepolOracle::SepolOracle(SepolOracle&& other) noexcept = default;
SepolOracle& SepolOracle::operator=(SepolOracle&& other) noexcept = default;
SepolOracle::~SepolOracle() = default;

Result<SepolOracle> SepolOracle::read(const std::string& bytes) {
  auto state = std::make_unique<State>();
  if (policydb_init(&state->policy) != 0) return Error("policydb_init failed");
  std::string copy = bytes;  // the interface takes it without const
  policy_file_t file{};
  policy_file_init(&file);
  file.type = PF_USE_MEMORY;
  file.data = copy.data();
  file.len = copy.size();
  if (policydb_read(&state->policy, &file, 0) != 0) return Error("libsepol refuses the policy");
  if (sepol_sidtab_init(&state->contexts) != 0) return Error("sepol_sidtab_init failed");
  sepol_set_policydb(&state->policy);
  sepol_set_sidtab(&state->contexts);
  for (std::uint32_t type = 1; type <= state->policy.p_types.nprim; ++type) {
    const type_datum_t* datum = state->policy.type_val_to_struct[type - 1];
    state->sids.push_back(0);
    if (datum == nullptr || datum->flavor != TYPE_TYPE) continue;
    context_struct_t context{};
    context.user = 1;
    context.role = 1;
    context.type = type;
    context.range.level[0].sens = 1;
    context.range.level[1].sens = 1;
    if (sepol_sidtab_context_to_sid(&state->contexts, &context, &state->sids.back()) != 0)
      return Error("no SID for a context");
  }
  return SepolOracle(std::move(state));
}

void SepolOracle::set_booleans(const flask::BooleanSetting& setting) {
  for (std::size_t i = 0; i < setting.size(); ++i) state_->policy.bool_val_to_struct[i]->state = setting[i] ? 1 : 0;
  BULKHEAD_CHECK(evaluate_conds(&state_->policy) == 0,
                 "libsepol evaluates the conditions of a policy that it has read");
}

SepolAnswer SepolOracle::access(flask::TypeValue source, flask::TypeValue target,
                                flask::ClassValue target_class) const {
  sepol_av_decision decision{};
  unsigned reason = 0;
  const int failed = sepol_compute_av_reason(state_->sids[source - 1U], state_->sids[target - 1U], target_class, 0,
                                             &decision, &reason);
  BULKHEAD_CHECK(failed == 0, "libsepol answers for contexts that it has given a SID");
  return {decision.allowed, decision.auditallow, decision.auditdeny};
}

flask::TypeValue SepolOracle::transition(flask::TypeValue source, flask::TypeValue target,
                                         flask::ClassValue target_class) const {
  sepol_security_id_t sid = 0;
  const int failed = sepol_transition_sid(state_->sids[source - 1U], state_->sids[target - 1U], target_class, &sid);
  BULKHEAD_CHECK(failed == 0, "libsepol answers for contexts that it has given a SID");
  const context_struct_t* context = sepol_sidtab_search(&state_->contexts, sid);
  return static_cast<flask::TypeValue>(context->type);
}

}  // namespace bulkhead::test
