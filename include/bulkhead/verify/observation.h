// What the running host says of itself, each thing with the time at which it was asked, and what could not be seen and
// why. Nothing in it comes from the launcher's memory.
//
// observe() asks; it never fails: what cannot be asked is `unseen`. What guests write (grant tables, the xenstore,
// lines of the console) is read within limits for each domain, so that none of them decides how much of the others is
// seen, how much memory it takes, or how long. Whether what was seen is as it should be is conform()'s matter.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/hypervisor/hypervisor.h"
#include "bulkhead/hypervisor/machine.h"
#include "bulkhead/hypervisor/xenstore.h"
#include "bulkhead/plan/launch_plan.h"
#include "bulkhead/verify/debug_keys.h"
#include "bulkhead/verify/verify.h"

namespace bulkhead::verify {

// In the order in which they are asked.
enum class Aspect : std::uint8_t {
  kDomains,      // labels, states, flags
  kEnforcement,  // is FLASK active, does it enforce
  kBooleans,     // of the policy
  kPolicy,       // every cell and transition of the plan
  kDevices,      // owners of PCI devices: debug key Q
  kRanges,       // interrupts, ports, memory ranges: debug key q
  kChannels,     // event channels with their labels: debug key e
  kMapped,       // grants that are mapped, with their direction: debug key g
  kTables,       // grant tables, what each domain offers
  kStore,        // xenstore nodes, who may read and write them
  kDenials,      // what FLASK denied since the last look
};
inline constexpr std::size_t kAspectCount = 11;
[[nodiscard]] std::string_view name(Aspect aspect);      // "devices"
[[nodiscard]] std::string_view describe(Aspect aspect);  // "owners of PCI devices"
[[nodiscard]] std::set<Aspect> all_aspects();

struct Look {
  Aspect aspect{};
  std::chrono::nanoseconds at{};    // since the observation began
  std::chrono::nanoseconds took{};  // until it was read
  bool operator==(const Look&) const = default;
};

struct Unseen {
  enum class Why : std::uint8_t {
    kNotAsked,    // the caller did not want it
    kNotAllowed,  // the plan's policy denies the question to the label that asks, so it was not asked
    kFailed,      // it was asked and not answered, or the answer could not be read
  };
  Aspect aspect{};
  std::optional<hypervisor::Domid> domid;  // none: of the whole host
  Why why = Why::kFailed;
  std::string reason;
  bool operator==(const Unseen&) const = default;
};

struct SeenDomain {
  hypervisor::DomainFacts facts;
  std::string label;  // empty: the hypervisor has no name for it
};

struct SeenNode {
  std::string path;
  std::optional<std::string> value;  // only of the nodes whose value is compared
  hypervisor::NodeAccess access;
  bool operator==(const SeenNode&) const = default;
};

// Messages of FLASK that differ in nothing but time and object count as one.
struct Denial {
  std::string source;  // contexts
  std::string target;
  std::string access_class;
  std::vector<std::string> permissions;
  std::uint64_t count = 0;
  bool operator==(const Denial&) const = default;
};
struct Denials {
  std::vector<Denial> kinds;     // at most kMaxDenialKinds, by their first message
  std::uint64_t count = 0;       // messages in all
  std::uint64_t others = 0;      // of them, of kinds beyond the limit
  std::uint64_t cut = 0;         // that began and did not end: torn, or the ring wrapped there
  std::uint64_t imitated = 0;    // lines of guests that look like a message
  std::uint32_t lost_bytes = 0;  // of the ring, overwritten since the last look
  std::uint32_t next = 0;        // where the next look goes on
  bool operator==(const Denials&) const = default;
};
inline constexpr std::size_t kMaxDenialKinds = 256;

struct Observation {
  std::string taken_at;        // "2026-11-22T18:50:00Z"; set by whoever asks, empty where nobody did
  hypervisor::Domid from = 0;  // the domain that asked
  std::string label;           // and the label that it had; empty: it was not seen
  std::vector<Look> looks;
  std::vector<Unseen> unseen;

  std::optional<std::vector<SeenDomain>> domains;  // by domid
  std::optional<hypervisor::Enforcement> enforcement;
  std::optional<std::vector<hypervisor::Boolean>> booleans;
  std::optional<MatrixAnswer> policy;  // compared while it is asked: all answers would not fit into memory
  std::optional<std::map<hypervisor::Sbdf, PciOwner>> owners;
  MessageInterrupts message_interrupts;  // with `owners`
  std::optional<std::map<hypervisor::Domid, Ranges>> ranges;
  std::map<hypervisor::Domid, std::vector<ChannelUse>> channels;  // by owner; absent: unseen
  std::map<hypervisor::Domid, std::vector<GrantUse>> mapped;      // by granter
  std::map<hypervisor::Domid, std::vector<GrantUse>> tables;      // by granter
  std::optional<std::vector<SeenNode>> store;                     // by path
  std::optional<Denials> denials;
};

struct ObserveOptions {
  std::set<Aspect> aspects = all_aspects();
  // Ask only what the plan's policy lets the caller ask, so that looking causes no denials.
  bool only_allowed = true;
  hypervisor::Domid from = 0;      // the domain that this program runs in
  std::uint32_t denials_from = 0;  // Denials::next of the last look
  std::size_t max_policy_findings = 20;
};

[[nodiscard]] Observation observe(const plan::LaunchPlan& plan, const ObserveOptions& options,
                                  hypervisor::Hypervisor& hypervisor, hypervisor::Xenstore& store,
                                  hypervisor::Machine& machine);

// The grants that a table offers, by peer and way, at most kMaxGrantUses of them: only a table that is made to be long
// names more. Entries that offer nothing are left out.
inline constexpr std::size_t kMaxGrantUses = 1024;
[[nodiscard]] std::vector<GrantUse> read_grant_table(const hypervisor::GrantTableCopy& table);

// What FLASK wrote, from a part of the console ring; only lines that Xen itself printed count.
[[nodiscard]] Denials read_denials(const hypervisor::RingText& ring);

}  // namespace bulkhead::verify
