// The data of policy/ as values: roles, connections, permissions, invariants. What a role may do is decided there and
// only there; this stage reads it, checks it against itself, and keeps for each rule the place it comes from. A role of
// the user's own (spec `roles:`) becomes a Role like the shipped ones.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/abi/abi.h"
#include "bulkhead/base/diagnostic.h"
#include "bulkhead/base/source.h"
#include "bulkhead/spec/spec.h"

namespace bulkhead::catalogue {

// What a rule's subject or object is, before a spec gives it a type. kEnd: one of the two ends (of a role: the domain).
enum class TargetKind : std::uint8_t {
  kEnd,          // its label as the other party sees it: running, or self, or target
  kEndBuilding,  // "domain.building"
  kEndRunning,   // "domain.running": the running label, whoever looks
  kBuilder,      // the control domain
  kChannel,      // the event channel between the two ends
  kDevice,       // what is passed through
  kSelf,         // the domain itself, as it sees itself
  kBootingSelf,  // the control domain, as it saw itself before sealing: what it made then keeps that label
  kSealed,       // the control domain's label after sealing
  kInitial,      // a label of the hypervisor's own; Target::initial says which
};

// Which of the hypervisor's own labels; named by the initial SID.
enum class InitialLabel : std::uint8_t {
  kXenboot,
  kXen,
  kDomio,
  kDomxen,
  kUnlabeled,
  kSecurity,
  kIoport,
  kIomem,
  kIrq,
  kDevice,
  kDomU,
  kDomDM
};
inline constexpr std::size_t kInitialLabelCount = 12;
[[nodiscard]] std::string_view sid_name(InitialLabel label);  // "xenboot", …, as in the ABI tables

struct Target {
  TargetKind kind = TargetKind::kSelf;
  std::uint8_t end = 0;  // 0 or 1: which end
  InitialLabel initial{};
  bool operator==(const Target&) const = default;
};

// A bit per state of the control domain in which a rule holds. Other domains only run, theirs is always kAlways.
enum class ControlPhase : std::uint8_t { kBooting = 1, kSealed = 2, kSealedIfRebuilt = 4 };
inline constexpr std::uint8_t kAlways = 3;  // booting and sealed

// All that are given must hold; an empty list is no condition.
struct Condition {
  std::vector<spec::DomainType> types[2];  // of the first and second end
  std::vector<std::string> roles[2];       // the end's role is one of these or extends one
  std::optional<abi::XenVersion> since;
  std::optional<bool> split;  // shape: split or classic
  std::vector<spec::IommuStrength> iommu;
  std::vector<std::string> device_has;  // any of pci, iomem, ioports, irqs
  bool placed = false;
  bool verifies = false;  // the spec's `host: verify:` names the domain
};

struct RulePermission {
  std::string name;
  std::string reason;
  Span place;
  std::string needed_for;  // why it stays although no system scenario was seen to use it; empty: it has to be seen
};

enum class Effect : std::uint8_t { kAllow, kDontAudit };

// One block of a role or connection: who, on what, which permissions of one class, when.
struct Rule {
  Effect effect = Effect::kAllow;
  Target from;
  Target to;
  std::string access_class;
  std::uint8_t phases = kAlways;  // ControlPhase bits
  Condition when;
  std::vector<RulePermission> permissions;
  Span place;
};

struct Role {
  std::string name;
  std::string about;
  std::string extends;                  // empty for `domain`
  std::vector<spec::DomainType> types;  // what it can be; the first is the default
  bool is_abstract = false;
  bool is_guest = false;
  bool restartable = true;
  std::optional<unsigned> at_most;
  std::vector<Rule> rules;  // its own, without those of the role it extends
  Span place;               // in policy/, or in the spec for a role of the user's own
  bool shipped = true;
};

struct Connection {
  std::string name;
  std::string about;
  std::string ends[2];                    // the serving one first
  bool declared = false;                  // may stand in a spec
  std::vector<std::string> servers;       // roles that can be the first end; empty: any
  std::optional<unsigned> built_channel;  // the end whose port the builder allocates while it builds that end
  std::optional<unsigned> target_label;   // the end that the other one sees under its target label (device model)
  std::vector<Rule> rules;
  Span place;
};

enum class Flow : std::uint8_t { kNone, kToTarget, kFromTarget, kBoth };

// Through what information passes when a permission is used.
enum class Medium : std::uint8_t {
  kGrant,
  kEvent,
  kArgo,
  kMemory,  // another domain's memory, without grants
  kDeviceModel,
  kDevice,  // shared by those who have rights on it, or its interrupt
  kDomainControl,
  kLabel,  // a domain is made or gets another label
  kHypervisor,
  kPolicy
};
[[nodiscard]] std::string_view medium_name(Medium medium);  // "domain-control", as in the data

// How much passes, least first: that something happened; figures about a domain; contents of the sender's choice.
enum class Weight : std::uint8_t { kSignal, kState, kContent };
[[nodiscard]] std::string_view weight_name(Weight weight);

struct Permission {
  std::string access_class;
  std::string name;
  std::string guards;
  std::vector<std::string> operations;
  Flow flow = Flow::kNone;
  std::optional<Flow> flow_on_xen;  // when the target is no domain; then it is no control either
  bool control = false;
  Medium medium = Medium::kDomainControl;
  Weight weight = Weight::kContent;
  std::string part;  // of the hypervisor, in which what is written stays and what is read was; empty: all of it
  bool source_is_channel = false;       // the source is an event channel's label, else a domain's
  bool target_is_channel = false;       // likewise the target
  std::vector<std::string> unreviewed;  // operations that XSA-77 does not support delegating
  std::string note;
  Span place;
};

// What owning a domain's label is worth (policy/powers.yaml says what each means).
enum class Power : std::uint8_t {
  kOwns,
  kReads,
  kStops,
  kCreates,
  kRelabelsFrom,
  kRelabelsTo,
  kRelabelsSelf,
  kPassesLabel,
  kEverything,
  kStopsHost,
  kBooleans,
  kLabelsDevices,
  kUsesDevice,
  kHandsDevices,
  kUnconfined,
  kReceives
};
inline constexpr std::size_t kPowerCount = 16;
[[nodiscard]] std::string_view power_name(Power power);  // "relabels-from", as in the data

struct PowerOf {
  Power power{};
  std::string access_class;
  std::string permission;
  std::string reason;
  Span place;
};

struct Invariant {
  std::string id;
  std::string about;
  std::string reason;
  std::vector<std::string> roles;                         // and those that extend them
  std::map<std::string, std::vector<std::string>> never;  // class → permissions; an empty list: all of the class
  std::vector<std::string> except_on;  // "self", "building", "running", "target", or an initial SID's name
  bool only_sealed = false;            // `phase: [sealed]`: the control domain's booting label is free of it
  Span place;
};

// Denials that need no change (policy/denials.yaml): what a domain of the role tries, is refused, and does without.
struct HarmlessDenial {
  std::string role;  // and those that extend it
  Target on;         // an end: another domain
  std::string access_class;
  std::vector<RulePermission> permissions;  // each with the reason why nothing is lost
  Span place;
};

class Catalogue {
 public:
  // The shipped data. Its places are added to `sources` under the names of the files of policy/. The data are checked
  // when the program is built and by the tests: a fault in them is a fault of ours and aborts.
  static Catalogue shipped(SourceSet& sources);

