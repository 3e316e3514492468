"""Who is raced: each turns a topology into a binary policy, in steps that are timed one by one."""

import json
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from abi_table import Abi
from as_cil import as_cil
from as_macros import as_macros
from as_spec import as_spec
from measuring import NotRun, Sample, peak_kib, run_once
from topology import Topology

KNOWN_STAGES = ("checkpolicy", "proof", "write")  # that the results name
BESIDE = " (beside "  # in the name of a stage that another thread did meanwhile
MAX_GUESTS_OF_MACROS = 1000  # beyond, the binary is over the 64 MiB that Xen takes, and checkpolicy takes minutes


@dataclass
class Round:
    """One run of one competitor: milliseconds by step, in order."""

    steps: dict[str, float] = field(default_factory=dict)
    beside: dict[str, float] = field(default_factory=dict)  # what ran while a step did: no part of the wall time
    processor_ms: float = 0

    @property
    def wall_ms(self) -> float:
        return sum(self.steps.values())

    def add(self, step: str, sample: Sample) -> None:
        self.steps[step] = sample.wall_ms
        self.processor_ms += sample.processor_ms


class Macros:
    """Macros of the shape of Xen's stock ones, as Xen's build compiles them: m4, then checkpolicy."""

    name = "macros"

    def __init__(self, folder: Path, topology: Topology, abi: Abi):
        if len(topology.guests) > MAX_GUESTS_OF_MACROS:
            raise NotRun("skipped: it grows with the square; its binary would be over the 64 MiB that Xen takes")
        self.source = folder / "macros.m4"
        self.conf = folder / "macros.conf"
        self.binary = folder / "macros.xenpolicy"
        self.source.write_text(as_macros(topology, abi), encoding="utf-8")
        self.m4 = ["m4", "-s", str(self.source)]
        self.checkpolicy = ["checkpolicy", "-t", "Xen", "-c", "30", str(self.conf), "-o", str(self.binary)]

    def run(self) -> Round:
        taken = Round()
        taken.add("m4", run_once(self.m4, str(self.conf)))
        taken.add("checkpolicy", run_once(self.checkpolicy))
        return taken

    def peak_kib(self) -> int | None:
        peaks = [peak_kib(self.m4, str(self.conf)), peak_kib(self.checkpolicy)]
        return None if None in peaks else max(peaks)


class Cil:
    """The same allow rules in CIL, transitions for connected pairs only."""

    name = "cil"

    def __init__(self, folder: Path, topology: Topology, abi: Abi):
        source = folder / "policy.cil"
        self.binary = folder / "cil.xenpolicy"
        source.write_text(as_cil(topology, abi), encoding="utf-8")
        self.command = ["secilc", "-t", "xen", "-c", "30", "-M", "false", "-o", str(self.binary), "-f", "/dev/null",
                        str(source)]

    def run(self) -> Round:
        taken = Round()
        taken.add("secilc", run_once(self.command))
        return taken

    def peak_kib(self) -> int | None:
        return peak_kib(self.command)


class Bulkhead:
    """Our compiler: the whole of `compile`, with proof and every artifact, its start and exit included."""

    name = "bulkhead"

    def __init__(self, folder: Path, topology: Topology, program: Path):
        if not program.exists():
            raise NotRun(f"{program} is not built")
        self.spec = folder / "host.yaml"
        self.output = folder / "out"
        self.binary = self.output / "xenpolicy"
        self.spec.write_text(as_spec(topology), encoding="utf-8")
        self.command = [str(program), "compile", str(self.spec), "-o", str(self.output), "--timings"]

    def run(self) -> Round:
        shutil.rmtree(self.output, ignore_errors=True)
        sample = run_once(self.command)
        found = stages(sample.error_text)
        beside = {stage: took for stage, took in found.items() if BESIDE in stage}
        taken = Round(processor_ms=sample.processor_ms, beside=beside,
                      steps={stage: took for stage, took in found.items() if stage not in beside})
        taken.steps["start and exit"] = sample.wall_ms - taken.wall_ms
        return taken

    def peak_kib(self) -> int | None:
        shutil.rmtree(self.output, ignore_errors=True)
        return peak_kib(self.command)


class CheckpolicyOnOurs:
    """checkpolicy alone on the policy.conf that our compiler wrote: what the stage `checkpolicy` of our run takes
    beyond this is the handing over of files and back."""

    name = "checkpolicy on bulkhead's policy.conf"

    def __init__(self, bulkhead: Bulkhead):
        self.binary = bulkhead.output.parent / "again.xenpolicy"
        self.command = ["checkpolicy", "-t", "Xen", "-c", "30", str(bulkhead.output / "policy.conf"), "-o",
                        str(self.binary)]

    def run(self) -> Round:
        taken = Round()
        taken.add("checkpolicy", run_once(self.command))
        return taken

    def peak_kib(self) -> int | None:
        return peak_kib(self.command)


def stages(error_text: str) -> dict[str, float]:
    """The JSON lines of --timings; other lines of stderr are warnings."""
    found: dict[str, float] = {}
    for line in error_text.splitlines():
        if line.startswith('{"stage"'):
            stage = json.loads(line)
            found[stage["stage"]] = found.get(stage["stage"], 0) + stage["milliseconds"]
    if absent := [stage for stage in KNOWN_STAGES if stage not in found]:
        raise NotRun(f"bulkhead: no stage {' or '.join(absent)} in the output of --timings")
    return found
