// The spec with nothing left open: instances are domains of their own, names are references, defaults are filled in,
// and the connections that the compiler adds (building, xenstore, passthrough, …) stand beside those that the user
// wrote. Everything is in canonical order, so that what follows does not depend on the order of the text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/abi/abi.h"
#include "bulkhead/base/diagnostic.h"
#include "bulkhead/base/source.h"
#include "bulkhead/catalogue/catalogue.h"
#include "bulkhead/spec/spec.h"

namespace bulkhead::model {

enum class DomainId : std::uint32_t {};  // index into Model::domains
enum class DeviceId : std::uint32_t {};  // index into Model::devices
[[nodiscard]] constexpr std::size_t index(DomainId id) {
  return static_cast<std::size_t>(id);
}
[[nodiscard]] constexpr std::size_t index(DeviceId id) {
  return static_cast<std::size_t>(id);
}

// Of a model with errors: nobody holds that place. A model without errors never has it.
inline constexpr DomainId kNoDomain{0xFFFFFFFF};

// Domains that stand side by side in Model::domains: one, or the instances of a family.
struct DomainRange {
  DomainId first{};
  std::uint32_t count = 0;

  [[nodiscard]] bool empty() const { return count == 0; }
  [[nodiscard]] DomainId operator[](std::uint32_t position) const {
    return DomainId{static_cast<std::uint32_t>(first) + position};
  }
};

// A value, and whether the compiler chose it: `bulkhead show` marks those.
template <typename T>
struct Setting {
  T value{};
  bool is_default = true;
};

struct Place {
  std::optional<DeviceId> near;
  std::optional<std::uint64_t> node;  // of `near` too, when the inventory knows it
  std::optional<spec::Range> cpus;
};

struct Domain {
  std::string name;    // "web-7"
  std::string family;  // "web": the name in the spec
  std::optional<std::uint64_t> instance;
  std::string role;
  bool is_control = false;
  bool is_hardware = false;  // holds the hardware (on a classic host the control domain does)
  bool is_guest = false;
  spec::DomainType type = spec::DomainType::kPv;
  bool type_is_default = true;
  std::vector<DeviceId> devices;
  std::string kernel;  // empty for the control domain, which the boot loader starts
  std::string ramdisk;
  std::string command_line;
  Setting<std::uint64_t> memory_bytes;
  Setting<std::uint64_t> vcpus;
  Setting<std::uint64_t> domid;
  Setting<std::uint64_t> max_grant_frames;
  Setting<std::uint64_t> max_maptrack_frames;
  Setting<std::uint64_t> max_event_channels;
  Setting<spec::Restart> restart;
  Setting<spec::Start> start;
  std::optional<Place> place;
  std::optional<DomainId> target;        // a device model's guest
  std::optional<DomainId> device_model;  // the other way round
  std::optional<DomainId> console;       // who serves its console; nothing: nobody
  bool console_is_default = true;
  std::vector<DomainId> after;
  Span span;  // of the entry in the spec

  // Restarted or created after sealing: the sealed control domain keeps the right to build it.
  [[nodiscard]] bool is_rebuilt() const {
    return restart.value != spec::Restart::kNever || start.value == spec::Start::kOnDemand;
  }
};

struct Device {
  std::string name;
  std::optional<spec::PciAddress> pci;
  std::optional<spec::DeviceIdentity> identity;
  bool in_inventory = false;
  std::vector<spec::Located<spec::Range>> iomem;    // from the inventory when it has the device, else from the spec
  std::vector<spec::Located<spec::Range>> ioports;  // likewise
  // Likewise; but of a device that can signal by message only those that the spec asks for.
  std::vector<spec::Located<std::uint64_t>> irqs;
  bool irqs_are_written = false;  // in the spec
  std::optional<std::uint64_t> iommu_group;
  std::optional<std::uint64_t> node;
  std::optional<DomainId> owner;
  Span span;
};

// A connection between two domains, declared or added. Parameters are those of the declared kinds.
struct Link {
  const catalogue::Connection* kind = nullptr;
  DomainId ends[2]{};
  std::optional<DeviceId> device;  // passthrough
  std::string bridge, mac, target, vdev;
  spec::Access access = spec::Access::kReadWrite;
  std::uint64_t pages = 0;
  bool declared = false;  // stands in `connections:`; else added
  Span origin;            // the statement of the spec that it follows from
};

// A device of the machine that the spec does not list and the hardware domain therefore keeps; only those that share an
// IOMMU group or a legacy interrupt with one that it lists. Bridges are left out: they belong to the way and not to a
// domain.
struct Neighbour {
  spec::PciAddress pci;
  std::optional<std::uint64_t> iommu_group;
  std::optional<std::uint64_t> irq;
};

struct Model {
  const abi::Abi* abi = nullptr;
  std::string host_name;  // empty: the spec gives none
  std::string inventory;  // its path as the spec writes it; empty: none
  bool split = false;     // a late hardware domain; else classic
  spec::IommuStrength iommu = spec::IommuStrength::kRequired;
  Span iommu_span;
  Span host_span;
  std::vector<Domain> domains;        // by family, then instance
  std::vector<Device> devices;        // by name
  std::vector<Neighbour> neighbours;  // by address
  std::vector<Link> links;            // by kind, ends, device
  std::vector<DomainId> start_order;  // control first; whoever is needed before whoever needs it
  DomainId control{};
  DomainId hardware{};            // the control domain on a classic host
  DomainId xenstore{};            // who runs xenstored: the control domain unless there is a xenstore domain
  DomainId verifier = kNoDomain;  // who verifies the sealed host; kNoDomain: nobody
  bool has_inventory = false;
  std::vector<spec::Role> roles;  // of the spec's own, by name
  std::vector<spec::Assertion> assertions;
  std::vector<spec::Accept> accepts;

  [[nodiscard]] const Domain& at(DomainId id) const { return domains[index(id)]; }
  [[nodiscard]] const Device& at(DeviceId id) const { return devices[index(id)]; }
  // Of a domain's name or of a family's name: the instances. Empty when there is none.
  [[nodiscard]] std::vector<DomainId> find(std::string_view name) const;
  [[nodiscard]] DomainRange find_range(std::string_view name) const;
  [[nodiscard]] std::optional<DeviceId> find_device(std::string_view name) const;
};

// What the spec is resolved against; `inventory` is null when the spec names none.
struct Inputs {
  const spec::Spec& spec;
  const spec::Inventory* inventory;
  const catalogue::Catalogue& catalogue;  // with the spec's own roles added
};

// Reports everything that does not resolve (group kMeaning) and returns what does. check() may follow in any case, so
// that one run tells all; later stages only without errors.
[[nodiscard]] Model resolve(const Inputs& inputs, Diagnostics& diagnostics);

// The checks that need the whole host: devices, ranges, limits, start order, names (group kMeaning). One function each
// in compiler/model/checks_*.cpp, all listed in checks.cpp.
void check(const Model& model, const Inputs& inputs, Diagnostics& diagnostics);

// Everything that was decided, as YAML that reads back as a spec of the same model. What the compiler chose is marked
// `# default`. Of a model without errors.
[[nodiscard]] std::string show(const Model& model);

}  // namespace bulkhead::model