  [[nodiscard]] const Role* find_role(std::string_view name) const;
  [[nodiscard]] const Connection* find_connection(std::string_view name) const;
  [[nodiscard]] const Permission* find_permission(std::string_view access_class, std::string_view name) const;
  [[nodiscard]] const std::map<std::string, Role, std::less<>>& roles() const { return roles_; }
  [[nodiscard]] const std::map<std::string, Connection, std::less<>>& connections() const { return connections_; }
  [[nodiscard]] const std::vector<Permission>& permissions() const { return permissions_; }
  [[nodiscard]] const std::vector<Invariant>& invariants() const { return invariants_; }
  [[nodiscard]] const std::vector<PowerOf>& powers() const { return powers_; }
  [[nodiscard]] const std::vector<HarmlessDenial>& harmless_denials() const { return harmless_denials_; }
  [[nodiscard]] std::vector<std::string> role_names() const;        // without the abstract ones
  [[nodiscard]] std::vector<std::string> connection_names() const;  // those that may stand in a spec

  // The role and all that it extends, itself first.
  [[nodiscard]] std::vector<const Role*> lineage(std::string_view role) const;
  [[nodiscard]] bool is_a(std::string_view role, std::string_view ancestor) const;

  // Adds the roles of a spec. Reports names that clash, unknown or circular `extends`, unknown targets; classes and
  // permissions are checked against the release's ABI.
  void add_roles(const std::vector<spec::Role>& roles, const abi::Abi& abi, Diagnostics& diagnostics);

 private:
  std::map<std::string, Role, std::less<>> roles_;
  std::map<std::string, Connection, std::less<>> connections_;
  std::vector<Permission> permissions_;  // sorted by class, name
  std::vector<Invariant> invariants_;
  std::vector<PowerOf> powers_;  // by power, then as the file has them
  std::vector<HarmlessDenial> harmless_denials_;
};

// The targets that a role may name in `on:`: "self", "xen", "security", …
[[nodiscard]] std::vector<std::string> role_target_names();
// "domain.building", "channel", …: as the data write it, for messages and the generated catalogue.
[[nodiscard]] std::string describe(const Target& target, const std::string (&ends)[2]);

}  // namespace bulkhead::catalogue
