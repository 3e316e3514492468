"""One race: a topology of one size, all competitors, some rounds. And the check that goes before: do the policies allow
the same?"""

import shutil
from dataclasses import dataclass, field
from pathlib import Path

from abi_table import read_abi
from competitors import Bulkhead, CheckpolicyOnOurs, Cil, Macros, Round
from measuring import NotRun, median
from topology import make_topology

XEN = "4.17"
GUESTS_OF_CHECK = 25  # more than one back end, and a ring
ROUNDS = [(10, 30), (100, 20), (500, 9), (1000, 5)]  # guests up to, rounds
FEWEST_ROUNDS = 3
CHECKPOLICY_STAGE = "checkpolicy"
WRITE_STAGE = "write"


@dataclass
class Entry:
    """A competitor's figures at one size; `not_run` says why there are none."""

    name: str
    not_run: str = ""
    skipped: bool = False  # not run on purpose
    rounds: list[Round] = field(default_factory=list)
    peak_kib: int | None = None
    binary_bytes: int | None = None

    @property
    def wall_ms(self) -> float:
        return median([taken.wall_ms for taken in self.rounds])

    @property
    def least_ms(self) -> float:
        return min(taken.wall_ms for taken in self.rounds)

    @property
    def processor_ms(self) -> float:
        return median([taken.processor_ms for taken in self.rounds])

    def step_ms(self, step: str) -> float:
        return median([taken.steps.get(step, 0) for taken in self.rounds])

    @property
    def steps(self) -> dict[str, float]:
        return {step: self.step_ms(step) for step in self.rounds[0].steps} if self.rounds else {}

    @property
    def beside(self) -> dict[str, float]:
        first = self.rounds[0].beside if self.rounds else {}
        return {step: median([taken.beside.get(step, 0) for taken in self.rounds]) for step in first}

    def as_json(self) -> dict[str, object]:
        if self.not_run:
            return {"name": self.name, "not_run": self.not_run}
        return {"name": self.name, "wall_ms": {"median": self.wall_ms, "min": self.least_ms},
                "processor_ms": self.processor_ms, "steps_ms": self.steps, "beside_ms": self.beside,
                "peak_kib": self.peak_kib, "binary_bytes": self.binary_bytes,
                "rounds_ms": [round(taken.wall_ms, 3) for taken in self.rounds]}


def own_time(taken: Round) -> float:
    return taken.wall_ms - taken.steps[CHECKPOLICY_STAGE]


@dataclass
class Race:
    guests: int
    size: int  # domains and connections
    entries: dict[str, Entry]

    def ran(self, name: str) -> Entry | None:
        entry = self.entries.get(name)
        return entry if entry is not None and not entry.not_run else None

    @property
    def own_ms(self) -> float | None:
        """What our compiler takes outside its stage `checkpolicy`, start and exit of the process included."""
        ours = self.ran(Bulkhead.name)
        return median([own_time(taken) for taken in ours.rounds]) if ours else None

    def own_share(self, but: str = "") -> float | None:
        """The same as a share of that stage, of one and the same run; `but` leaves out one more stage."""
        ours = self.ran(Bulkhead.name)
        if ours is None:
            return None
        return median([(own_time(taken) - taken.steps.get(but, 0)) / taken.steps[CHECKPOLICY_STAGE]
                       for taken in ours.rounds])

    def share_beyond(self, but: str) -> float | None:
        """What our run takes, without the stage `but`, beyond checkpolicy run alone, as a share of the latter: here it
        counts when what is done beside checkpolicy slows it down."""
        ours, alone = self.ran(Bulkhead.name), self.ran(CheckpolicyOnOurs.name)
        if ours is None or alone is None:
            return None
        return median([taken.wall_ms - taken.steps.get(but, 0) for taken in ours.rounds]) / alone.wall_ms - 1

    def as_json(self) -> dict[str, object]:
        return {"guests": self.guests, "domains_and_connections": self.size, "own_ms": self.own_ms,
                "own_share": self.own_share(),
                "entries": [entry.as_json() for entry in self.entries.values()]}


def rounds_for(guests: int) -> int:
    return next((rounds for limit, rounds in ROUNDS if guests <= limit), FEWEST_ROUNDS)


def enter(entries: dict[str, Entry], runners: dict[str, object], competitor: type, *arguments: object) -> None:
    entries[competitor.name] = Entry(competitor.name)
    try:
        runners[competitor.name] = competitor(*arguments)
    except NotRun as reason:
        entries[competitor.name].not_run = str(reason)
        entries[competitor.name].skipped = str(reason).startswith("skipped")


def run_rounds(entries: dict[str, Entry], runners: dict[str, object], rounds: int) -> None:
    # The first run of each reads programs and libraries from the disk; it is not counted.
    for counted in range(-1, rounds):
        for name, runner in list(runners.items()):
            try:
                taken = runner.run()
            except NotRun as reason:
                entries[name] = Entry(name, not_run=str(reason))
                del runners[name]
                continue
            if counted >= 0:
                entries[name].rounds.append(taken)


def run_race(parent: Path, guests: int, rounds: int | None, program: Path) -> Race:
    folder = parent / f"race-{guests}"
    folder.mkdir()
    topology = make_topology(guests)
    abi = read_abi(XEN)
    entries: dict[str, Entry] = {}
    runners: dict[str, object] = {}
    enter(entries, runners, Macros, folder, topology, abi)
    enter(entries, runners, Cil, folder, topology, abi)
    enter(entries, runners, Bulkhead, folder, topology, program)
    if Bulkhead.name in runners:
        enter(entries, runners, CheckpolicyOnOurs, runners[Bulkhead.name])
    run_rounds(entries, runners, rounds or rounds_for(guests))
    for name, runner in runners.items():
        entries[name].peak_kib = runner.peak_kib()
        entries[name].binary_bytes = runner.binary.stat().st_size
    shutil.rmtree(folder)
    return Race(guests, topology.size, entries)


def check_meaning(parent: Path, program: Path) -> list[str]:
    """Prints what is the same and what is not; the complaints."""
    try:
        from meaning import extent, missing, read_meaning  # SETools may be absent
    except ImportError as reason:
        return [f"the check that all policies allow the topology's traffic: {reason} (apt-get install setools)"]
    folder = parent / "meaning"
    folder.mkdir()
    topology = make_topology(GUESTS_OF_CHECK)
    abi = read_abi(XEN)
    complaints = []
    print(f"At {GUESTS_OF_CHECK} guests, read back with SETools:")
    for competitor, arguments in ((Macros, (folder, topology, abi)), (Cil, (folder, topology, abi)),
                                  (Bulkhead, (folder, topology, program))):
        try:
            runner = competitor(*arguments)
            runner.run()
        except NotRun as reason:
            complaints.append(f"{competitor.name}: {reason}")
            continue
        meaning = read_meaning(str(runner.binary))
        if lacks := missing(meaning, topology):
            complaints.append(f"{competitor.name} does not allow the topology's traffic: {lacks[0]} and "
                              f"{len(lacks) - 1} more")
            continue
        beyond = extent(meaning, topology)
        print(f"  {competitor.name}: allows what the topology needs; {beyond.types} types, {beyond.building_types} of "
              f"them for building; {beyond.allowed:,} permissions; event channels labelled for {beyond.event_pairs} "
              f"ordered pairs of domains, {beyond.undeclared_pairs} of them not connected")
    print()
    return complaints
