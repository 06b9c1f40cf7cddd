"""Many hands: runs tasks on an executor, keeps a few in flight, and survives a worker that dies.

A result always comes with its task. The executor is anything with `concurrent.futures`' interface: processes of this
machine by default, or a Dask cluster's (`Client.get_executor()`).
"""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import Any, TypeVar, cast

from sogallery.errors import UsageError

T = TypeVar("T")
R = TypeVar("R")

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3  # <malloc.h>
_TRIM = 64 * 2**20

Pool = Callable[[], AbstractContextManager[Executor]]


def _is_death(error: BaseException) -> bool:
    """Whether this says that the worker died, rather than that the task failed (Dask has a class of its own)."""
    return isinstance(error, BrokenProcessPool) or type(error).__name__ == "KilledWorker"


def _end_with_parent() -> None:
    """Let this worker end when the build is killed: left behind, it would wait for tasks and hold the site's lock."""
    parent = multiprocessing.parent_process()

    def watch() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _keep_memory() -> None:
    """Let glibc give a photo's memory to the next photo instead of back to the system, which would clear it each time.

    A seventh of a worker's time went into that (`man mallopt`; benchmarks/run.py). At most _TRIM bytes stay unused.
    """
    with suppress(OSError, AttributeError):  # another C library has no such call, or ignores it
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(_M_MMAP_THRESHOLD, 32 * 2**20)
        mallopt(_M_TRIM_THRESHOLD, _TRIM)


def _begin() -> None:
    _end_with_parent()
    if sys.platform == "linux":
        _keep_memory()


@contextmanager
def processes(jobs: int) -> Iterator[Executor]:
    """Worker processes of this machine; forked on Linux, where that shares what is already loaded."""
    context = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
    executor = ProcessPoolExecutor(jobs, mp_context=context, initializer=_begin)
    try:
        yield executor
    finally:
        executor.shutdown(wait=True, cancel_futures=True)


@contextmanager
def dask(address: str) -> Iterator[Executor]:
    """The workers of a Dask cluster, which must see the site's folder under the same path."""
    try:
        from distributed import Client
    except ImportError as error:
        raise UsageError("the Dask executor is not installed", "pip install 'sogallery[dask]'") from error
    try:
        client: Any = cast("Any", Client)(address, timeout="10s")
    except OSError as error:
        raise UsageError(f"no Dask scheduler answers at {address}", "start one, or leave out --executor") from error
    try:
        yield client.get_executor(pure=False)
    finally:
        client.close()


def pool(executor: str, jobs: int) -> Pool:
    """The pool that `--executor` names: "" for processes of this machine, or `dask://host:port`."""
    if not executor:
        return lambda: processes(jobs)
    kind, _, rest = executor.partition("://")
    if kind != "dask" or not rest:
        raise UsageError(f"unknown executor {executor!r}", "use dask://host:port, or leave it out")
    return lambda: dask(f"tcp://{rest}")


def run(
    work: Callable[[T], R], tasks: Iterable[T], make: Pool, width: int, died: Callable[[T], R]
) -> Iterator[tuple[T, R]]:
    """Yield (task, result) as they are done, at most `width` in flight.

    When a worker dies, everybody's tasks are lost with it; each of them is then run alone, and `died` gives the
    result of the one that kills its worker again.
    """
    todo = iter(tasks)
    while True:
        lost: list[T] = []
        with make() as executor:
            yield from _drain(executor, work, todo, width, lost)
        if not lost:
            return
        for task in lost:
            yield task, _alone(work, task, make, died)


def _drain(
    executor: Executor, work: Callable[[T], R], todo: Iterator[T], width: int, lost: list[T]
) -> Iterator[tuple[T, R]]:
    flying: dict[Future[Any], T] = {}
    while True:
        while len(flying) < width and not lost and (task := next(todo, None)) is not None:
            try:
                flying[executor.submit(work, task)] = task
            except BrokenProcessPool:
                lost.append(task)
        if not flying:
            return
        for future in wait(flying, return_when=FIRST_COMPLETED).done:
            task = flying.pop(future)
            error = future.exception()
            if error is None:
                yield task, future.result()
            elif _is_death(error):
                lost.append(task)
            else:
                raise error


def _alone(work: Callable[[T], R], task: T, make: Pool, died: Callable[[T], R]) -> R:
    with make() as executor:
        future = executor.submit(work, task)
        error = future.exception()
        if error is None:
            return future.result()
        if _is_death(error):
            return died(task)
        raise error
