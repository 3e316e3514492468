#include "powers.h"

#include <array>

#include "bulkhead/base/check.h"
#include "bulkhead/base/text.h"

namespace bulkhead::report {

using privilege::TypeId;
using privilege::TypeKind;

namespace {

// In the order in which they hurt. Permissions that a release does not have are left out for that release.
constexpr auto kPowers = std::to_array<Power>({
    {"load another policy", "security", "load_policy"},
    {"switch enforcement off", "security", "setenforce"},
    {"change the loaded policy (booleans, device labels)", "security", "setbool setsecparam add_ocontext del_ocontext"},
    {"load microcode", "xen", "microcode"},
    {"patch the hypervisor", "xen2", "livepatch_op"},
    {"start another kernel on the machine", "xen", "kexec"},
    {"reboot or power off the machine", "xen", "sleep"},
    {"create domains", "domain", "create"},
    {"destroy other domains", "domain", "destroy", Scope::kRunningDomain},
    {"make a domain the hardware domain", "domain2", "create_hardware_domain"},
    {"change the label of another domain", "domain2", "relabelfrom relabelto", Scope::kOtherDomain},
    {"change its own label", "domain2", "relabelself"},
    {"map the memory of a running domain beyond its grants", "mmu", "map_read map_write", Scope::kRunningDomain},
    {"map the memory of a domain while it is built", "mmu", "map_read map_write", Scope::kBuildingDomain},
    {"read or set the processors of a running domain", "domain", "getvcpucontext setvcpucontext",
     Scope::kRunningDomain},
    {"debug a running domain", "domain", "setdebugging", Scope::kRunningDomain},
    {"introspect another domain's memory", "domain2", "vm_event mem_access mem_paging mem_sharing",
     Scope::kOtherDomain},
    {"let other domains run", "domain", "unpause", Scope::kRunningDomain},
    {"pause, resume or shut down other domains", "domain", "pause resume shutdown", Scope::kRunningDomain},
    {"be the device model of another domain", "hvm", "dm", Scope::kOtherDomain},
    {"map grants of other domains", "grant", "map_read map_write", Scope::kRunningDomain},
    {"copy through grants with other domains", "grant", "copy", Scope::kRunningDomain},
    {"open event channels with other domains", "event", "create", Scope::kChannel},
    {"send Argo messages to other domains", "argo", "send", Scope::kOtherDomain},
    {"see the state of other domains", "domain", "getdomaininfo getvcpuinfo", Scope::kRunningDomain},
    {"assign devices to domains", "resource", "add_device"},
    {"give memory of devices to domains", "resource", "add_iomem"},
    {"give ports to domains", "resource", "add_ioport"},
    {"give interrupts to domains", "resource", "add_irq"},
    {"set up devices and interrupts of the platform", "resource", "setup"},
    {"use a device behind the IOMMU", "resource", "use_iommu"},
    {"use a device without interrupt remapping", "resource", "use_iommu_nointremap"},
    {"use a device without an IOMMU", "resource", "use_noiommu"},
    {"read the hypervisor's console", "xen", "readconsole"},
    {"ask the hypervisor for its inner state (debug keys)", "xen", "debug"},
    {"set the clock of the machine", "xen", "settime"},
});

bool is_domain_label(TypeKind kind) {
  return kind == TypeKind::kRunning || kind == TypeKind::kBooting || kind == TypeKind::kSelf ||
         kind == TypeKind::kTarget || kind == TypeKind::kBuilding;
}

}  // namespace

std::span<const Power> powers() {
  return kPowers;
}

Powers::Powers(const Index& index) : index_(index), of_class_(index.set().abi->classes.size()) {
  const abi::Abi& abi = *index.set().abi;
  for (std::size_t i = 0; i < kPowers.size(); ++i) {
    const auto id = abi.find_class(kPowers[i].access_class);
    if (!id) {
      continue;
    }
    Question question{.power = i, .permissions = 0, .scope = kPowers[i].scope};
    for (const std::string_view permission : split(kPowers[i].permissions, ' ')) {
      if (const auto bit = abi.at(*id).bit(permission)) {
        question.permissions |= 1U << *bit;
      }
    }
    of_class_[static_cast<std::size_t>(*id)].push_back(question);
  }
}

bool Powers::is_in_scope(Scope scope, TypeId source, TypeId target) const {
  const privilege::Type& from = index_.type(source);
  const privilege::Type& to = index_.type(target);
  const bool is_own = to.domain.has_value() && to.domain == from.domain && to.kind != TypeKind::kChannel;
  const bool is_other = to.domain.has_value() && is_domain_label(to.kind) && !is_own;
  switch (scope) {
    case Scope::kAny:
      return true;
    case Scope::kOtherDomain:
      return is_other;
    case Scope::kRunningDomain:
      return is_other && to.kind != TypeKind::kBuilding;
    case Scope::kBuildingDomain:
      return is_other && to.kind == TypeKind::kBuilding;
    case Scope::kChannel:
      return to.kind == TypeKind::kChannel;
  }
  BULKHEAD_CHECK(false, "a scope is one of its enumerators");
}

std::vector<bool> Powers::held_by(TypeId source) const {
  std::vector<bool> held(kPowers.size(), false);
  for (const privilege::Grant& grant : index_.grants(source)) {
    for (const Question& question : of_class_[static_cast<std::size_t>(grant.access_class)]) {
      if ((grant.permissions & question.permissions) != 0 && !held[question.power]) {
        held[question.power] = is_in_scope(question.scope, source, grant.target);
      }
    }
  }
  return held;
}

}  // namespace bulkhead::report
