"""A topology as CIL for secilc: the allow rules of the macros, written out, with a transition for each pair of domains
that is connected and for no other."""

from abi_table import Abi
from rights import (BIND, BUILD, BUILD_CHANNEL, EVENTS, GRANTS, HYPERVISOR_TYPES, OWN, PLATFORM, sid_type)
from topology import CONTROL, Topology, stem

RANGE = "((s0) (s0))"  # a context needs one, also where levels are off


def allow(source: str, target: str, rights: dict[str, list[str]]) -> list[str]:
    return [f"(allow {source} {target} ({name} ({' '.join(permissions)})))" for name, permissions in rights.items()]


def header(abi: Abi) -> list[str]:
    lines = ["(handleunknown deny)", "(mls false)", "(sensitivity s0)", "(sensitivityorder (s0))", "(category c0)",
             "(categoryorder (c0))", "(sensitivitycategory s0 (c0))"]
    lines += [f"(class {name} ({' '.join(permissions)}))" for name, permissions in abi.classes.items()]
    lines.append(f"(classorder ({' '.join(abi.classes)}))")
    lines += [f"(sid {name})" for name in abi.initial_sids]
    lines.append(f"(sidorder ({' '.join(abi.initial_sids)}))")
    return lines


def labels(topology: Topology) -> list[str]:
    stems = [stem(name) for name in topology.domains]
    lines = [f"(type {name})" for name in HYPERVISOR_TYPES]
    lines += [f"(type {name}_t{suffix})" for name in stems for suffix in ("", "_self", "_channel")]
    sets = {"domain_type": [f"{name}_t{suffix}" for name in stems for suffix in ("", "_self")],
            "domain_self_type": [f"{name}_t_self" for name in stems],
            "event_type": [f"{name}_t_channel" for name in stems],
            "hypervisor_type": HYPERVISOR_TYPES}
    for name, members in sets.items():
        lines += [f"(typeattribute {name})", f"(typeattributeset {name} ({' '.join(members)}))"]
    return lines


def rules(topology: Topology) -> list[str]:
    lines = []
    for name in map(stem, topology.domains):
        lines.append(f"(typetransition {name}_t {name}_t domain {name}_t_self)")
        lines += allow(f"{name}_t", f"{name}_t_self", OWN)
    control = f"{stem(CONTROL)}_t"
    for name in map(stem, topology.domains):
        if f"{name}_t" != control:
            lines += allow(control, f"{name}_t", BUILD)
            lines += allow(control, f"{name}_t_channel", {"event": BUILD_CHANNEL})
    for source, target in topology.pairs:
        source, target = f"{stem(source)}_t", f"{stem(target)}_t"
        lines.append(f"(typetransition {source} {target} event {source}_channel)")
        lines += allow(source, f"{source}_channel", {"event": EVENTS})
        lines += allow(f"{source}_channel", target, {"event": BIND})
        lines += allow(source, target, {"grant": GRANTS})
    for source, target, name, permissions in PLATFORM:
        lines += allow(source, target, {name: permissions})
    return lines


def as_cil(topology: Topology, abi: Abi) -> str:
    lines = header(abi) + labels(topology) + rules(topology)
    lines += ["(role object_r)", "(role system_r)", "(roletype system_r domain_type)",
              "(roletype system_r hypervisor_type)", "(user system_u)", "(userrole system_u system_r)",
              "(userlevel system_u (s0))",
              f"(userrange system_u {RANGE})"]
    lines += [f"(sidcontext {name} (system_u system_r {sid_type(name)} {RANGE}))" for name in abi.initial_sids]
    return "\n".join(lines) + "\n"
