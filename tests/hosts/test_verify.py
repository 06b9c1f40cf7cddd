"""`sogallery verify`: a deployed site as a stranger and the studio see it, and every fault that is planted."""

from __future__ import annotations

import hashlib
import json
import random
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path

import netlify_double
import pytest
from small_sites import GALLERIES, gallery_json, object_path, sealed_bytes, site_files, write

from sogallery import sealed as records
from sogallery.hosts.base import Difference
from sogallery.hosts.deploying import deploy
from sogallery.hosts.expected import Expected, expect
from sogallery.hosts.http import Secret
from sogallery.hosts.listing import is_public
from sogallery.hosts.netlify import Netlify
from sogallery.hosts.state import State, state_path
from sogallery.hosts.targets import Target
from sogallery.hosts.visit import Visitor
from sogallery.output import blob
from sogallery.studio import StudioPub
from sogallery.vault.derive import ReplyKey, SigningKey
from sogallery.vault.signed import sign_in_place
from sogallery.verify import Options, Verifier

DAY = date(2026, 11, 23)
KEY, STRANGER = SigningKey(b"\x11" * 32, 0), SigningKey(b"\x22" * 32, 0)
PUB = StudioPub(0, KEY.public, ReplyKey(b"\x11" * 32, 0).public)
ENDED, ERASED = "endedendedendede", "erasederasederas"
JPEG = b"\xff\xd8\xff\xe0\0\x10JFIF\0\1" + random.Random(1).randbytes(3000)


def lock(gallery: str, key: SigningKey = KEY, objects: str = "../../b/") -> bytes:
    return sign_in_place(key, json.loads(gallery_json(gallery, objects)))


def listed(files: dict[str, bytes], key: SigningKey | None = KEY) -> bytes:
    public = {path: blob(data) for path, data in files.items() if is_public(path)}
    return records.write_build(key, "0.1.0", public).source


def digest(data: bytes) -> tuple[int, str]:
    return len(data), hashlib.sha256(data).hexdigest()


def gallery_record(gallery: str, files: dict[str, bytes], until: date | None = None) -> records.GalleryRecord:
    mine = {path: digest(data) for path, data in files.items()}
    return records.GalleryRecord(gallery, 0, 1, {}, until, mine, (records.Access(None, "gallery.json"),))


@dataclass
class Published:
    """A site on the stand-in for Netlify, with the studio's records of it."""

    netlify: netlify_double.Netlify
    root: Path
    files: dict[str, bytes] = field(default_factory=dict)
    sealed: records.Sealed = field(default_factory=records.Sealed)

    @property
    def memory(self) -> Path:
        return self.root / ".sogallery"

    @property
    def url(self) -> str:
        return self.netlify.address("studio")

    def deploy(self) -> None:
        host = Netlify("studio", Secret(self.netlify.token, "T"), f"{self.netlify.base}/api/v1", sleep=lambda _: None)
        deploy(Target("live", host), write(self.root / "dist", self.files), self.memory)

    def state(self) -> State:
        return State(state_path(self.memory, "live"))

    def expected(self, dist: bool = True, day: date = DAY) -> Expected:
        local = {path: digest(data) for path, data in self.files.items()} if dist else None
        state = self.state()
        files, gone = expect(local, self.sealed, day, state.formerly)
        return Expected(files, gone, tuple(state.addresses), PUB.public_keys, objects_url="")

    def verify(self, expected: Expected | None = None, now=None, quick=False, plain=False, day=DAY):
        options = Options(day, now or datetime.now(UTC), "n0nce", quick, plain)
        visitor = Visitor(self.url, tries=1, sleep=lambda _: None)
        return Verifier(visitor, expected or self.expected(day=day), options).run()

    def alter(self, path: str, data: bytes) -> None:
        """What visitors get instead, as a hostile or broken host would have it."""
        self.netlify.alter = lambda host, asked, there: data if asked == path else there


@pytest.fixture
def published(tmp_path):
    with netlify_double.running() as netlify:
        netlify.add_site("studio")
        made = Published(netlify, tmp_path)
        made.files = site_files()
        made.files["studio.pub"] = PUB.encode()
        for gallery in GALLERIES:
            made.files[f"g/{gallery}/gallery.json"] = lock(gallery)
        made.files["build.json"] = listed(made.files)
        made.sealed = sealed_records(made.files)
        made.deploy()
        yield made


