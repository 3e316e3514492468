// What the denials in a host's log mean in the words of its spec. In: an accepted spec, and the messages of its logs.
// Out: equal denials as one, with who, on what, what the permission guards, and either why it is harmless, or which
// statement grants it after all (the host ran another policy), or what forbids it and which change of the spec would
// allow it.
//
// A change is only proposed when it was tried: the changed spec is accepted, assertions included, and gives exactly
// what was denied; what else it opens stands beside it. What cannot be explained is said to be so. The memory is
// bounded, whatever the logs hold.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "bulkhead/analysis/diff.h"
#include "bulkhead/analysis/obstacles.h"
#include "bulkhead/analysis/why.h"
#include "bulkhead/avc/avc_log.h"
#include "bulkhead/spec/spec.h"

namespace bulkhead::analysis {

// An accepted host, every stage of it.
struct SpecView {
  const spec::Spec& spec;
  const spec::Inventory* inventory;  // null: the spec names none
  const SourceSet& sources;
  const catalogue::Catalogue& catalogue;  // with the spec's own roles
  const model::Model& model;
  const privilege::Derived& derived;
};

// Messages that differ in nothing but the line and the object.
struct DenialGroup {
  std::string source;  // contexts, as the log has them
  std::string target;
  std::string access_class;
  std::vector<std::string> permissions;
  std::size_t count = 0;
  std::size_t log = 0;  // where it was seen first
  std::size_t line = 0;
  std::size_t last_log = 0;
  std::size_t last_line = 0;
  std::vector<std::string> callers;  // "d5", "d5 on d3": some of them
  std::vector<std::string> objects;  // "irq=23": some of them
  std::string first_caller;          // the domain of the first one, "d5"
  std::string first_target;          // "d3"; empty: the message names none
};

// Collects the denials of one or several logs.
class DenialGroups {
 public:
  static constexpr std::size_t kMaxGroups = 5000;

  void take(std::size_t log, const avc::Event& event, std::string_view message);

  [[nodiscard]] const std::vector<DenialGroup>& groups() const { return groups_; }  // in the order of the logs
  [[nodiscard]] std::size_t denied() const { return denied_; }
  [[nodiscard]] std::size_t granted() const { return granted_; }
  [[nodiscard]] std::size_t left_out() const { return left_out_; }  // denials beyond kMaxGroups different ones

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  [[nodiscard]] std::size_t find_or_add(std::size_t log, const avc::Event& event);

  std::vector<DenialGroup> groups_;
  std::unordered_map<std::string, std::size_t, Hash, std::equal_to<>> by_message_;  // a message's text → its group
  std::unordered_map<std::string, std::size_t, Hash, std::equal_to<>> by_cell_;
  std::size_t denied_ = 0;
  std::size_t granted_ = 0;
  std::size_t left_out_ = 0;
};

enum class DenialKind : std::uint8_t {
  kForbidden,  // something of the spec or of the data forbids it
  kMissing,    // nothing forbids it, and nothing grants it
  kGranted,    // the spec grants it: the host ran another policy
  kUnknown,    // not of this spec or this release
  kHarmless,
};
[[nodiscard]] std::string_view name(DenialKind kind);  // "forbidden", …

struct DenialPermission {
  std::string name;
  std::string guards;
  std::vector<std::string> operations;  // hypercalls
  std::string note;
  std::string harmless;  // the reason; empty: it is not
  Span place;            // of that reason
};

using FlowPair = std::pair<std::string, std::string>;  // domains: from, to

// What a change gives beside what was asked for.
struct Opening {
  std::vector<AccessChange> widened;  // by source, target, class; what was asked for included
  std::vector<AccessChange> narrowed;
  std::size_t permissions = 0;          // in `widened`
  std::vector<std::string> unreviewed;  // "net: XEN_SYSCTL_physinfo": operations outside of XSA-77
  std::vector<FlowPair> flows;          // direct ones that did not exist
};

struct Proposal {
  std::vector<std::string> lines;  // what to write into the spec
  Opening opening;
};

// A change that would give it, and that the compiler refuses.
struct RefusedChange {
  std::vector<std::string> lines;
  std::string why;
};

struct Denial {
  DenialKind kind{};
  DenialGroup group;   // with the permissions of this kind only
  std::string source;  // a type of the spec, or the context
  std::string target;
  std::string who;      // "`net`", "`control` (sealed)", "the device `nic0`", …
  std::string on_what;  // likewise
  std::vector<DenialPermission> permissions;
  std::vector<std::string> objects;    // "irq=23: interrupt 23 of `nic0`"
  std::vector<std::string> remarks;    // what does not fit the spec
  std::vector<WhyReason> reasons;      // of kGranted: the statements
  std::vector<Obstacle> obstacles;     // of kForbidden
  std::vector<Proposal> proposals;     // the one that opens least first
  std::vector<RefusedChange> refused;  // of those, some
  bool untried = false;                // a change could not be tried: there were too many
};

struct Denials {
  std::vector<Denial> denials;  // those that need attention in the order of the logs, then the harmless ones
  std::size_t attention = 0;    // how many of them
};

[[nodiscard]] Denials explain(const SpecView& host, const DenialGroups& groups);

}  // namespace bulkhead::analysis
