// The audit of a running host. In: the launch plan, the privileges beside it, and what the hypervisor said. Out: a
// value in which every statement has its place (what was compiled, what was answered, when), and its three forms: JSON
// (docs/audit.schema.json), text, and one page of HTML that needs no network and no script. Pure: the same inputs give
// the same bytes.
//
// Labels, xenstore text and lines of the console come from guests: hostile. They are shown with everything that is not
// plain text written out, and decide nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bulkhead/audit/privileges.h"
#include "bulkhead/audit/usage.h"
#include "bulkhead/plan/launch_plan.h"

namespace bulkhead::audit {

inline constexpr std::uint32_t kFormatVersion = 1;

// --- What goes in

struct Finding {
  std::string id;  // docs/launch-findings.md
  std::string severity;
  bool is_notice = false;  // worth reading; the host is as the plan has it
  std::string domain;      // of the plan; empty: about the host
  std::string object;
  std::string found;
  std::string wanted;
  std::string remedy;
  std::string origin;
  bool operator==(const Finding&) const = default;
};

struct Look {  // one kind of question that was asked
  std::string what;
  std::string answer;
  std::string at;  // seconds after the observation began; may be empty
  bool operator==(const Look&) const = default;
};

struct Gap {  // one that was not, or not answered
  std::string what;
  std::string why;
  bool failed = false;  // it should have been answered: then the host cannot be said to hold
  bool operator==(const Gap&) const = default;
};

struct SeenDomain {
  std::uint32_t domid = 0;
  std::string label;
  std::string state;
  std::uint32_t vcpus = 0;
  std::uint64_t memory_kib = 0;
  bool operator==(const SeenDomain&) const = default;
};

struct SeenOwner {
  std::string sbdf;
  std::string owner;  // "domain 2", "nobody", "quarantine"
  bool operator==(const SeenOwner&) const = default;
};

struct Denial {
  std::string source;
  std::string target;
  std::string access_class;
  std::string permissions;
  std::uint64_t count = 0;
  bool operator==(const Denial&) const = default;
};

struct Observed {
  std::string when;                                        // "2026-11-22T18:50:00Z"
  std::string asked_by;                                    // "control as system_u:system_r:control_t"
  std::optional<bool> sealed;                              // none: it was not seen
  std::vector<std::pair<std::string, std::string>> facts;  // Xen's version, mode, memory ...
  std::vector<Look> looks;
  std::vector<Gap> gaps;
  bool saw_domains = false;
  std::vector<SeenDomain> domains;
  bool saw_owners = false;
  std::vector<SeenOwner> owners;
  std::optional<std::uint64_t> policy_differences;  // none: the policy's cells were not asked
  std::vector<Finding> findings;
  std::optional<std::vector<Denial>> denials;
  std::string denials_lost;  // what of the console was lost; empty: nothing
};

struct Digest {
  std::string what;
  std::string path;
  std::string sha256;  // empty: see state
  std::string state;   // "as compiled", "differs from the plan's …"
  bool operator==(const Digest&) const = default;
};

struct Inputs {
  const plan::LaunchPlan& plan;
  const Privileges& privileges;
  const Observed& observed;
  const Usage* usage = nullptr;
  std::vector<Digest> digests;  // of the tools and the files as they are now
  std::string version;          // of this program
};

// --- What comes out

struct Statement {
  std::string phase;                 // "running", "booting", "building"
  bool of_channel = false;           // its event channels do, not the domain
  std::vector<std::string> targets;  // "itself", "web-1", "device nic0"; each once
  std::string on;                    // the same in few words
  std::string access_class;
  std::vector<std::string> permissions;
  std::string reason;
  std::vector<std::string> origins;
  bool operator==(const Statement&) const = default;
};

struct Holders {
  std::vector<std::string> domains;
  std::string who;          // in few words
  std::string permissions;  // "grant: copy map_read; event: send"
  bool operator==(const Holders&) const = default;
};

// What was compiled beside what the hypervisor answered.
struct Compared {
  std::string what;
  std::string compiled;
  std::string answered;
  std::optional<bool> equal;  // none: there is nothing to compare, or it was not seen
  bool operator==(const Compared&) const = default;
};

struct Unused {
  std::string access_class;
  std::string permission;
  std::vector<std::string> targets;  // types
  std::string reason;
  bool operator==(const Unused&) const = default;
};

struct UsageFigures {
  std::uint64_t granted = 0;
  std::uint64_t used = 0;
  std::uint64_t kept = 0;
  std::uint64_t not_traced = 0;
  std::vector<Unused> unused;
  bool operator==(const UsageFigures&) const = default;
};

struct DomainAudit {
  std::string name;
  std::string family;
  std::uint32_t domid = 0;
  std::string role;
  std::string label;
  std::string origin;
  std::size_t column = 0;  // of the picture
  std::vector<std::string> devices;
  std::vector<Compared> compared;
  std::vector<Statement> can;
  std::vector<std::string> cannot;
  std::vector<std::string> cannot_sealed;  // the control domain: what it gives up
  std::vector<Holders> held_by;
  std::size_t unrelated = 0;    // other domains with which it has nothing to do
  std::size_t permissions = 0;  // distinct ones that its running label holds
  std::vector<Unreviewed> unreviewed;
  std::vector<std::size_t> findings;  // places in Audit::findings
  std::optional<UsageFigures> usage;
};

struct PowerHolders {
  std::string what;
  std::vector<std::string> running;
  std::vector<std::string> booting;  // only until the host is sealed
  std::string running_text;
  std::string booting_text;
};

struct DeviceAudit {
  std::string name;
  std::string sbdf;
  std::string owner;     // as compiled
  std::string answered;  // empty: not seen
  std::string origin;
};

struct ConnectionAudit {
  std::string kind;
  std::string server;
  std::string client;
  std::string origin;
};

struct Risk {
  std::string finding;
  std::string about;
  std::string reason;
  std::string origin;
};

struct MatrixEntry {  // what one domain holds over another, over devices, over the hypervisor
  std::size_t row = 0;
  std::size_t column = 0;  // domains, then devices, then the hypervisor
  std::size_t count = 0;
  std::string names;
};

struct Audit {
  std::string host;
  std::string when;
  std::string version;
  bool holds = false;
  bool differs = false;               // else, if it does not hold, something was not answered
  std::string verdict;                // one sentence
  std::vector<std::string> comments;  // what the verdict leaves open
  std::vector<std::pair<std::string, std::string>> facts;
  std::vector<Digest> digests;
  std::vector<Look> looks;
  std::vector<Gap> gaps;
  std::vector<Finding> findings;
  std::vector<PowerHolders> powers;
  std::vector<DomainAudit> domains;
  std::vector<DeviceAudit> devices;
  std::vector<ConnectionAudit> connections;
  std::vector<MatrixEntry> matrix;
  std::vector<Risk> risks;
  std::optional<std::vector<Denial>> denials;
  std::string denials_lost;
  bool has_usage = false;
  std::vector<std::string> limits;
};

[[nodiscard]] Audit make_audit(const Inputs& inputs);

[[nodiscard]] std::string audit_json(const Audit& audit);
[[nodiscard]] std::string audit_text(const Audit& audit);
[[nodiscard]] std::string audit_html(const Audit& audit);

}  // namespace bulkhead::audit
