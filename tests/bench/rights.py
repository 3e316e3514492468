"""What the competitors' two forms of the policy allow, once for both: the rules of the macros and of the CIL are made
from this table, so that their allow rules are the same and only the transitions differ.

Permissions follow what our own roles and connections grant to PV domains, taken together where stock macros do.
X stands for a domain's type, X_self for the type under which it sees itself, X_channel for its event channels.
"""

# X over X_self.
OWN = {
    "grant": ["query", "setup"],
    "mmu": ["map_read", "map_write", "mmuext_op", "pinpage", "exchange", "stat", "updatemp"],
}
# The builder over X. There is no type for a domain that is being built.
BUILD = {
    "domain": ["create", "max_vcpus", "setdomainmaxmem", "getdomaininfo", "destroy", "setaddrsize", "setvcpucontext",
               "unpause"],
    "domain2": ["resource_map"],
    "mmu": ["adjust", "map_read", "map_write", "memorymap", "mmuext_op", "pinpage"],
}
BUILD_CHANNEL = ["create"]                                 # the builder over X_channel
EVENTS = ["create", "send", "status"]                      # X over X_channel
BIND = ["bind"]                                            # X_channel over the other domain
GRANTS = ["map_read", "map_write", "copy", "unmap"]        # each end over the other
# Domain 0 and the hardware domain over the hypervisor's own types: (who, on what, class, permissions).
PLATFORM = [
    ("xenboot_t", "control_t", "domain", ["create"]),
    ("control_t", "xen_t", "xen", ["physinfo", "debug", "readconsole", "writeconsole"]),
    ("control_t", "xen_t", "mmu", ["memorymap"]),
    ("control_t", "xen_t", "version", ["xen_capabilities"]),
    ("control_t", "security_t", "security", ["check_context", "compute_av", "compute_create", "load_policy"]),
    ("control_t", "hardware_t", "domain2", ["create_hardware_domain"]),
    ("hardware_t", "xen_t", "xen", ["readapic", "settime", "writeconsole"]),
    ("hardware_t", "xen_t", "mmu", ["memorymap"]),
    ("hardware_t", "device_t", "resource", ["setup", "use_iommu"]),
    ("hardware_t", "irq_t", "resource", ["add_irq", "setup", "use_iommu"]),
]

# Types for the initial SIDs; three of them are those of domain types that a policy for this host has.
SID_TYPES = {"domU": "unlabeled_t", "domDM": "unlabeled_t", "dom0": "control_t"}
HYPERVISOR_TYPES = ["xenboot_t", "xen_t", "domio_t", "domxen_t", "unlabeled_t", "security_t", "ioport_t", "iomem_t",
                    "irq_t", "device_t"]


def sid_type(sid: str) -> str:
    return SID_TYPES.get(sid, f"{sid}_t")
