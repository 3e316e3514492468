"""Classes, permissions and initial SIDs of one Xen release, from policy/abi/."""

from dataclasses import dataclass
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Abi:
    classes: dict[str, list[str]]  # in the hypervisor's order
    initial_sids: list[str]


def read_abi(xen: str) -> Abi:
    with open(ROOT / "policy" / "abi" / f"xen-{xen}.yaml", encoding="utf-8") as file:
        table = yaml.safe_load(file)
    return Abi(table["classes"], table["initial-sids"])
