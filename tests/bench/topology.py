"""The topology that is raced: a ring of event and grant channels between N guests, a network back end for each 20 of
them, domain 0, and a hardware domain.

Domain 0 builds every other domain and serves its xenstore and console. `rights` says what each connection must allow at
least; every form of the policy is checked against it, so that no competitor wins by granting less.
"""

from dataclasses import dataclass

GUESTS_FOR_EACH_BACK_END = 20
CONTROL = "control"
HARDWARE = "hardware"


@dataclass(frozen=True)
class Link:
    kind: str  # a key of MUST_ALLOW
    server: str
    client: str


@dataclass(frozen=True)
class Topology:
    guests: tuple[str, ...]
    back_ends: tuple[str, ...]
    declared: tuple[Link, ...]  # written in the spec: channel and network
    service: tuple[Link, ...]   # domain 0 to every other; our compiler adds them itself

    @property
    def domains(self) -> tuple[str, ...]:
        return (CONTROL, HARDWARE, *self.back_ends, *self.guests)

    @property
    def links(self) -> tuple[Link, ...]:
        return self.declared + self.service

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Ordered pairs of domains with an event channel between them, each once."""
        both = {pair for link in self.links for pair in ((link.server, link.client), (link.client, link.server))}
        return sorted(both)

    @property
    def size(self) -> int:
        return len(self.domains) + len(self.declared)


@dataclass(frozen=True)
class MustAllow:
    """What a connection is good for, from the server's and from the client's side."""

    server_events: frozenset[str]
    client_events: frozenset[str]
    server_grants: frozenset[str]  # over the client
    client_grants: frozenset[str]  # over the server


MUST_ALLOW = {
    "channel": MustAllow(frozenset({"create", "send"}), frozenset({"create", "send"}),
                         frozenset(), frozenset({"map_read", "map_write", "unmap"})),
    "network": MustAllow(frozenset({"create", "send"}), frozenset({"create", "send"}),
                         frozenset({"map_read", "map_write", "unmap", "copy"}), frozenset({"copy"})),
    "service": MustAllow(frozenset({"create", "send"}), frozenset({"send"}),
                         frozenset({"map_read", "map_write", "unmap"}), frozenset()),
}
# Of the builder, over a domain or over the label that it is built with.
MUST_BUILD = {"domain": frozenset({"create", "max_vcpus", "setdomainmaxmem", "destroy"}),
              "mmu": frozenset({"map_read", "map_write", "adjust"})}


def make_topology(guest_count: int) -> Topology:
    guests = tuple(f"guest-{number}" for number in range(1, guest_count + 1))
    back_end_count = -(-guest_count // GUESTS_FOR_EACH_BACK_END)
    back_ends = tuple(f"net-{number}" for number in range(1, back_end_count + 1))
    ring_length = guest_count if guest_count > 2 else guest_count - 1
    channels = [Link("channel", guests[place], guests[(place + 1) % guest_count]) for place in range(ring_length)]
    networks = [Link("network", back_ends[place // GUESTS_FOR_EACH_BACK_END], guest)
                for place, guest in enumerate(guests)]
    service = [Link("service", CONTROL, name) for name in (HARDWARE, *back_ends, *guests)]
    return Topology(guests, back_ends, tuple(channels + networks), tuple(service))


def stem(domain: str) -> str:
    """A domain's name as a policy can write it."""
    return domain.replace("-", "_")
