"""The sample's pictures: which scene lies where, and what its metadata says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sogallery.demo import land, night, people, table
from sogallery.demo.jpeg import Shot, to_jpeg
from sogallery.demo.paint import Canvas

_WIDE, _TALL, _CINEMA = (1800, 1200), (1200, 1800), (2000, 1125)
_BRISTOL, _LAKE, _COAST = (51.4545, -2.5879), (46.0037, 8.9511), (50.2660, -5.0527)


@dataclass(frozen=True, slots=True)
class Picture:
    """One file of the sample; `path` is relative to the content folder."""

    path: str
    scene: Callable[[Canvas], None]
    size: tuple[int, int]
    shot: Shot


def draw(picture: Picture) -> bytes:
    """The picture as a JPEG file; the same bytes for the same Pillow, the same look for every one."""
    canvas = Canvas(picture.size, picture.path)
    picture.scene(canvas)
    return to_jpeg(canvas.finish(), picture.shot)


def _wedding(
    path: str, scene: Callable[[Canvas], None], time: str, title: str, caption: str,
    size: tuple[int, int] = _WIDE, orientation: int = 1,
) -> Picture:  # fmt: skip
    shot = Shot(
        datetime.fromisoformat(f"2026-06-13T{time}:00"),
        title,
        caption,
        ("Okafor", "Sandberg"),
        _BRISTOL,
        orientation,
    )
    return Picture(f"clients/ada-lin/wedding/{path}", scene, size, shot)


def _weekend(
    name: str,
    scene: Callable[[Canvas], None],
    time: str,
    caption: str,
    size: tuple[int, int] = _WIDE,
    orientation: int = 1,
) -> Picture:
    exposure = (125, 8.0, 100, 35)
    taken = datetime.fromisoformat(f"2026-09-{time}:00")
    shot = Shot(taken, "Weekends of A & L", caption, ("Okafor", "holiday-private"), _LAKE, orientation, exposure)
    return Picture(f"clients/ada-lin/weekend/{name}", scene, size, shot)


def _family(
    name: str,
    scene: Callable[[Canvas], None],
    time: str,
    caption: str,
    size: tuple[int, int] = _WIDE,
    orientation: int = 1,
) -> Picture:
    taken = datetime.fromisoformat(f"2026-10-18T{time}:00")
    shot = Shot(taken, "Marlow family", caption, ("Marlow", "family-private"), _COAST, orientation, (500, 2.0, 200, 85))
    return Picture(f"clients/marlow/autumn/{name}", scene, size, shot)


PICTURES: tuple[Picture, ...] = (
    _wedding(
        "getting-ready/SO-0012.jpg", table.window, "09:12", "Ada & Lin 0012", "Morning light in the hall at Ruth's"
    ),
    _wedding("getting-ready/SO-0027.jpg", table.bouquet, "09:40", "Ada & Lin 0027", "Ada's bouquet", _TALL, 6),
    _wedding("getting-ready/SO-0031.jpg", table.cups, "09:55", "Ada & Lin 0031", "One last coffee, with Ruth"),
    _wedding("ceremony/SO-0084.jpg", table.rings, "12:30", "Ada & Lin 0084", "The rings, on grandmother's linen"),
    _wedding("ceremony/SO-0102.jpg", people.arch, "12:58", "Ada & Lin 0102", "The arch that Lin's father built"),
    _wedding("ceremony/SO-0117.jpg", people.couple, "20:41", "Ada & Lin 0117", "Ada & Lin on the hill", orientation=3),
    _wedding("ceremony/SO-0126.jpg", people.balloons, "15:02", "Ada & Lin 0126", "A wish from each guest", _TALL, 8),
    _wedding("party/SO-0203.jpg", night.string_lights, "21:30", "Ada & Lin 0203", "Ruth's garden at dusk", _CINEMA),
    _wedding("party/SO-0219.jpg", table.candles, "21:52", "Ada & Lin 0219", "Uncle Femi's long table"),
    _wedding("party/SO-0240.jpg", people.dance, "22:47", "Ada & Lin 0240", "First dance, with Noor in the crowd"),
    _wedding("party/SO-0266.jpg", night.sparks, "23:58", "Ada & Lin 0266", "Midnight over the valley"),
    _weekend("city.jpg", night.city, "18T20:50", "From the hotel in Lugano", _CINEMA),
    _weekend("dunes.jpg", land.dunes, "19T18:30", "Half a day's walk"),
    _weekend("fern.jpg", table.fern, "20T10:05", "Behind the chapel"),
    _weekend("hills.jpg", land.hills, "20T07:15", "Our tree"),
    _weekend("lake.jpg", land.lake, "19T06:40", "Before breakfast", _CINEMA),
    _weekend("pears.jpg", table.pears, "20T13:20", "From Maria's garden", orientation=3),
    _weekend("sea.jpg", land.sea, "18T19:45", "The first evening"),
    _family("MF-01.jpg", land.avenue, "10:20", "The Marlows' walk to school", _TALL, 6),
    _family("MF-02.jpg", people.kite, "11:45", "Theo and the kite"),
    _family("MF-03.jpg", people.profile, "12:30", "Grandmother Iris", _TALL),
    _family("MF-04.jpg", night.rain, "17:55", "Iris walking home from us"),
)