def sealed_records(files: dict[str, bytes]) -> records.Sealed:
    galleries = []
    for gallery in GALLERIES:
        seeds = [f"{gallery}/{photo}/{kind}" for photo in range(3) for kind in ("display", "original")]
        mine = {object_path(seed): files[object_path(seed)] for seed in seeds}
        galleries.append(gallery_record(gallery, mine | {"gallery.json": files[f"g/{gallery}/gallery.json"]}))
    old = {object_path("old"): sealed_bytes("old", 5000), "gallery.json": lock(ENDED)}
    galleries.append(gallery_record(ENDED, old, date(2026, 11, 22)))
    return records.Sealed(galleries=tuple(galleries), erased=(ERASED,))


def messages(report) -> str:
    return "\n".join(f"{one.path}: {one.message}" for one in report.findings)


# --- a good site -----------------------------------------------------------------------------------------------


def test_a_good_site_has_no_findings(published):
    """Everything there, unchanged and sealed, against dist and the signed records."""
    report = published.verify()

    assert messages(report) == ""
    assert report.files == len(published.files) - 1  # _headers is read by the host, not served
    assert "signed records" in report.trust


def test_the_records_alone_suffice(published):
    """Without dist the galleries come from the records, public files from the signed list."""
    report = published.verify(published.expected(dist=False))

    assert messages(report) == ""
    assert "signed build.json" in report.trust
    assert report.files == len(published.files) - 2


def test_a_fingerprint_alone_suffices_for_what_is_public(published):
    """And for the lock of a gallery whose address is known."""
    report = published.verify(Expected(fingerprint=PUB.fingerprint, galleries=GALLERIES[:1]))

    assert messages(report) == ""
    assert "signed build.json" in report.trust
    assert any("could not be compared" in note for note in report.notes)


def test_a_list_made_without_keys_is_told(published):
    """Never taken for the studio's word."""
    published.files["build.json"] = listed(published.files, None)
    published.deploy()
    report = published.verify(Expected(fingerprint=PUB.fingerprint))

    assert messages(report) == ""
    assert "unsigned" in report.trust
    assert any("not signed" in note for note in report.notes)


def test_without_key_or_fingerprint_nothing_is_proven(published):
    """It says so."""
    report = published.verify(Expected())

    assert any("nothing proves" in note for note in report.notes)


def test_a_gallery_page_is_compared_by_what_all_galleries_share(published):
    """The list names the page with its id blotted out, so that a stranger can check it."""
    pages = {f"g/{one}/index.html": f"<!doctype html><html data-gallery='{one}'>".encode() for one in GALLERIES}
    shared = pages[f"g/{GALLERIES[0]}/index.html"].replace(GALLERIES[0].encode(), b"*" * 16)
    published.files |= pages
    public = {path: blob(data) for path, data in published.files.items() if is_public(path)}
    published.files["build.json"] = records.write_build(KEY, "0.1.0", public | {"g/*/index.html": blob(shared)}).source
    published.deploy()
    stranger = Expected(fingerprint=PUB.fingerprint, galleries=GALLERIES)

    assert messages(published.verify(stranger)) == ""
    published.alter(f"g/{GALLERIES[1]}/index.html", pages[f"g/{GALLERIES[1]}/index.html"] + b"<script src=evil.js>")
    assert f"g/{GALLERIES[1]}/index.html: was changed" in messages(published.verify(stranger))


def test_quick_downloads_no_large_file(published):
    """Large files are asked for their size only, and a wrong one is noticed."""
    path = object_path("big")
    published.files[path] = sealed_bytes("big", 2_000_000)
    first = published.sealed.galleries[0]
    files = {**first.files, path: digest(published.files[path])}
    rest = published.sealed.galleries[1:]
    published.sealed = replace(published.sealed, galleries=(replace(first, files=files), *rest))
    published.deploy()

    report = published.verify(quick=True)
    assert messages(report) == ""
    assert report.size < 1_000_000
    published.alter(path, published.files[path][:-1])
    assert f"{path}: has 1999999 bytes" in messages(published.verify(quick=True))


# --- planted faults --------------------------------------------------------------------------------------------

DISPLAY = object_path("abcdefghijklmnop/1/display")
OTHER = object_path("abcdefghijklmnop/2/display")
LOCK = f"g/{GALLERIES[0]}/gallery.json"


