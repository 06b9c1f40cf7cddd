"""`sogallery verify`: look at the published site from outside."""

from __future__ import annotations

import hashlib
import re
import secrets
import sys
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import date, datetime
from pathlib import Path
from urllib.parse import urlsplit

import click

from sogallery import sealed as records
from sogallery.cli.common import clock, content_option, echo_json, json_option, now_option, today, told
from sogallery.cli.deploy import MEMORY, find_target
from sogallery.cli.verifying import html_report
from sogallery.errors import FaultError, FindingsError, InputError, UsageError
from sogallery.hosts.expected import Digest, Expected, expect
from sogallery.hosts.local import LocalSite, read_site
from sogallery.hosts.state import State
from sogallery.hosts.visit import Visitor, origin
from sogallery.load import load_site
from sogallery.model import Finding, Site
from sogallery.output import write_atomic
from sogallery.pages import find_viewer
from sogallery.pages.theme import asset_folder
from sogallery.studio import load_pub
from sogallery.vault import codec
from sogallery.vault.codec import as_text
from sogallery.verify import Options, Report, Verifier

_GALLERY = re.compile(r"(.*/)g/([a-z2-7]{16})/?(index\.html)?")


@click.command("verify")
@click.argument("url")
@click.argument("galleries", nargs=-1)
@click.option("--dist", type=click.Path(path_type=Path), help="The built site.  [default: dist beside content]")
@click.option("--sealed", type=click.Path(path_type=Path), help="The signed records.  [default: sealed beside content]")
@click.option(
    "--fingerprint", metavar="HEX", default="", help="The studio's published fingerprint, if that is all you have."
)
@click.option("--target", metavar="NAME", help="Also ask this target's host what it holds that is not in the site.")
@click.option("--quick", is_flag=True, help="Ask large files for their size only.")
@click.option("--plain-host", is_flag=True, help="The host cannot send headers of ours (GitHub Pages).")
@click.option("--html", type=click.Path(path_type=Path), metavar="FILE", help="Write a report to keep or to send.")
@content_option
@now_option
@json_option
@told
def verify(
    url: str,
    galleries: tuple[str, ...],
    dist: Path | None,
    sealed: Path | None,
    fingerprint: str,
    target: str | None,
    quick: bool,
    plain_host: bool,
    html: Path | None,
    content: Path,
    now: datetime | None,
    as_json: bool,
) -> None:
    """Check the site at URL: all there, unchanged, signed, sealed, headers right, and what should be gone gone.

    Beside a site's content, everything is compared with dist and the signed records. Anywhere else, give the studio's
    --fingerprint, and the links of galleries (what is behind their # is not needed, and not sent).
    """
    base, named = _addresses((url, *galleries))
    site = _site(content)
    day = today(site.timezone if site else "UTC", now)
    local = _local(content, dist) if site else None
    expected = _expected(content, site, local, sealed, day, base)
    objects = site.objects_url if site else _objects(base, named)
    expected = replace(expected, fingerprint=_hex(fingerprint), galleries=named, objects_url=objects)
    options = Options(day, clock(), secrets.token_hex(12), quick, plain_host)
    report = Verifier(Visitor(base, objects or ""), expected, options, None if as_json else _progress()).run()
    if target is not None and local is not None:
        report = _with_inventory(report, content, target, local)
    if html is not None:
        write_atomic(html.resolve(), html_report(report, clock()).encode())
    _tell(report, as_json)


