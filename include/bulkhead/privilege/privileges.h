// Who may do what, and why: the model through the rules of the catalogue. This is the matrix that the binary policy is
// proven equal to and that the launcher asks the hypervisor for. It knows types and access vectors, not how a policy is
// written down.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "bulkhead/abi/abi.h"
#include "bulkhead/base/diagnostic.h"
#include "bulkhead/base/source.h"
#include "bulkhead/catalogue/catalogue.h"
#include "bulkhead/model/model.h"

namespace bulkhead::privilege {

enum class TypeId : std::uint32_t {};  // index into PrivilegeSet::types
[[nodiscard]] constexpr std::size_t index(TypeId id) {
  return static_cast<std::size_t>(id);
}

enum class TypeKind : std::uint8_t {
  kInitial,   // xen_t and the hypervisor's other own labels
  kRunning,   // X_t; of the control domain: the sealed one
  kBooting,   // control_boot_t
  kBuilding,  // X_building_t
  kSelf,      // X_self_t: a domain as it sees itself
  kTarget,    // X_target_t: a guest as its device model sees it
  kChannel,   // A_B_ch_t
  kDevice,    // nic0_dev_t
};

struct Type {
  std::string name;
  TypeKind kind = TypeKind::kInitial;
  std::optional<model::DomainId> domain;  // whose; of a channel: the first of the pair by name
  std::optional<model::DomainId> peer;    // of a channel: the other
  std::optional<model::DeviceId> device;
  Span origin;

  // Labels that a domain carries have role system_r; those of channels, devices and resources object_r.
  [[nodiscard]] bool is_subject() const { return kind != TypeKind::kChannel && kind != TypeKind::kDevice; }
};

enum class Phase : std::uint8_t { kBuilding, kBooting, kRunning };
[[nodiscard]] std::string_view name(Phase phase);

// One rule of the catalogue, applied once. Several may give the same cell; all are kept, each is a reason.
struct Grant {
  TypeId source{};
  TypeId target{};
  abi::ClassId access_class{};
  abi::AccessVector permissions = 0;
  Phase phase = Phase::kRunning;
  const catalogue::Rule* rule = nullptr;  // null: the hypervisor's own start (see derive.cpp)
  std::string_view via;                   // name of the role or connection
  Span origin;                            // the statement of the spec
};

struct Transition {
  TypeId source{};
  TypeId target{};
  abi::ClassId access_class{};  // domain or event
  TypeId result{};
  Span origin;
};

struct Cell {
  TypeId source{};
  TypeId target{};
  abi::ClassId access_class{};
  abi::AccessVector permissions = 0;
};

struct PrivilegeSet {
  const abi::Abi* abi = nullptr;
  std::vector<Type> types;              // by name
  std::vector<Grant> allow;             // by source, target, class, phase, via, origin
  std::vector<Grant> dontaudit;         // likewise
  std::vector<Transition> transitions;  // by source, target, class
  std::vector<TypeId> initial_sids;     // index + 1 = number of the SID

  [[nodiscard]] const Type& at(TypeId id) const { return types[index(id)]; }
  [[nodiscard]] std::optional<TypeId> find(std::string_view type_name) const;
  // The union of all grants of one source, target and class; in that order, without gaps between equal ones.
  [[nodiscard]] std::vector<Cell> cells() const;
  // The grants behind one cell: a slice of `allow`.
  [[nodiscard]] std::span<const Grant> grants(TypeId source, TypeId target, abi::ClassId access_class) const;
};

// "system_u:system_r:web_1_t"
[[nodiscard]] std::string context(const Type& type);
// Labels of a domain. Those that a domain does not have are nothing.
struct DomainTypes {
  TypeId running{};
  std::optional<TypeId> booting;       // control only
  std::optional<TypeId> building;      // all but control
  TypeId self{};                       // of the running label
  std::optional<TypeId> booting_self;  // control only
  std::optional<TypeId> target;        // guests with a device model
};

struct Derived {
  PrivilegeSet set;
  std::vector<DomainTypes> of_domain;  // index = model::DomainId
  std::vector<TypeId> of_device;       // index = model::DeviceId
};

// Whether a catalogue's invariant speaks of this cell, and what of the cell it forbids. In one place, because the check
// of the risks and the neverallow rules must agree.
class InvariantScope {
 public:
  InvariantScope(const catalogue::Invariant& invariant, const model::Model& model,
                 const catalogue::Catalogue& catalogue, const Derived& derived);

  [[nodiscard]] bool binds(TypeId source) const { return bound_[index(source)]; }
  [[nodiscard]] bool excepts(TypeId target) const { return excepted_[index(target)]; }
  [[nodiscard]] abi::AccessVector never(abi::ClassId access_class) const {
    return never_[static_cast<std::size_t>(access_class)];
  }

 private:
  std::vector<bool> bound_;               // by TypeId
  std::vector<bool> excepted_;            // by TypeId
  std::vector<abi::AccessVector> never_;  // by ClassId
};

// Reports names that collide once they are types, and permissions that the release does not have (both kMeaning).
[[nodiscard]] Derived derive(const model::Model& model, const catalogue::Catalogue& catalogue,
                             Diagnostics& diagnostics);

// An operation that Xen's statement on XSA-77 does not support delegating, in the hands of a domain other than control.
struct UnreviewedOperation {
  model::DomainId domain{};
  std::string operation;        // "XEN_DOMCTL_iomem_permission"
  abi::ClassId access_class{};  // by which permission
  unsigned bit = 0;
  auto operator<=>(const UnreviewedOperation&) const = default;
};
// By domain, operation, permission.
[[nodiscard]] std::vector<UnreviewedOperation> unreviewed_operations(const model::Model& model,
                                                                     const catalogue::Catalogue& catalogue,
                                                                     const Derived& derived);

// What the derived privileges break: invariants of policy/invariants.yaml, operations outside XSA-77 in the hands of
// anyone but the control domain, a weak IOMMU, shared groups and interrupts (group kRisk). `accept:` takes a risk; one
// that meets no finding is an error too.
void check_risks(const model::Model& model, const catalogue::Catalogue& catalogue, const Derived& derived,
                 Diagnostics& diagnostics);

}  // namespace bulkhead::privilege
