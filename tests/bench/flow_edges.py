"""Which domain's information reaches which other directly, from SETools' expanded rules and the data of policy/: to be
compared with what `bulkhead flows` answers. Neither our reader nor our graph has a part in it."""

from functools import cache

import yaml

from abi_table import ROOT
from meaning import Meaning

Place = str


@cache
def permissions() -> dict[tuple[str, str], dict[str, object]]:
    found = {}
    for path in sorted((ROOT / "policy" / "permissions").glob("*.yaml")):
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        for name, entry in data["permissions"].items():
            found[data["class"], name] = entry
    return found


def directions(entry: dict[str, object], on_domain: bool) -> tuple[bool, bool]:
    flow = entry["flow"] if on_domain else entry.get("flow-on-xen", entry["flow"])
    return flow in ("to-target", "both"), flow in ("from-target", "both")


class Edges:
    """labels: the types that domains carry, as `flows` names them; the rest follows from the rules."""

    def __init__(self, meaning: Meaning, labels: set[str]) -> None:
        self.labels = labels
        self.faces: dict[str, set[str]] = {}
        for (source, _, target_class), face in meaning.transitions.items():
            if target_class == "domain" and face != source:
                self.faces.setdefault(face, set()).add(source)
        self.parts = {str(entry.get("part", "")) for entry in permissions().values()}
        self.edges: dict[Place, set[Place]] = {}
        for (source, target, target_class), names in meaning.allowed.items():
            for name in names:
                self.add(source, target, target_class, name)

    def domains_of(self, name: str) -> set[Place]:
        return {label for label in {name, *self.faces.get(name, ())} if label in self.labels}

    def is_domain(self, name: str) -> bool:
        return name in self.labels or name in self.faces

    def places_of(self, name: str, part: str) -> set[Place]:
        if self.is_domain(name):
            return self.domains_of(name)
        return {f"{name}#{part}"} if part else {f"{name}#{each}" for each in self.parts}

    def add(self, source: str, target: str, target_class: str, name: str) -> None:
        entry = permissions()[target_class, name]
        to_target, from_target = directions(entry, self.is_domain(target))
        sources = {f"channel {source}"} if "source-is" in entry else self.places_of(source, "")
        part = str(entry.get("part", ""))
        targets = {f"channel {target}"} if "target-is" in entry else self.places_of(target, part)
        for one in sources:
            for other in targets:
                if to_target:
                    self.edges.setdefault(one, set()).add(other)
                if from_target:
                    self.edges.setdefault(other, set()).add(one)

    def direct(self, label: str) -> set[str]:
        """Over channels, devices and the hypervisor's parts, but over no other domain."""
        reached, ahead = set(), [label]
        while ahead:
            for place in self.edges.get(ahead.pop(), ()):
                if place not in reached:
                    reached.add(place)
                    if place not in self.labels:
                        ahead.append(place)
        return (reached & self.labels) - {label}


def permission_map(path: str) -> None:
    """The same data as the map that seinfoflow reads. It cannot say that a channel stands between two domains."""
    letters = {"none": "n", "to-target": "w", "from-target": "r", "both": "b"}
    of_class: dict[str, list[str]] = {}
    for (target_class, name), entry in permissions().items():
        of_class.setdefault(target_class, []).append(f"{name:>24} {letters[str(entry['flow'])]} 10")
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"{len(of_class)}\n")
        for target_class, lines in of_class.items():
            file.write(f"\nclass {target_class} {len(lines)}\n" + "\n".join(lines) + "\n")
