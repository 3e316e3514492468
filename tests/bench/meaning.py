"""What a binary policy means for a topology, asked of SETools, in which neither our compiler nor the competitors have a
part.

A race between policies that do not allow the same is void: `missing` lists what a topology's connections need and a
policy does not allow; `extent` counts what it has beyond that.
"""

from dataclasses import dataclass, field

import setools

from topology import CONTROL, MUST_ALLOW, MUST_BUILD, Link, Topology, stem

Access = dict[tuple[str, str, str], set[str]]  # (source, target, class) to permissions; attributes expanded


@dataclass
class Meaning:
    allowed: Access = field(default_factory=dict)
    transitions: dict[tuple[str, str, str], str] = field(default_factory=dict)

    def allows(self, source: str, target: str, target_class: str) -> set[str]:
        return self.allowed.get((source, target, target_class), set())


def types_of(symbol: "setools.policyrep.Type") -> list[str]:
    return [str(member) for member in symbol.expand()]


def in_force(rule: "setools.policyrep.AnyTERule") -> bool:
    """With the booleans as the policy sets them."""
    try:
        return rule.enabled()
    except setools.exception.RuleNotConditional:
        return True


def read_meaning(path: str) -> Meaning:
    meaning = Meaning()
    policy = setools.SELinuxPolicy(path)
    for rule in setools.TERuleQuery(policy, ruletype=["allow", "type_transition"]).results():
        if not in_force(rule):
            continue
        for source in types_of(rule.source):
            for target in types_of(rule.target):
                key = (source, target, str(rule.tclass))
                if rule.ruletype == setools.TERuletype.allow:
                    meaning.allowed.setdefault(key, set()).update(str(permission) for permission in rule.perms)
                else:
                    meaning.transitions[key] = str(rule.default)
    return meaning


def labels(meaning: Meaning, domain: str) -> list[str]:
    """The types that a domain runs with; domain 0 of our policies has two, before and after sealing."""
    known = {source for source, _, _ in meaning.allowed}
    return [name for name in (f"{stem(domain)}_t", f"{stem(domain)}_boot_t") if name in known]


def over(meaning: Meaning, source: str, target: str, target_class: str) -> set[str]:
    """What any label of one domain may do to any label of another."""
    targets = [*labels(meaning, target), f"{stem(target)}_building_t"]
    return set().union(*(meaning.allows(one, other, target_class)
                         for one in labels(meaning, source) for other in targets))


def missing_events(meaning: Meaning, source: str, target: str, needed: frozenset[str]) -> list[str]:
    missing = []
    for one in labels(meaning, source):
        for other in labels(meaning, target):
            channel = meaning.transitions.get((one, other, "event"))
            if channel is None:
                missing.append(f"{one} has no event channel to {other}")
                continue
            missing += [f"{one} {channel}:event {name}"
                        for name in sorted(needed - meaning.allows(one, channel, "event"))]
            if "bind" not in meaning.allows(channel, other, "event"):
                missing.append(f"{channel} {other}:event bind")
    return missing


def missing_over(meaning: Meaning, source: str, target: str, target_class: str, needed: frozenset[str]) -> list[str]:
    return [f"{source} over {target}: {target_class} {name}"
            for name in sorted(needed - over(meaning, source, target, target_class))]


def missing_of_link(meaning: Meaning, link: Link) -> list[str]:
    needed = MUST_ALLOW[link.kind]
    return [*missing_events(meaning, link.server, link.client, needed.server_events),
            *missing_events(meaning, link.client, link.server, needed.client_events),
            *missing_over(meaning, link.server, link.client, "grant", needed.server_grants),
            *missing_over(meaning, link.client, link.server, "grant", needed.client_grants)]


def missing(meaning: Meaning, topology: Topology) -> list[str]:
    found = [line for link in topology.links for line in missing_of_link(meaning, link)]
    for domain in topology.domains:
        if domain != CONTROL:
            for target_class, needed in MUST_BUILD.items():
                found += missing_over(meaning, CONTROL, domain, target_class, needed)
    return found


@dataclass(frozen=True)
class Extent:
    """What is not the same between policies that all allow what the topology needs."""

    types: int
    allowed: int           # (source, target, class, permission)
    event_pairs: int       # ordered pairs of domains that have a label for event channels
    undeclared_pairs: int  # of those, pairs that nothing connects
    building_types: int


def extent(meaning: Meaning, topology: Topology) -> Extent:
    domain_of = {label: domain for domain in topology.domains for label in labels(meaning, domain)}
    pairs = {(domain_of[source], domain_of[target]) for source, target, target_class in meaning.transitions
             if target_class == "event" and source in domain_of and target in domain_of}
    pairs = {pair for pair in pairs if pair[0] != pair[1]}
    types = {name for key in (*meaning.allowed, *meaning.transitions) for name in key[:2]}
    return Extent(types=len(types),
                  allowed=sum(len(permissions) for permissions in meaning.allowed.values()),
                  event_pairs=len(pairs),
                  undeclared_pairs=len(pairs - set(topology.pairs)),
                  building_types=sum(name.endswith("_building_t") for name in types))
