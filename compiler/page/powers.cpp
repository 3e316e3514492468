#include "bulkhead/page/powers.h"

#include <array>

#include "bulkhead/base/check.h"

namespace bulkhead::page {

namespace {

// Permissions that a release does not have are left out for that release.
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

}  // namespace

std::span<const Power> powers() {
  return kPowers;
}

bool is_in_scope(Scope scope, Target target) {
  const bool is_other = target == Target::kRunning || target == Target::kBuilding;
  switch (scope) {
    case Scope::kAny:
      return true;
    case Scope::kOtherDomain:
      return is_other;
    case Scope::kRunningDomain:
      return target == Target::kRunning;
    case Scope::kBuildingDomain:
      return target == Target::kBuilding;
    case Scope::kChannel:
      return target == Target::kChannel;
  }
  BULKHEAD_CHECK(false, "a scope is one of its enumerators");
}

}  // namespace bulkhead::page
