"""Run a command and say what it cost: wall and CPU seconds, memory of the whole process tree, bytes written.

Memory is the peak of the sum of proportional set sizes over the tree, sampled twice a second (Linux; each look takes
10 ms of a core). `foreign` is the CPU time that other processes took meanwhile: rounds with much of it are worth
repeating on a quiet machine.
"""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Cost:
    """What one run took: seconds, megabytes, files and bytes left behind."""

    wall: float
    cpu: float
    memory: float
    foreign: float
    files: int
    written: int


def run(command: Sequence[str], out: Path, cwd: Path, environ: dict[str, str] | None = None) -> Cost:
    """Run a command to its end, which must be a good one, and measure it; `out` is where it writes."""
    os.sync()
    before, began = _busy(), time.monotonic()
    with (cwd / "benchmark.log").open("ab") as log:
        process = subprocess.Popen(command, cwd=cwd, env=environ, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        peak = _Peak(process.pid)
        _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - began
    memory = peak.stop()
    if os.waitstatus_to_exitcode(status):
        raise SystemExit(f"{' '.join(command)} failed: see {cwd / 'benchmark.log'}")
    cpu = usage.ru_utime + usage.ru_stime
    files = [path.stat().st_size for path in out.rglob("*") if path.is_file()] if out.is_dir() else []
    return Cost(wall, cpu, memory, max(0.0, _busy() - before - cpu), len(files), sum(files))


class _Peak:
    """A thread that watches a process tree."""

    def __init__(self, pid: int) -> None:
        self._pid, self._peak, self._stop = pid, 0, threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self) -> float:
        self._stop.set()
        self._thread.join()
        return self._peak / 1024

    def _watch(self) -> None:
        while not self._stop.wait(0.5):
            self._peak = max(self._peak, _tree_kilobytes(self._pid))


def tree_memory(root: int) -> float:
    """Megabytes of the processes below `root`, itself not counted."""
    return (_tree_kilobytes(root) - _pss(root)) / 1024


def _tree_kilobytes(root: int) -> int:
    return sum(_pss(pid) for pid in _tree(root))


def _tree(root: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text()
            except OSError:
                continue
            parent = int(stat[stat.rindex(")") + 2 :].split()[1])
            children.setdefault(parent, []).append(int(entry.name))
    found, todo = [], [root]
    while todo:
        found.append(todo.pop())
        todo += children.get(found[-1], [])
    return found


def _pss(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def _busy() -> float:
    values = [int(value) for value in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
    return (sum(values) - values[3] - values[4]) / TICKS