def changed(data: bytes) -> bytes:
    return data[:-1] + bytes([data[-1] ^ 1])


def headers_without(line: str):
    def plant(site: Published) -> None:
        text = site.files["_headers"].decode()
        site.files["_headers"] = "\n".join(row for row in text.splitlines() if line not in row).encode() + b"\n"
        site.deploy()

    return plant


def headers_with(old: str, new: str):
    def plant(site: Published) -> None:
        assert old.encode() in site.files["_headers"]
        site.files["_headers"] = site.files["_headers"].replace(old.encode(), new.encode())
        site.deploy()

    return plant


def missing(path: str):
    return lambda site: setattr(
        site.netlify, "faults", lambda method, asked: (404, {}, "") if asked.endswith("/" + path) else None
    )


def altered(path: str, data):
    return lambda site: site.alter(path, data(site.files[path]) if callable(data) else data)


def left_behind(path: str, data: bytes):
    """Something on the host that the studio does not know, or wants gone."""

    def plant(site: Published) -> None:
        live = site.netlify.deploys[site.netlify.sites["studio"].published]
        sha = hashlib.sha1(data).hexdigest()
        site.netlify.blobs[sha], live.files[path] = data, sha

    return plant


def still_deployed(site: Published) -> None:
    """An object leaves the site, and the host goes on serving it."""
    data = site.files.pop(OTHER)
    first = site.sealed.galleries[0]
    rest = {path: found for path, found in first.files.items() if path != OTHER}
    site.sealed = replace(site.sealed, galleries=(replace(first, files=rest), *site.sealed.galleries[1:]))
    site.deploy()
    left_behind(OTHER, data)(site)


def old_deploy_survives(site: Published) -> None:
    """The host says it has deleted the old deploy, and goes on serving it."""
    site.netlify.bytes_survive = True
    site.files["robots.txt"] += b"# new\n"
    site.files["build.json"] = listed(site.files)
    site.deploy()


def rolled_back(site: Published) -> None:
    """Somebody restores the deploy of yesterday, with a photo that has been removed since."""
    host = Netlify("studio", Secret(site.netlify.token, "T"), f"{site.netlify.base}/api/v1", sleep=lambda _: None)
    yesterday = site.netlify.sites["studio"].published
    gone = site.files.pop(OTHER)
    first = site.sealed.galleries[0]
    rest = {path: found for path, found in first.files.items() if path != OTHER}
    site.sealed = replace(site.sealed, galleries=(replace(first, files=rest), *site.sealed.galleries[1:]))
    deploy(Target("live", host), write(site.root / "dist", site.files), site.memory, prune=False)
    host._client.request("POST", f"/sites/studio/deploys/{yesterday}/restore")
    assert gone in site.netlify.blobs.values()


def single_page_fallback(site: Published) -> None:
    serve = site.netlify.serve

    def fallback(name, path):
        status, headers, body = serve(name, path)
        return (
            (200, headers, site.files["index.html"]) if status == 404 and "--" not in name else (status, headers, body)
        )

    site.netlify.serve = fallback


def redirecting(site: Published) -> None:
    site.netlify.faults = lambda method, asked: (
        (302, {"Location": "https://evil.example/"}, "") if asked.endswith("/policy/") else None
    )


def other_studio(site: Published) -> None:
    site.alter("studio.pub", StudioPub(0, STRANGER.public, PUB.reply).encode())