def _addresses(urls: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """The site's address and the galleries' ids; fragments, which hold secrets, are dropped here."""
    base, named = "", []
    for url in urls:
        bare = url.partition("#")[0].partition("?")[0]
        match = _GALLERY.fullmatch(bare)
        if match:
            named.append(match[2])
        place = match[1] if match else bare.removesuffix("index.html")
        place = place if place.endswith("/") else place + "/"
        if base and place != base:
            raise UsageError(f"{bare} is not part of {base}", "verify one site at a time")
        base = place
    return base, tuple(dict.fromkeys(named))


def _site(content: Path) -> Site | None:
    """The site's settings, or None where there is no site at hand."""
    if not (content / "site.yaml").is_file():
        return None
    site, problems = load_site(content, private=False)
    if site is None:
        raise InputError(problems)
    return site


def _local(content: Path, dist: Path | None) -> LocalSite | None:
    folder = dist or content.resolve().parent / "dist"
    if dist is None and not (folder / "index.html").is_file():
        return None
    return read_site(folder.resolve(), content.resolve().parent / MEMORY / "deploy-digests.json")


def _expected(
    content: Path, site: Site | None, local: LocalSite | None, sealed: Path | None, day: date, base: str
) -> Expected:
    viewer = _own_viewer()
    if site is None:
        return Expected(viewer=viewer)
    memory = content.resolve().parent / MEMORY
    states = [State(path) for path in sorted(memory.glob("deploy-*.json")) if path != memory / "deploy-digests.json"]
    states = [state for state in states if not state.url or origin(state.url) == origin(base)]
    dist = {path: (file.size, file.sha256) for path, file in local.files.items()} if local else None
    pub = load_pub(content)
    keys = pub.public_keys if pub else {}
    found = _records(sealed or content.resolve().parent / "sealed", keys)
    formerly = {path for state in states for path in state.formerly}
    files, gone = expect(dist, found, day, formerly)
    addresses = tuple(dict.fromkeys(address for state in states for address in state.addresses))
    return Expected(files, gone, addresses, keys, viewer=viewer)


def _records(folder: Path, keys: dict[str, bytes]) -> records.Sealed | None:
    """The signed records, if they are here and there is a key to check them with."""
    if not keys or not (folder / records.SITE).is_file():
        return None

    def load(path: str) -> bytes | None:
        place = folder / path
        return place.read_bytes() if place.is_file() else None

    found, missing = records.read(load, keys)
    if missing:
        path, reason = next(iter(missing.items()))
        raise FaultError(f"sealed/{path} {reason}", "restore the whole folder, or build again")
    return found


def _own_viewer() -> dict[str, Digest]:
    """This version's own viewer, as it is published; nothing if it has not been built here."""
    try:
        files = asset_folder("viewer", find_viewer()).published()
    except FaultError:
        return {}
    return {path: (len(data), hashlib.sha256(data).hexdigest()) for path, data in files.items()}


def _objects(base: str, named: tuple[str, ...]) -> str | None:
    """Where a stranger finds the sealed objects: the first gallery says it, and its signature is checked later."""
    if not named:
        return None
    visit = Visitor(base).get(f"g/{named[0]}/gallery.json")
    if not visit.there:
        return None
    try:
        objects = as_text(codec.parse_object(visit.body).get("objects"))
    except FindingsError:
        return None
    return objects if urlsplit(objects).netloc else ""


def _hex(fingerprint: str) -> str:
    """A fingerprint as people write it, in groups perhaps."""
    bare = re.sub(r"[\s:-]", "", fingerprint).lower()
    if bare and not re.fullmatch(r"[0-9a-f]{64}", bare):
        raise UsageError("that is no fingerprint", "it has 64 digits 0-9 and a-f; the studio's page /key/ shows it")
    return bare


def _with_inventory(report: Report, content: Path, target: str, local: LocalSite) -> Report:
    """What the host itself says it holds beyond the site."""
    goal = find_target(content, target, None)
    extra = goal.host.compare(local).removed
    found = [Finding(path, f"is at {goal.name}, but not part of the site", "sogallery deploy") for path in extra]
    return replace(report, findings=tuple(sorted({*report.findings, *found})))


def _progress() -> Callable[[int, int], None] | None:
    """One line that is redrawn, on a terminal only."""
    if not sys.stderr.isatty():
        return None
    return lambda done, total: click.echo(f"\r\x1b[K{done} of {total} files", nl=done == total, err=True)


def _tell(report: Report, as_json: bool) -> None:
    if as_json:
        echo_json({**asdict(report), "day": report.day.isoformat(), "ok": not report.findings})
    if report.findings:
        what = f"{len(report.findings)} thing{'s' if len(report.findings) != 1 else ''} wrong at {report.url}"
        raise FindingsError(what, "see above; then deploy again and verify once more", report.findings)
    if not as_json:
        # Without anything to compare with, that nothing is wrong proves nothing.
        verdict = "is what the studio built" if report.files else "answers, and nothing wrong was seen"
        click.echo(f"{report.url} {verdict}: {report.files} files, {report.size / 1e6:.1f} MB looked at")
        click.echo(f"  compared: {report.trust}")
        click.echo(f"  gone as it should be: {report.gone} addresses")
        for note in report.notes:
            click.echo(f"  note: {note}")
