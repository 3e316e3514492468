"""Runs commands and says what they took: wall time, processor time, peak memory.

Time is from spawn to wait4, so that starting the process counts, for everybody alike. Peak memory comes from a run of
its own under time(1): a child of Python begins with Python's own peak, which hides what a small program uses.
"""

import math
import os
import shutil
import signal
import statistics
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

LIMIT_SECONDS = 600
TIME_PROGRAM = "/usr/bin/time"


class NotRun(Exception):
    """A competitor that did not run, and why: the table shows it, the others go on."""


@dataclass(frozen=True)
class Sample:
    wall_ms: float
    processor_ms: float  # user and system time, of the process and of the children that it waited for
    error_text: str


def open_flags(path: str | None) -> tuple[str, int]:
    return path or os.devnull, os.O_WRONLY | os.O_CREAT | os.O_TRUNC


def run_once(command: list[str], stdout: str | None = None, expected: int = 0) -> Sample:
    """stdout: a file that the output goes to. NotRun when the command ends with another status or takes too long."""
    program = shutil.which(command[0])
    if program is None:
        raise NotRun(f"{command[0]}: not found")
    with tempfile.NamedTemporaryFile(prefix="bulkhead-bench-") as errors:
        actions = [(os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                   (os.POSIX_SPAWN_OPEN, 1, *open_flags(stdout), 0o600),
                   (os.POSIX_SPAWN_DUP2, errors.fileno(), 2)]
        start = time.perf_counter()
        pid = os.posix_spawn(program, command, os.environ, file_actions=actions)
        watchdog = threading.Timer(LIMIT_SECONDS, os.kill, (pid, signal.SIGKILL))
        watchdog.start()
        try:
            _, status, usage = os.wait4(pid, 0)
        finally:
            watchdog.cancel()
        wall = time.perf_counter() - start
        error_text = Path(errors.name).read_text(encoding="utf-8", errors="replace")
    if not os.WIFEXITED(status) or os.WEXITSTATUS(status) != expected:
        raise NotRun(why(command, status, error_text))
    return Sample(wall * 1000, (usage.ru_utime + usage.ru_stime) * 1000, error_text)


def why(command: list[str], status: int, error_text: str) -> str:
    name = Path(command[0]).name
    if os.WIFSIGNALED(status):
        return f"{name}: killed by signal {os.WTERMSIG(status)} (the limit is {LIMIT_SECONDS} s)"
    lines = [line for line in error_text.splitlines() if line.strip()]
    return f"{name}: exit {os.waitstatus_to_exitcode(status)}" + (f": {lines[0].strip()[:200]}" if lines else "")


def peak_kib(command: list[str], stdout: str | None = None) -> int | None:
    """Of the process and its children, whichever is largest; None where time(1) is missing."""
    if not os.access(TIME_PROGRAM, os.X_OK):
        return None
    with tempfile.NamedTemporaryFile(prefix="bulkhead-bench-") as report:
        run_once([TIME_PROGRAM, "--format", "%M", "--output", report.name, *command], stdout)
        return int(Path(report.name).read_text(encoding="ascii").split()[-1])


def median(values: list[float]) -> float:
    return statistics.median(values)


def growth_exponent(small: tuple[float, float], large: tuple[float, float]) -> float:
    """e in value = c * size^e through two points (size, value): 1 is linear, 2 the square."""
    return math.log(large[1] / small[1]) / math.log(large[0] / small[0])


def output_of(command: list[str]) -> str | None:
    """stdout and stderr of a command that need not be there."""
    try:
        result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=LIMIT_SECONDS)
    except OSError:
        return None
    return (result.stdout + result.stderr).strip()


def machine() -> dict[str, object]:
    """What a figure depends on besides the programs."""
    cpu = "unknown"
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            cpu = line.partition(":")[2].strip()
            break
    packages = output_of(["dpkg-query", "--show", "--showformat", "${Package} ${Version}\n", "checkpolicy", "secilc",
                          "m4", "setools", "libsepol2"]) or ""
    return {"cpu": cpu, "cpus": os.cpu_count(), "kernel": os.uname().release,
            "load_before": [round(value, 2) for value in os.getloadavg()],
            "packages": [line for line in packages.splitlines() if line and not line.startswith("dpkg-query")]}
