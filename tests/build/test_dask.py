"""Rendering past one machine: a real Dask scheduler with two workers makes the very same bytes."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from distributed import LocalCluster
from sites import picture, site, tree

from sogallery.errors import UsageError


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, processes=True) as cluster:
        yield cluster.scheduler_address.removeprefix("tcp://")


def test_a_cluster_makes_the_same_site(tmp_path: Path, scheduler: str) -> None:
    """Byte for byte what this machine makes; a broken photo is a Problem there as here."""
    place = site(tmp_path)
    place.gallery("ada/wedding", [f"{number}.jpg" for number in range(12)])
    place.write("clients/ada/wedding/broken.jpg", picture(3)[:1500])
    place.build()
    before = tree(place.sealed)
    for name in (".sogallery", "sealed", "dist"):
        shutil.rmtree(tmp_path / name)
    report, problems = place.build(executor=f"dask://{scheduler}")

    assert 12 == report.made
    assert ["clients/ada/wedding/broken.jpg"] == [problem.path for problem in problems]
    assert before == tree(place.sealed)


def test_a_scheduler_that_does_not_answer_is_said_so(tmp_path: Path) -> None:
    """Instead of waiting for ever or rendering here after all."""
    place = site(tmp_path)
    place.gallery("ada/wedding", ["a.jpg"])
    with pytest.raises(UsageError, match="no Dask scheduler"):
        place.build(executor="dask://127.0.0.1:1")
