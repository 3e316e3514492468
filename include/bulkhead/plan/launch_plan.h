// The launch plan: what the launcher needs to start a host and to tell whether the host is the one that was compiled.
// It is the only thing that passes from the compiler to the launcher, as a file (docs/launch-plan.md), so nothing of
// the compiler stands in this header.
//
// write_launch_plan is canonical: equal plans give equal bytes. read_launch_plan is strict: it takes nothing that
// write_launch_plan could not have written, but for blanks and the order of keys, and read(write(plan)) == plan.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/base/result.h"

namespace bulkhead::plan {

inline constexpr std::uint32_t kFormatVersion = 1;
inline constexpr std::uint32_t kMaxDomid = 0x7FEF;  // DOMID_FIRST_RESERVED - 1

enum class Shape : std::uint8_t { kClassic, kSplit };
enum class IommuStrength : std::uint8_t { kRequired, kNoRemapping, kNone };
enum class DomainType : std::uint8_t { kPv, kPvh, kHvm };
enum class Restart : std::uint8_t { kNever, kOnFailure, kAlways };
enum class Start : std::uint8_t { kBoot, kOnDemand };
enum class Access : std::uint8_t { kReadWrite, kReadOnly };
enum class GateKind : std::uint8_t {
  kDomainReady,   // the domain said that it is up (its xenstore node data/ready)
  kBackEndReady,  // and the back end of that connection waits for its front end
};

struct Range {  // inclusive
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  bool operator==(const Range&) const = default;
};

struct Host {
  std::optional<std::string> name;  // none: the spec gives none
  std::string xen;                  // "4.17"
  Shape shape = Shape::kSplit;
  std::uint32_t control_domid = 0;
  std::uint32_t hardware_domid = 0;  // the control domain's on a classic host
  std::uint32_t xenstore_domid = 0;  // who runs xenstored
  IommuStrength iommu = IommuStrength::kRequired;
  std::string origin;  // "host.yaml:2:3"
  bool operator==(const Host&) const = default;
};

// Either a digest, or the reason why the file could not be read when the plan was made.
struct FileDigest {
  std::string path;
  std::optional<std::string> sha256;
  std::optional<std::string> reason;
  bool operator==(const FileDigest&) const = default;
};

struct Digests {
  std::string spec_path;
  std::string spec_sha256;
  std::string policy_sha256;
  std::optional<FileDigest> inventory;
  std::vector<FileDigest> files;  // kernels and ramdisks, by path, each once
  bool operator==(const Digests&) const = default;
};

struct Placement {
  std::optional<std::string> near;    // a device of the plan
  std::optional<std::uint32_t> node;  // NUMA
  std::optional<Range> cpus;          // physical processors
  bool operator==(const Placement&) const = default;
};

struct Domain {
  std::string name;
  std::string family;  // the name in the spec, of which this is an instance
  std::uint32_t domid = 0;
  std::string role;
  DomainType type = DomainType::kPv;
  bool control = false;
  bool hardware = false;
  bool guest = false;
  std::string label;                          // that it runs with; of the control domain: the sealed one
  std::optional<std::string> booting_label;   // control only: that it boots with
  std::optional<std::string> building_label;  // all but control
  std::optional<std::string> kernel;          // none: the boot loader or its own firmware starts it
  std::optional<std::string> ramdisk;
  std::string command_line;
  std::uint64_t memory_kib = 0;
  std::uint32_t vcpus = 0;
  std::uint32_t max_grant_frames = 0;
  std::uint32_t max_maptrack_frames = 0;
  std::uint32_t max_event_channels = 0;
  Restart restart = Restart::kNever;
  Start start = Start::kBoot;
  std::optional<Placement> placement;
  std::optional<std::uint32_t> console_domid;   // who serves its console; none: nobody
  std::optional<std::uint32_t> xenstore_domid;  // who serves its xenstore; none: it runs xenstored itself
  std::optional<std::uint32_t> target_domid;    // of a device model: its guest
  std::string origin;
  bool operator==(const Domain&) const = default;
};

struct DeviceClass {
  std::string name;        // "network"
  std::uint32_t code = 0;  // of the 24 bits: base class, subclass, programming interface
  std::uint32_t mask = 0;  // those of them that count
  bool operator==(const DeviceClass&) const = default;
};

struct Identity {
  std::optional<std::uint32_t> vendor;
  std::optional<std::uint32_t> device;
  std::optional<std::uint32_t> subsystem_vendor;
  std::optional<std::uint32_t> subsystem_device;
  std::optional<DeviceClass> device_class;
  bool operator==(const Identity&) const = default;
};

struct Device {
  std::string name;
  std::optional<std::string> sbdf;  // "0000:00:03.0"
  std::optional<Identity> identity;
  std::string label;
  std::optional<std::uint32_t> owner_domid;  // none: the hardware domain keeps it
  std::vector<Range> iomem;                  // page frames
  std::vector<Range> ioports;
  std::vector<std::uint32_t> irqs;
  std::optional<std::uint32_t> iommu_group;
  std::string origin;
  bool operator==(const Device&) const = default;
};

struct NetworkPart {
  std::optional<std::string> bridge;
  std::string mac;           // of the front end
  std::uint32_t handle = 0;  // of the front end's interfaces, from 0
  bool operator==(const NetworkPart&) const = default;
};
struct DiskPart {
  std::string target;               // block device or file in the back end
  std::string device;               // name in the front end
  std::uint32_t device_number = 0;  // the same as a number (docs/man/xen-vbd-interface.7.pandoc of Xen)
  Access access = Access::kReadWrite;
  bool operator==(const DiskPart&) const = default;
};
struct ChannelPart {
  std::uint64_t pages = 0;
  bool operator==(const ChannelPart&) const = default;
};
struct PassthroughPart {
  std::string device;  // a device of the plan
  bool operator==(const PassthroughPart&) const = default;
};

struct Connection {
  std::string kind;  // a file of policy/connections
  std::uint32_t backend_domid = 0;
  std::uint32_t frontend_domid = 0;
  std::optional<std::string> channel_label;  // of the event channels between the two; none: the kind has none
  // Exactly the part of the connection's own kind, if it has one.
  std::optional<NetworkPart> network;
  std::optional<DiskPart> disk;
  std::optional<ChannelPart> channel;
  std::optional<PassthroughPart> passthrough;
  std::string origin;
  bool operator==(const Connection&) const = default;
};

// `domid` is not unpaused before the gate is open.
struct Gate {
  std::uint32_t domid = 0;
  GateKind kind = GateKind::kDomainReady;
  std::uint32_t awaited_domid = 0;
  std::optional<std::string> connection;  // kind of the connection, of kBackEndReady only
  bool operator==(const Gate&) const = default;
};

struct AccessClass {
  std::string name;
  std::vector<std::string> permissions;  // index = bit
  bool operator==(const AccessClass&) const = default;
};

// Indices into Expectations::labels; access_class is the hypervisor's number, from 1.
struct Cell {
  std::uint32_t source = 0;
  std::uint32_t target = 0;
  std::uint32_t access_class = 0;
  std::uint32_t vector = 0;  // all permissions that source has on target
  bool operator==(const Cell&) const = default;
};
struct Transition {
  std::uint32_t source = 0;
  std::uint32_t target = 0;
  std::uint32_t access_class = 0;
  std::uint32_t result = 0;
  bool operator==(const Transition&) const = default;
};
struct InitialSid {
  std::string name;
  std::uint32_t label = 0;
  bool operator==(const InitialSid&) const = default;
};

// What the running hypervisor must answer. A triple that is not in `cells` has no permission at all, one that is not in
// `transitions` results in the source's label (class domain) or in the target's (class event).
struct Expectations {
  std::vector<std::string> labels;       // sorted
  std::vector<AccessClass> classes;      // index + 1 = number
  std::vector<InitialSid> initial_sids;  // index + 1 = number
  std::vector<Cell> cells;               // sorted by source, target, class
  std::vector<Transition> transitions;   // likewise
  bool operator==(const Expectations&) const = default;
};

struct LaunchPlan {
  Host host;
  Digests digests;
  std::vector<Domain> domains;  // in start order, control first
  std::vector<Device> devices;
  std::vector<Connection> connections;
  std::vector<Gate> gates;
  Expectations expectations;
  bool operator==(const LaunchPlan&) const = default;
};

[[nodiscard]] std::string write_launch_plan(const LaunchPlan& plan);

// An error names the JSON path and what is wrong there: "domains[3].memory_kib: not a whole number".
[[nodiscard]] Result<LaunchPlan> read_launch_plan(std::string_view json);

// docs/launch-plan.schema.json: JSON Schema draft-07, made from the same table as reader and writer.
[[nodiscard]] std::string launch_plan_schema();

[[nodiscard]] const Domain* find_domain(const LaunchPlan& plan, std::uint32_t domid);
[[nodiscard]] const Domain* find_domain(const LaunchPlan& plan, std::string_view name);

}  // namespace bulkhead::plan