FAULTS = {
    "a page is missing": (missing("policy/"), "policy/index.html: is missing"),
    "an object is missing": (missing(DISPLAY), f"{DISPLAY}: is missing"),
    "a gallery's lock is missing": (missing(LOCK), f"{LOCK}: is missing"),
    "a page was changed": (altered("index.html", changed), "index.html: was changed"),
    "one bit of an object was changed": (altered(DISPLAY, changed), f"{DISPLAY}: was changed"),
    "an object was cut short": (
        altered(DISPLAY, lambda data: data[:-100]),
        f"{DISPLAY}: was changed: it has 2900 bytes",
    ),
    "two objects were swapped": (altered(DISPLAY, sealed_bytes("abcdefghijklmnop/2/display", 3000)), "was changed"),
    "an object is a photo in the clear": (altered(DISPLAY, JPEG), f"{DISPLAY}: is not sealed"),
    "the host answers a web page for an object": (altered(DISPLAY, b"<html>Login</html>"), f"{DISPLAY}: was changed"),
    "the viewer's code was changed": (
        altered("assets/viewer-1a2b3c.js", b"steal()"),
        "assets/viewer-1a2b3c.js: was changed",
    ),
    "the list of files was changed": (
        altered("build.json", lambda data: data.replace(b"index", b"indez")),
        "build.json",
    ),
    "another gallery's lock": (altered(LOCK, lock(GALLERIES[1])), f"{LOCK}: belongs to another gallery"),
    "a lock by somebody else": (altered(LOCK, lock(GALLERIES[0], STRANGER)), f"{LOCK}: not signed"),
    "a lock that looks for photos elsewhere": (
        altered(LOCK, lock(GALLERIES[0], KEY, "https://evil.example/")),
        "looks for its photos at https://evil.example/",
    ),
    "a lock with weaker parameters": (
        altered(LOCK, lambda data: data.replace(b"65536", b"8")),
        f"{LOCK}: the signature",
    ),
    "another studio's key": (other_studio, "studio.pub: is not the studio's"),
    "an ended gallery's object is there": (left_behind(object_path("old"), b"("), "gallery that ended on 2026-11-22"),
    "an ended gallery's lock is there": (
        left_behind(f"g/{ENDED}/gallery.json", b"{}"),
        f"g/{ENDED}/gallery.json: is still",
    ),
    "an erased gallery's page is there": (
        left_behind(f"g/{ERASED}/index.html", b"<p>"),
        "belongs to an erased gallery",
    ),
    "an object that left is still served": (still_deployed, f"{OTHER}: is still there"),
    "an old deploy is still there": (old_deploy_survives, "an old deploy is still there"),
    "an old deploy was restored": (rolled_back, f"{OTHER}: is still there"),
    "no content security policy": (headers_without("Content-Security-Policy"), "Content-Security-Policy is missing"),
    "a wider content security policy": (
        headers_with("default-src 'none'", "default-src *"),
        "Content-Security-Policy is",
    ),
    "galleries may be indexed": (headers_without("X-Robots-Tag"), "X-Robots-Tag is missing"),
    "galleries may be cached by anybody": (headers_with("private, no-cache", "public, max-age=99"), "Cache-Control is"),
    "types may be guessed": (headers_without("nosniff"), "X-Content-Type-Options is missing"),
    "referrers are sent": (headers_with("no-referrer", "unsafe-url"), "Referrer-Policy is 'unsafe-url'"),
    "objects have another type": (headers_with("application/octet-stream", "text/html"), "Content-Type is 'text/html'"),
    "the host hides what is missing": (single_page_fallback, "answers 200 for a file that does not exist"),
    "a page leads elsewhere": (redirecting, "leads to https://evil.example/"),
    "the git repository is served": (left_behind(".git/config", b"[core]"), ".git/config: is served"),
    "the records are served": (left_behind("sealed/site.json", b"{}"), "sealed/site.json: is served"),
    "folders are listed": (left_behind("b/index.html", b"<ul>"), "b/: the folder is listed"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_each_planted_fault_is_found(published, name):
    """One flaw each; the finding names it."""
    plant, words = FAULTS[name]
    plant(published)

    assert words in messages(published.verify())


def test_an_expired_gallery_is_judged_by_the_day(published):
    """The very same site is right today and wrong once a gallery has ended."""
    first = replace(published.sealed.galleries[0], retain_until=DAY)
    published.sealed = replace(published.sealed, galleries=(first, *published.sealed.galleries[1:]))

    assert messages(published.verify()) == ""
    assert "ended on 2026-11-23" in messages(published.verify(day=date(2026, 11, 24)))


def test_a_grant_that_ended_takes_its_files_along(published):
    """From that day another lock holds, and the grant's manifest must be gone."""
    first = published.sealed.galleries[0]
    later = lock(GALLERIES[0]) + b" "
    published.sealed = replace(
        published.sealed,
        galleries=(
            replace(
                first,
                files={**first.files, "gallery.2026-12-01.json": digest(later)},
                access=(
                    records.Access(None, "gallery.json"),
                    records.Access(date(2026, 12, 1), "gallery.2026-12-01.json", frozenset({DISPLAY})),
                ),
            ),
            *published.sealed.galleries[1:],
        ),
    )

    assert messages(published.verify()) == ""
    found = messages(published.verify(day=date(2026, 12, 1)))
    assert f"{LOCK}: was changed" in found
    assert f"{DISPLAY}: is still there, but serves a grant that has ended" in found


def test_wrong_clocks_are_told(published):
    """Expiry is judged by this computer's day, so a clock that is wrong by hours is worth a note."""
    report = published.verify(now=datetime(2030, 1, 1, tzinfo=UTC))

    assert any("clock" in note for note in report.notes)


def test_a_host_without_headers_is_looked_at_without_them(published):
    """GitHub Pages sends none of ours: `--plain-host` says that this is known."""
    published.files["_headers"] = b""
    published.deploy()

    assert "is missing" in messages(published.verify())
    assert messages(published.verify(plain=True)) == ""


def test_one_fault_of_many_files_is_one_finding(published):
    """A missing header does not fill the report."""
    headers_without("nosniff")(published)
    report = published.verify()

    assert len(report.findings) == 1
    assert "more files" in report.findings[0].message


def test_a_host_that_sends_for_ever_is_cut_short(published):
    """No more is read than a little over what belongs there."""
    published.alter("index.html", b"x" * 50_000_000)
    report = published.verify()

    assert "index.html: was changed" in messages(report)
    assert report.size < 10_000_000


OBJECT_HEADERS = """/*
  Access-Control-Allow-Origin: {origin}
  Cache-Control: {cache}
"""


@pytest.fixture
def apart(tmp_path):
    """Pages on one host, sealed objects on another."""
    with netlify_double.running() as netlify, netlify_double.running() as store:
        netlify.add_site("studio")
        store.add_site("objects")
        site = Published(netlify, tmp_path)
        address = store.address("objects")
        files = {**site_files(3, address, address), "studio.pub": PUB.encode()}
        sealed = {path.removeprefix("b/"): data for path, data in files.items() if path.startswith("b/")}
        site.files = {path: data for path, data in files.items() if not path.startswith("b/")}
        site.files |= {f"g/{one}/gallery.json": lock(one, objects=address) for one in GALLERIES}
        site.files["build.json"] = listed(site.files)
        site.sealed = sealed_records(files | site.files)
        text = OBJECT_HEADERS.format(origin=netlify.base, cache="private, max-age=31536000")
        host = Netlify("objects", Secret(store.token, "T"), f"{store.base}/api/v1", sleep=lambda _: None)
        stored = {**sealed, "_headers": text.encode(), "index.html": b""}
        deploy(Target("store", host), write(tmp_path / "store", stored), tmp_path / "other memory")
        host = Netlify("studio", Secret(netlify.token, "T"), f"{netlify.base}/api/v1", sleep=lambda _: None)
        # two stand-ins have two machines' worth of state, so the pages are deployed without the check for objects
        host.deploy(write(tmp_path / "dist", site.files), Difference(), State(tmp_path / "state.json"))
        yield site, store, address


def look(site: Published, address: str):
    expected = replace(site.expected(), objects_url=address)
    visitor = Visitor(site.url, address, tries=1, sleep=lambda _: None)
    return Verifier(visitor, expected, Options(DAY, datetime.now(UTC), "n0nce")).run()


def test_objects_on_another_host_are_looked_at_there(apart):
    """The pages' policy names that address, the objects allow the pages' origin."""
    site, _, address = apart

    assert messages(look(site, address)) == ""


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("Access-Control-Allow-Origin: http://127", "Access-Control-Allow-Origin: http://128", "may not read it"),
        ("private, max-age=31536000", "public", "Cache-Control is 'public'"),
    ],
)
def test_faults_of_the_object_host(apart, old, new, words):
    """Whoever may not read the objects sees an empty gallery."""
    site, store, address = apart
    live = store.deploys[store.sites["objects"].published]
    text = store.blobs[live.files["_headers"]].decode()
    assert old in text
    store.blobs[live.files["_headers"]] = text.replace(old, new).encode()

    assert words in messages(look(site, address))


def test_objects_that_are_not_on_the_other_host(apart):
    """Each is missed."""
    site, store, address = apart
    store.faults = lambda method, asked: (404, {}, "") if DISPLAY.rpartition("/")[2] in asked else None

    assert f"{DISPLAY}: is missing" in messages(look(site, address))
