"""Many hands: results stay with their tasks, and a worker that dies takes only its own task with it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from sogallery.errors import UsageError
from sogallery.pool import pool, run


def double(number: int) -> int:
    if number == 13:
        os.kill(os.getpid(), signal.SIGKILL)
    return number * 2


def died(number: int) -> int:
    return -number


def test_every_result_comes_with_its_task() -> None:
    """Whatever the order in which they finish."""
    results = dict(run(double, range(40, 60), pool("", 2), 4, died))

    assert {number: number * 2 for number in range(40, 60)} == results


def test_a_worker_that_dies_costs_one_task() -> None:
    """The tasks it was holding are run again; only the deadly one fails."""
    results = dict(run(double, range(10, 20), pool("", 2), 4, died))

    assert {number: -13 if number == 13 else number * 2 for number in range(10, 20)} == results


LONG_WORK = """
import os, time
from sogallery.pool import pool, run

def work(number):
    os.write(1, b"at work")
    time.sleep(3600)

list(run(work, range(4), pool("", 2), 4, work))
"""


def test_workers_end_with_a_build_that_is_killed() -> None:
    """Nobody is left to hold the site's lock; the pipe is at its end only once every process that had it is gone."""
    build = subprocess.Popen([sys.executable, "-c", LONG_WORK], stdout=subprocess.PIPE)
    assert build.stdout is not None
    assert build.stdout.read(7) == b"at work"
    build.kill()

    build.communicate(timeout=60)
    assert build.returncode == -signal.SIGKILL


@pytest.mark.parametrize("name", ["spark://here", "dask://", "dask"])
def test_an_unknown_executor_is_said_so(name: str) -> None:
    """A typo does not silently render on this machine."""
    with pytest.raises(UsageError, match="unknown executor"):
        pool(name, 2)
