"""Who may see what: levels, generations, the days on which grants end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from sogallery.model import Downloads, Gallery, Grant, Photo
from sogallery.plan import Level, Source, days_of_change, live_grants, plan_gallery, raise_generations, recipes
from sogallery.vault.derive import GalleryKeys, viewing_secret

KEYS = GalleryKeys(bytes(32), bytes(range(32)))
DIGESTS = {"thumb": "t", "small": "s", "display": "d"}
CLIENT, GUEST = Grant("client"), Grant("guest", hide=("private/*",), downloads=Downloads.DISPLAY)


def photo(path: str) -> Photo:
    return Photo(path, path.rpartition("/")[0], file=f"clients/a/b/{path}")


def gallery(*paths: str, grants: tuple[Grant, ...] = (CLIENT, GUEST)) -> Gallery:
    return Gallery("a", "b", "Title", grants=grants, photos=tuple(photo(path) for path in paths))


def planned(one: Gallery, exposed: Mapping[str, Mapping[str, str]] | None = None, **hashes: str):
    sources = [Source(p, hashes.get(p.path.replace("/", "_").replace(".", "_"), f"{i:064x}")) for i, p in
               enumerate(one.photos)]  # fmt: skip
    return plan_gallery(one, sources, KEYS, {}, exposed or {}, one.grants)


def test_each_grant_gets_its_level() -> None:
    """The client opens originals, the guest views, and what is hidden is nothing to the guest."""
    plan = planned(gallery("a.jpg", "private/b.jpg"))
    levels = {p.source.photo.path: p.levels for p in plan.photos.values()}

    assert {"client": Level.ORIGINAL, "guest": Level.VIEW} == levels["a.jpg"]
    assert {"client": Level.ORIGINAL, "guest": Level.NONE} == levels["private/b.jpg"]


def test_equal_files_are_one_photo_listed_twice() -> None:
    """One secret, one set of objects, two places in the listing."""
    plan = planned(gallery("a.jpg", "b.jpg"), a_jpg="11" * 32, b_jpg="11" * 32)

    assert 1 == len(plan.photos)
    assert ["a.jpg", "b.jpg"] == [p.path for p, _ in plan.listing]


def test_hiding_a_photo_gives_it_new_keys() -> None:
    """Who could open it before cannot open what is published now."""
    before = planned(gallery("private/a.jpg", grants=(CLIENT, Grant("guest"))))
    (photo_id,) = before.photos
    after = planned(gallery("private/a.jpg"), before.exposed)

    assert {photo_id.hex(): 1} == after.generations
    assert before.photos[photo_id].secret != after.photos[photo_id].secret
    assert {photo_id.hex(): {"client": "original"}} == after.exposed


def test_taking_originals_away_gives_new_keys_too() -> None:
    """A guest who had originals and now views must not hold the original secret any more."""
    before = planned(gallery("a.jpg", grants=(CLIENT, Grant("guest"))))
    after = planned(gallery("a.jpg"), before.exposed)

    assert [1] == list(after.generations.values())


def test_showing_more_keeps_the_keys() -> None:
    """A new grant, or more rights, re-seals nothing."""
    before = planned(gallery("a.jpg", grants=(CLIENT,)))
    after = planned(gallery("a.jpg", grants=(CLIENT, Grant("guest"))), before.exposed)

    assert {} == after.generations
    assert [p.secret for p in before.photos.values()] == [p.secret for p in after.photos.values()]


LEVELS = st.dictionaries(st.sampled_from(["client", "guest", "printer"]), st.sampled_from(list(Level)))


@given(st.lists(LEVELS, min_size=1, max_size=8))
def test_no_secret_outlives_a_right(history: list[dict[str, Level]]) -> None:
    """Over any history of rights: at no generation does a grant know a secret of a level it was denied since."""
    generations: dict[str, int] = {}
    exposed: dict[str, dict[str, str]] = {}
    known: dict[str, set[tuple[int, str]]] = {}
    for levels in history:
        generations, exposed = raise_generations({b"\1": levels}, generations, exposed)
        now = generations.get("01", 0)
        for grant, level in levels.items():
            had = known.setdefault(grant, set())
            if level < Level.ORIGINAL:
                assert (now, "original") not in had
            if level < Level.VIEW:
                assert (now, "view") not in had
            had |= {(now, name) for name, at in (("view", 1), ("original", 2)) if level >= at}


def test_objects_are_made_only_for_those_who_may_open_them() -> None:
    """Without anybody who may save originals, no original is sealed."""
    plan = planned(gallery("a.jpg", grants=(GUEST,)))
    (one,) = plan.photos.values()

    assert {"thumb", "small", "display"} == set(recipes(one, DIGESTS, keep_metadata=False))


def test_a_clip_takes_the_image_of_its_name_as_poster() -> None:
    """The image is then no photo of its own."""
    plan = planned(gallery("dance.mp4", "dance.jpg", "rings.jpg"))

    assert ["dance.mp4", "rings.jpg"] == [p.path for p, _ in plan.listing]
    clip = next(p for p in plan.photos.values() if p.clip)
    assert clip.source.poster is not None
    assert {"thumb", "poster", "clip"} == set(recipes(clip, DIGESTS, keep_metadata=False))


def test_a_grant_ends_with_its_last_day() -> None:
    """`until` is inclusive; the day after, fewer grants hold."""
    one = gallery("a.jpg", grants=(CLIENT, Grant("printer", until=date(2026, 8, 31))))

    assert 2 == len(live_grants(one, (), date(2026, 8, 31)))
    assert 1 == len(live_grants(one, (), date(2026, 9, 1)))
    assert [date(2026, 9, 1)] == days_of_change(one.grants, date(2026, 8, 31))
    assert [] == days_of_change(one.grants, date(2026, 9, 1))


def test_a_revoked_grant_opens_nothing() -> None:
    """Whatever gallery.yaml says."""
    assert (CLIENT,) == live_grants(gallery("a.jpg"), {"guest"}, date(2026, 1, 1))


def test_a_viewing_secret_does_not_lead_to_the_original() -> None:
    """The guest's secret is derived from the client's, one way."""
    plan = planned(gallery("a.jpg"))
    (one,) = plan.photos.values()

    assert viewing_secret(one.secret) != one.secret
