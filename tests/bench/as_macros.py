"""A topology as macros for m4 and checkpolicy. The wording is our own, the shape that of the macros that come with Xen:
for each domain X the types X, X_self and X_channel, and one `type_transition X domain_type:event X_channel` over the
whole attribute, which checkpolicy expands to a transition for each ordered pair of domains."""

from abi_table import Abi
from rights import (BIND, BUILD, BUILD_CHANNEL, EVENTS, GRANTS, HYPERVISOR_TYPES, OWN, PLATFORM, sid_type)
from topology import CONTROL, Topology, stem


def allow(source: str, target: str, rights: dict[str, list[str]]) -> list[str]:
    return [f"allow {source} {target}:{name} {{ {' '.join(permissions)} }};" for name, permissions in rights.items()]


def define(name: str, lines: list[str]) -> list[str]:
    return [f"define(`{name}', `", *(f"  {line}" for line in lines), "')"]


def macros() -> list[str]:
    return [
        *define("new_domain", [
            "type $1, domain_type;",
            "type $1_self, domain_type, domain_self_type;",
            "type_transition $1 $1:domain $1_self;",
            "type $1_channel, event_type;",
            "type_transition $1 domain_type:event $1_channel;",
            *allow("$1", "$1_self", OWN),
        ]),
        *define("may_build", [*allow("$1", "$2", BUILD), *allow("$1", "$2_channel", {"event": BUILD_CHANNEL})]),
        *define("may_signal", [
            *allow("$1", "$1_channel", {"event": EVENTS}),
            *allow("$1_channel", "$2", {"event": BIND}),
        ]),
        *define("connected", [
            "may_signal($1, $2)",
            "may_signal($2, $1)",
            *allow("$1", "$2", {"grant": GRANTS}),
            *allow("$2", "$1", {"grant": GRANTS}),
        ]),
    ]


def as_macros(topology: Topology, abi: Abi) -> str:
    lines = [f"class {name}" for name in abi.classes]
    lines += [f"sid {name}" for name in abi.initial_sids]
    lines += [f"class {name} {{ {' '.join(permissions)} }}" for name, permissions in abi.classes.items()]
    lines += macros()
    lines += [f"attribute {name};" for name in ("domain_type", "domain_self_type", "event_type", "hypervisor_type")]
    lines += [f"type {name}, hypervisor_type;" for name in HYPERVISOR_TYPES]
    lines += [f"new_domain({stem(name)}_t)" for name in topology.domains]
    control = stem(CONTROL)
    lines += [f"may_build({control}_t, {stem(name)}_t)" for name in topology.domains if name != CONTROL]
    lines += [f"connected({stem(link.server)}_t, {stem(link.client)}_t)" for link in topology.links]
    lines += [line for source, target, name, permissions in PLATFORM
              for line in allow(source, target, {name: permissions})]
    lines += ["role system_r;", "role system_r types { domain_type hypervisor_type };",
              "user system_u roles { system_r };"]
    lines += [f"sid {name} system_u:system_r:{sid_type(name)}" for name in abi.initial_sids]
    return "\n".join(lines) + "\n"
