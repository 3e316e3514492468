// The spec as the user wrote it: every value with its place, nothing resolved, no defaults filled in. Names of other
// domains, devices and roles are texts here; model/ turns them into references. The language itself (keys, types,
// documentation) is the table in language.h, from which the checks, the JSON Schema and the reference are made.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "bulkhead/base/source.h"

namespace bulkhead::spec {

template <typename T>
struct Located {
  T value{};
  Span span;
};

using Text = Located<std::string>;

// Inclusive. Of `iomem`: page frames of 4 KiB, as in xl.cfg and iomemcon; of `ioports`: port numbers.
struct Range {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  bool operator==(const Range&) const = default;
};

struct PciAddress {
  std::uint16_t segment = 0;
  std::uint8_t bus = 0;
  std::uint8_t device = 0;    // 0..31
  std::uint8_t function = 0;  // 0..7
  auto operator<=>(const PciAddress&) const = default;

  // "0000:00:03.0"; the segment may be left out.
  [[nodiscard]] static std::optional<PciAddress> parse(std::string_view text);
  [[nodiscard]] std::string text() const;
  // Segment, bus, device and function as Xen numbers them (xen/include/xen/pci.h) and pcidevicecon takes them.
  [[nodiscard]] std::uint32_t sbdf() const;
};

// How far the IOMMU confines a passed-through device: FLASK's resource permissions use_iommu, use_iommu_nointremap,
// use_noiommu.
enum class IommuStrength : std::uint8_t { kRequired, kNoRemapping, kNone };

struct Host {
  Span span;
  std::optional<Text> name;
  Text xen;  // "4.17"
  // The domain that gets the hardware after boot; nothing: `hardware: control`, domain 0 keeps it (a classic host).
  std::optional<Text> hardware_domain;
  Span hardware_span;
  std::optional<Text> inventory;  // a path, relative to the spec
  std::optional<Text> verify;     // the domain that verifies the sealed host; nothing: nobody sees what debug keys show
  Located<IommuStrength> iommu{IommuStrength::kRequired, {}};
};

struct DeviceIdentity {
  Span span;
  std::optional<Located<std::uint32_t>> vendor;
  std::optional<Located<std::uint32_t>> device;
  std::optional<Located<std::uint32_t>> subsystem_vendor;
  std::optional<Located<std::uint32_t>> subsystem_device;
  std::optional<Text> device_class;  // network, storage, …; policy of names in language.h
};

struct Device {
  Text name;
  Span span;
  std::optional<Located<PciAddress>> pci;
  std::optional<DeviceIdentity> identity;
  std::vector<Located<Range>> iomem;  // page frames
  std::vector<Located<Range>> ioports;
  std::vector<Located<std::uint64_t>> irqs;  // legacy interrupts (GSIs)
};

enum class DomainType : std::uint8_t { kPv, kPvh, kHvm };
enum class Restart : std::uint8_t { kNever, kOnFailure, kAlways };
enum class Start : std::uint8_t { kBoot, kOnDemand };

struct Place {
  Span span;
  std::optional<Text> near;                    // a device: its NUMA node
  std::optional<Located<std::uint64_t>> node;  // a NUMA node
  std::optional<Located<Range>> cpus;          // physical CPUs
};

struct Domain {
  Text name;
  Span span;
  Text role;
  std::optional<Located<DomainType>> type;
  std::vector<Text> devices;
  std::optional<Text> kernel;
  std::optional<Text> ramdisk;
  std::optional<Text> command_line;
  std::optional<Located<std::uint64_t>> memory_bytes;
  std::optional<Located<std::uint64_t>> vcpus;
  std::optional<Located<std::uint64_t>> domid;
  std::optional<Located<std::uint64_t>> instances;
  std::optional<Located<std::uint64_t>> max_grant_frames;
  std::optional<Located<std::uint64_t>> max_maptrack_frames;
  std::optional<Located<std::uint64_t>> max_event_channels;
  std::optional<Located<Restart>> restart;
  std::optional<Located<Start>> start;
  std::optional<Place> place;
  std::optional<Text> target;   // the guest that a device-model domain serves
  std::optional<Text> console;  // the domain that serves this one's console, or `none`
  std::vector<Text> after;      // domains that must be ready first
};

enum class Access : std::uint8_t { kReadWrite, kReadOnly };

// One entry of `connections:`. `first` is the serving end (backend, server, observer), `second` the served ones.
struct Connection {
  Text kind;  // network, disk, channel, …: a file of policy/connections
  Span span;
  Text first;
  std::vector<Text> second;
  std::optional<Text> bridge;                   // network
  std::optional<Text> mac;                      // network
  std::optional<Text> target;                   // disk: a block device or file in the back end
  std::optional<Text> device;                   // disk: the name in the front end
  std::optional<Located<Access>> access;        // disk
  std::optional<Located<std::uint64_t>> pages;  // channel
};

// `allow:` of a role of the user's own.
struct RoleAllow {
  Span span;
  Text on;
  Text access_class;
  std::vector<Text> permissions;
  Text reason;
};

struct Role {
  Text name;
  Span span;
  Text extends;
  std::vector<RoleAllow> allow;
};

enum class Phase : std::uint8_t { kBuilding, kBooting, kRunning };

struct AccessPattern {
  Span span;
  Text access_class;
  Text permission;
  std::optional<Text> on;  // a domain, or a fixed target such as `xen`; nothing: anything
};

// Who may learn from whom, or who may influence whom.
enum class FlowConcern : std::uint8_t { kConfidentiality, kIntegrity };

struct NoFlow {
  Text from;
  Text to;
  std::optional<Located<FlowConcern>> by;  // nothing: confidentiality
  std::vector<Text> except_through;
};
struct OnlyMay {
  std::vector<Text> only;
  AccessPattern may;
};
// It may do so to these, and to nobody else but itself.
struct MayOnly {
  Text domain;
  AccessPattern may;  // without `on`
  std::vector<Text> on;
};
struct NobodyMay {
  AccessPattern may;
};
// A budget; of a family, for each of its domains. At least one of the numbers is there.
struct AtMost {
  Text domain;
  std::optional<Located<std::uint64_t>> permissions;  // different ones of all classes, on whomever
  std::optional<Located<std::uint64_t>> unreviewed;   // operations that XSA-77 does not support delegating
  std::optional<Located<std::uint64_t>> reaches;      // domains that its information gets to
  std::optional<Located<std::uint64_t>> controls;     // domains that whoever owns it can take over
  std::vector<Text> not_through;                      // of `reaches`: ways through these do not count
};

// `sealed` in the language is kRunning here: the phase after the control domain gave up its boot-time rights.
struct Assertion {
  Span span;
  std::optional<Text> name;
  std::optional<Located<Phase>> phase;  // nothing: in every phase
  std::variant<NoFlow, OnlyMay, MayOnly, NobodyMay, AtMost> claim;
};

struct Accept {
  Span span;
  Text finding;  // the id of a diagnostic of the risk group
  std::vector<Text> domains;
  std::vector<Text> devices;
  Text reason;
};

struct Spec {
  Host host;
  std::vector<Device> devices;
  std::vector<Domain> domains;
  std::vector<Connection> connections;
  std::vector<Role> roles;
  std::vector<Assertion> assertions;
  std::vector<Accept> accepts;
};

// The machine, as `bulkhead-launch inventory` writes it.
struct InventoryDevice {
  Span span;
  PciAddress pci;
  std::uint32_t vendor = 0;
  std::uint32_t device = 0;
  std::uint32_t pci_class = 0;  // 24 bits: base class, subclass, interface
  std::optional<std::uint32_t> subsystem_vendor;
  std::optional<std::uint32_t> subsystem_device;
  std::vector<Located<Range>> iomem;
  std::vector<Located<Range>> ioports;
  std::optional<std::uint64_t> irq;  // the legacy interrupt; nothing: none routed
  bool msi = false;                  // the device can signal by message instead
  std::optional<std::uint64_t> iommu_group;
  std::optional<std::uint64_t> node;
};

struct Inventory {
  std::uint64_t cpus = 0;
  std::uint64_t memory_bytes = 0;
  std::vector<std::uint64_t> nodes;
  std::vector<InventoryDevice> devices;
};

}  // namespace bulkhead::spec
