"""The figures as tables, and the targets beside them."""

from competitors import Bulkhead, CheckpolicyOnOurs, Cil, Macros
from measuring import growth_exponent
from race import WRITE_STAGE, Entry, Race
from table import mebibytes, milliseconds, size, table, verdict

MAX_OWN_SHARE = 0.25      # of checkpolicy's time, at every size
MAX_BINARY_BYTES = 750_000  # at 1,000 guests
MAX_CHECK_MS = 20
MAX_PROOF_MS = 100        # at 1,000 guests
MAX_EXPONENT = 1.1        # linear, with room for noise
GUESTS_OF_TARGETS = 1000
PROOF_STAGE = "proof"


def row_of(entry: Entry, base_ms: float | None) -> list[str]:
    if entry.not_run:
        return [entry.name, "skipped" if entry.skipped else "not run", *["–"] * 5]
    ratio = f"{entry.wall_ms / base_ms:.2f}" if base_ms else "–"
    return [entry.name, milliseconds(entry.wall_ms), milliseconds(entry.least_ms), milliseconds(entry.processor_ms),
            ratio, mebibytes(entry.peak_kib), size(entry.binary_bytes)]


def print_race(race: Race) -> list[str]:
    """The complaints: what did not run though it should have."""
    ours = race.ran(Bulkhead.name)
    rounds = max((len(entry.rounds) for entry in race.entries.values()), default=0)
    unit = "round" if rounds == 1 else "rounds"
    print(f"{race.guests:,} guests, {race.size:,} domains and connections, {rounds} {unit}")
    print(table(["", "median", "least", "processor", "÷ ours", "peak memory", "binary"],
                [row_of(entry, ours.wall_ms if ours else None) for entry in race.entries.values()]))
    for name in (Macros.name, Bulkhead.name):
        if entry := race.ran(name):
            steps = entry.steps | entry.beside
            print(f"{name}: " + ", ".join(f"{step} {milliseconds(took)}" for step, took in steps.items()))
    for entry in race.entries.values():
        if entry.not_run:
            print(f"{entry.name}: {entry.not_run}")
    print(flush=True)
    return [f"{entry.name} at {race.guests} guests: {entry.not_run}" for entry in race.entries.values()
            if entry.not_run and not entry.skipped]


def figures(races: list[Race]) -> dict[str, list[tuple[float, float]]]:
    """What should grow with the size: (size, value) for each race that has it."""
    found: dict[str, list[tuple[float, float]]] = {"own stages, time": [], "bulkhead, time": [],
                                                   "bulkhead, binary": []}
    for race in races:
        if race.own_ms is not None:
            found["own stages, time"].append((race.size, race.own_ms))
        for name in (Bulkhead.name, CheckpolicyOnOurs.name, Cil.name, Macros.name):
            if entry := race.ran(name):
                found.setdefault(f"{name}, time", []).append((race.size, entry.wall_ms))
                if name != CheckpolicyOnOurs.name:
                    found.setdefault(f"{name}, binary", []).append((race.size, entry.binary_bytes))
    return found


def print_growth(races: list[Race]) -> None:
    if len(races) < 2:
        return
    rows = []
    for name, points in figures(races).items():
        if len(points) < 2:
            continue
        exponents = {large[0]: growth_exponent(small, large) for small, large in zip(points, points[1:])
                     if small[1] > 0 and large[1] > 0}
        rows.append([name, *(f"{exponents[race.size]:.2f}" if race.size in exponents else "–" for race in races[1:])])
    print("Growth between one size and the next, as exponent of domains + connections: 1 is linear, 2 the square")
    print(table(["", *(f"to {race.guests:,}" for race in races[1:])], rows))
    print()


def share_targets(races: list[Race]) -> list[dict[str, object]]:
    found = []
    for race in races:
        share, compared = race.own_share(), race.own_share(but=WRITE_STAGE)
        if share is None or compared is None:
            continue
        found.append({"what": f"own stages ÷ checkpolicy at {race.guests:,}", "value": round(share, 3),
                      "target": f"≤ {MAX_OWN_SHARE}", "met": share <= MAX_OWN_SHARE})
        found.append({"what": "  … without the stage `write`", "value": round(compared, 3), "target": "for comparison",
                      "met": None})
        if (beyond := race.share_beyond(but=WRITE_STAGE)) is not None:
            found.append({"what": "  … and all beyond checkpolicy run alone", "value": round(beyond, 3),
                          "target": "for comparison", "met": None})
    return found


def size_targets(race: Race) -> list[dict[str, object]]:
    found = []
    if ours := race.ran(Bulkhead.name):
        macros = race.ran(Macros.name)
        beside = f" (macros {size(macros.binary_bytes)})" if macros else ""
        found.append({"what": f"binary at {race.guests:,}{beside}", "value": f"{ours.binary_bytes:,} bytes",
                      "target": f"≤ {MAX_BINARY_BYTES:,}", "met": ours.binary_bytes <= MAX_BINARY_BYTES})
        proof = ours.step_ms(PROOF_STAGE)
        found.append({"what": f"proof over all cells at {race.guests:,}", "value": milliseconds(proof),
                      "target": f"< {MAX_PROOF_MS} ms", "met": proof < MAX_PROOF_MS})
    return found


def growth_targets(races: list[Race]) -> list[dict[str, object]]:
    """Between the two largest: small policies are mostly what every policy has."""
    found = []
    for name in ("own stages, time", "bulkhead, binary"):
        points = figures(races)[name]
        if len(points) >= 2 and points[-2][1] > 0:
            exponent = growth_exponent(points[-2], points[-1])
            found.append({"what": f"growth of {name}, last step", "value": round(exponent, 2),
                          "target": f"≤ {MAX_EXPONENT}", "met": exponent <= MAX_EXPONENT})
    return found


def print_targets(races: list[Race], check: dict[str, object]) -> list[dict[str, object]]:
    targets = share_targets(races)
    for race in races:
        if race.guests == GUESTS_OF_TARGETS:
            targets += size_targets(race)
    targets += growth_targets(races)
    if "wall_ms" in check:
        took = check["wall_ms"]["median"]
        targets.append({"what": "check of the Windsor example, whole process", "value": milliseconds(took),
                        "target": f"< {MAX_CHECK_MS} ms", "met": took < MAX_CHECK_MS})
    if targets:
        print(table(["target", "result", "wanted", ""],
                    [[str(row["what"]), str(row["value"]), str(row["target"]),
                      "" if row["met"] is None else verdict(bool(row["met"]))]
                     for row in targets]))
        print()
    return targets
