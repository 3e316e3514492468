// Which of the granted permissions a running host was seen to use. In: the derived privileges, and console logs of a
// host whose policy was compiled with `--trace`. Out: per domain how many permissions it has and how many of them were
// used, and each that was not, with every rule behind it; and what the logs hold beside that. A permission is a cell's
// bit: source, target, class, permission. It stays unused with a reason when a rule behind it says `needed-for`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/avc/avc_log.h"
#include "bulkhead/base/source.h"
#include "bulkhead/catalogue/catalogue.h"
#include "bulkhead/model/model.h"
#include "bulkhead/privilege/privileges.h"

namespace bulkhead::analysis {

enum class Use : std::uint8_t {
  kUsed,
  kNotTraced,  // its uses are not logged (flask::untraced)
  kKept,       // not seen, and a rule says why it stays
  kUnused,
};
[[nodiscard]] std::string_view name(Use use);  // "used", "not-traced", "kept", "unused"

// One rule, applied once.
struct UsageReason {
  std::string via;  // the role or connection
  bool is_role = false;
  privilege::Phase phase = privilege::Phase::kRunning;
  Span origin;  // the statement of the spec
  std::string reason;
  std::string needed_for;  // empty: the rule gives none
  Span place;              // of the permission in policy/, or in the spec for a role of its own
};

// A permission that was not seen.
struct UsagePermission {
  std::string source;  // types
  std::string target;
  std::string access_class;
  std::string name;
  Use use = Use::kUnused;
  std::vector<UsageReason> reasons;
};

// A permission of a rule in policy/ (or of a role of the spec's own), over all places that it was applied to.
struct UsageRule {
  std::string via;
  bool is_role = false;
  std::string access_class;
  std::string name;
  std::string reason;
  std::string needed_for;
  Span place;
  std::size_t granted = 0;  // how many permissions it stands behind
  std::size_t used = 0;
};

struct UsageCounts {
  std::size_t granted = 0;  // the sum of the others
  std::size_t used = 0;
  std::size_t not_traced = 0;
  std::size_t kept = 0;
  std::size_t unused = 0;
  bool operator==(const UsageCounts&) const = default;
};

struct UsageOfDomain {
  std::string name;  // empty: the hypervisor's own labels
  std::string role;
  UsageCounts counts;
  std::vector<UsagePermission> permissions;  // by source, target, class, bit; without those used
};

// The same message, however often it came.
struct UsageEvent {
  std::string source;  // a type where the context is one of the spec's, else what the log has
  std::string target;
  std::string access_class;
  std::vector<std::string> permissions;  // as the message has them
  std::size_t count = 0;
  std::size_t log = 0;  // which one had it first, and in which line
  std::size_t line = 0;
};

struct Usage {
  std::vector<UsageOfDomain> domains;  // those of the model, then the hypervisor's own
  UsageCounts total;
  // By place: those that nobody was seen to use, and those that say `needed-for` and were used all the same. What
  // cannot be traced is not among them.
  std::vector<UsageRule> rules;
  std::size_t grants_logged = 0;       // 0: the policy of the log was not compiled for tracing
  std::vector<UsageEvent> denied;      // by source, target, class, permissions
  std::vector<UsageEvent> unforeseen;  // likewise; was granted, though this spec does not grant it
};

[[nodiscard]] Usage usage(const model::Model& model, const catalogue::Catalogue& catalogue,
                          const privilege::Derived& derived, std::span<const avc::Log> logs);

}  // namespace bulkhead::analysis
