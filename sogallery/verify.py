"""Is the published site what the studio built? Looked at from outside, against the signed record or a fingerprint.

What is trusted, and what must not be on the host, is decided in docs/decisions/0006-verification.md.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from sogallery import headers
from sogallery.errors import FaultError, TamperedError
from sogallery.hosts import listing
from sogallery.hosts.expected import Digest, Expected
from sogallery.hosts.judging import GALLERY, is_page, read_pub, sealed, without_id
from sogallery.hosts.media import known_type
from sogallery.hosts.visit import Visit, Visitor, agree, allowing, origin
from sogallery.model import Finding
from sogallery.sealed import GALLERY_PAGE
from sogallery.vault import codec
from sogallery.vault.codec import as_text
from sogallery.vault.signed import verify_in_place

_PARALLEL = 6
_SKEW = 3600.0  # seconds by which two clocks may differ
_BIG = 1024 * 1024
_FORMAT = "soga/1"
# What some careless upload may have left, and what no site of ours ever serves.
_NEVER = (
    ".git/HEAD",
    ".git/config",
    ".sogallery/cache.sqlite",
    "content/site.yaml",
    "content/ledger.jsonl",
    "site.yaml",
    "sealed/site.json",
    "ledger.jsonl",
)
_FOLDERS = ("g/", "b/", "assets/", "p/")


@dataclass(frozen=True, slots=True)
class Report:
    """What was found. `trust` says in words what the files were compared with."""

    url: str
    day: date
    trust: str
    files: int
    size: int
    gone: int
    findings: tuple[Finding, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Options:
    """How to look: `quick` asks only for the size of large files, `plain` is for hosts that send no headers of ours."""

    day: date
    now: datetime
    nonce: str
    quick: bool = False
    plain: bool = False


class Verifier:
    """One look at one site. `run` does it all."""

    def __init__(
        self,
        visitor: Visitor,
        expected: Expected,
        options: Options,
        progress: Callable[[int, int], None] | None = None,
    ) -> None:
        self._visitor, self._expected, self._options, self._progress = visitor, expected, options, progress
        self._findings: list[Finding] = []
        self._notes: list[str] = []
        self._header_faults: dict[tuple[str, str], list[str]] = {}
        self._size = 0
        self._soft = ""  # the digest of what a host answers instead of 404

    def run(self) -> Report:
        """Visit everything. Raises FaultError if the host does not answer at all."""
        self._host()
        keys = self._keys()
        trust, files = self._files(keys)
        self._all(files)
        self._locks(files, keys)
        self._all_gone()
        self._tell_headers()
        return Report(
            url=self._visitor.base,
            day=self._options.day,
            trust=trust,
            files=len(files),
            size=self._size,
            gone=len(self._expected.gone) + len(self._expected.addresses),
            findings=tuple(sorted(set(self._findings))),
            notes=tuple(dict.fromkeys(self._notes)),
        )

    def _find(self, path: str, message: str, hint: str = "") -> None:
        self._findings.append(Finding(path, message, hint))

    # --- the host itself ---------------------------------------------------------------------------------------

    def _host(self) -> None:
        """Transport, clock, and what the host answers for what is not there."""
        url = urlsplit(self._visitor.base)
        if url.scheme == "http" and url.hostname not in ("localhost", "127.0.0.1", "::1"):
            self._find(".", "is served without encryption", "use the https address, and let the host redirect to it")
        for folder in ("", "g/", "b/00/"):
            found = self._visitor.get(f"{folder}{self._options.nonce}")
            self._clock(found)
            if found.there:
                self._soft = found.sha256
                self._find(f"{folder}...", "the host answers 200 for a file that does not exist", _SOFT)
        for path in (*_NEVER, *_FOLDERS):
            found = self._visitor.visit(self._visitor.base + path)
            if found.there and found.sha256 != self._soft:
                what = "the folder is listed to everybody" if path in _FOLDERS else "is served, and must never be"
                self._find(path, what, "switch listings off" if path in _FOLDERS else "remove it from the host at once")

    def _clock(self, visit: Visit) -> None:
        try:
            skew = abs((parsedate_to_datetime(visit.headers.get("date", "")) - self._options.now).total_seconds())
        except (TypeError, ValueError):
            return
        if skew > _SKEW:
            message = f"this computer's clock and the host's differ by {skew / 3600:.0f} hours"
            self._notes.append(f"{message}: what has ended is judged by this computer's day")

    # --- what is trusted ---------------------------------------------------------------------------------------

    def _keys(self) -> Mapping[str, bytes]:
        """The studio's keys: those at hand, else the published ones if they have the fingerprint."""
        visit = self._visitor.get("studio.pub")
        published = read_pub(visit.body) if visit.there else {}
        fingerprints = {hashlib.sha256(key).hexdigest() for key in published.values()}
        known = {hashlib.sha256(key).hexdigest() for key in self._expected.keys.values()}
        wanted = known | ({self._expected.fingerprint} if self._expected.fingerprint else set())
        if visit.there and wanted and not fingerprints & wanted:
            self._find("studio.pub", "is not the studio's: its fingerprint differs", "somebody else may run this site")
        if self._expected.keys:
            return self._expected.keys
        if not wanted:
            self._notes.append("no studio.pub and no fingerprint were given: nothing proves that the studio made this")
        return published if fingerprints & wanted else {}

    def _files(self, keys: Mapping[str, bytes]) -> tuple[str, dict[str, Digest | None]]:
        """What to compare with, in words, and the files: those at hand, completed by the published list."""
        files = dict(self._expected.files)
        local = any(not path.startswith(("g/", "b/", "p/")) for path in files)
        found = self._list(keys)
        for gallery in self._expected.galleries:
            for name in ("index.html", "gallery.json"):
                files.setdefault(f"g/{gallery}/{name}", None)
        if found is not None:
            listed = {path: digest for path, digest in found.files.items() if path not in self._expected.gone}
            page = listed.pop(GALLERY_PAGE, None)
            files |= dict.fromkeys([path for path in files if is_page(path) and files[path] is None], page)
            files = files if local else {**listed, **files}
        if any(digest is None for path, digest in files.items() if is_page(path)):
            self._notes.append(
                "the galleries' pages could not be compared with anything: look at them with dist at hand"
            )
        for path, digest in self._expected.viewer.items():
            if path in files:
                files[path] = digest
        self._foreign_viewer(files, local)
        by_records = any(path.startswith("b/") for path in files)
        return _trust(by_records, local, found), files

    def _list(self, keys: Mapping[str, bytes]) -> listing.BuildList | None:
        visit = self._visitor.get(listing.NAME)
        if not visit.there:
            self._find(listing.NAME, "is missing", "deploy the whole of dist")
            return None
        try:
            found = listing.read(visit.body, keys)
        except TamperedError as error:
            if keys or self._expected.fingerprint:
                self._find(listing.NAME, error.message, "somebody changed the list of files: deploy again")
            return None
        if not found.signed:
            self._notes.append(
                "the list of public files is not signed: they were made without the studio's keys, after its last build"
            )
        return found

    def _foreign_viewer(self, files: Mapping[str, object], local: bool) -> None:
        served = {path.split("/")[1] for path in files if path.startswith("assets/viewer-")}
        own = {path.split("/")[1] for path in self._expected.viewer}
        if served - own and not local:
            self._notes.append(
                "the viewer's code is another version's than this one's: it was only compared with the list"
            )

    # --- file by file ------------------------------------------------------------------------------------------

    def _all(self, files: Mapping[str, Digest | None]) -> None:
        """Visit and judge in the workers, so that no more than a few bodies are held at a time."""
        with ThreadPoolExecutor(_PARALLEL) as pool:
            for done, size in enumerate(pool.map(lambda path: self._look(path, files[path]), files), 1):
                self._size += size
                if self._progress is not None:
                    self._progress(done, len(files))

    def _look(self, path: str, digest: Digest | None) -> int:
        """Judge one file; returns the bytes that were read."""
        size = digest[0] if digest else 0
        visit = self._visitor.get(path, size, "HEAD" if self._options.quick and size > _BIG else "GET")
        self._judge(path, digest, visit)
        return len(visit.body)

    def _judge(self, path: str, digest: Digest | None, visit: Visit) -> None:
        if not visit.there:
            where = f": leads to {visit.headers['location']}" if "location" in visit.headers else ""
            self._find(path, f"is missing (the host answers {visit.status}{where})", "deploy again")
            return
        if digest is not None:
            self._same(path, digest, visit)
        if path.startswith("b/") and visit.body and not sealed(path, visit.body):
            self._find(
                path, "is not sealed: everybody can read it", "remove it from the host at once, then build again"
            )
        self._headers(path, visit)

    def _same(self, path: str, digest: Digest, visit: Visit) -> None:
        size, sha256 = digest
        if self._options.quick and size > _BIG:
            told = visit.headers.get("content-length", "")
            if told.isdigit() and int(told) != size:
                self._find(path, f"has {told} bytes instead of {size}", "deploy again")
            return
        body = without_id(path, visit.body) if is_page(path) and sha256 != visit.sha256 else visit.body
        if hashlib.sha256(body).hexdigest() == sha256:
            return
        if len(body) != size:
            self._find(path, f"was changed: it has {len(body)} bytes instead of {size}", "deploy again")
        else:
            self._find(path, "was changed", "deploy again; if it happens again, ask the host")

    def _headers(self, path: str, visit: Visit) -> None:
        """Compare with the header table; what a host adds of its own is its business."""
        wanted = headers.headers_for(path, self._expected.objects_url or "")
        if path.startswith("b/") and self._visitor.apart:
            self._cross_origin(visit)
            wanted = {"Cache-Control": wanted["Cache-Control"], "Content-Type": wanted["Content-Type"]}
        if known_type(path):
            wanted["Content-Type"] = known_type(path)
        if self._options.plain:
            wanted = {name: value for name, value in wanted.items() if name == "Content-Type" and known_type(path)}
        if self._expected.objects_url is None and "Content-Security-Policy" in wanted:
            wanted["Content-Security-Policy"] = allowing(
                wanted["Content-Security-Policy"], visit.headers.get("content-security-policy", "")
            )
        for name, value in wanted.items():
            if not agree(name, value, visit.headers.get(name.lower(), "")):
                found = visit.headers.get(name.lower())
                message = f"{name} is {found!r} instead of {value!r}" if found else f"{name} is missing ({value})"
                self._header_faults.setdefault((name, message), []).append(path)

    def _cross_origin(self, visit: Visit) -> None:
        if visit.headers.get("access-control-allow-origin") not in ("*", origin(self._visitor.base)):
            key = ("CORS", f"{origin(self._visitor.base)} may not read it (Access-Control-Allow-Origin)")
            self._header_faults.setdefault(key, []).append(urlsplit(visit.address).path)

    def _tell_headers(self) -> None:
        """One finding for each fault, not for each file."""
        for (_, message), paths in self._header_faults.items():
            more = f" (and {len(paths) - 1} more files)" if len(paths) > 1 else ""
            self._find(min(paths), message + more, "see docs/deploying.md, Headers")

    # --- galleries ---------------------------------------------------------------------------------------------

    def _locks(self, files: Mapping[str, object], keys: Mapping[str, bytes]) -> None:
        """Each gallery.json: signed by the studio, for this gallery, with its objects where they should be."""
        for path in files:
            match = GALLERY.match(path)
            if match and path.endswith("/gallery.json"):
                visit = self._visitor.get(path)
                if visit.there:
                    self._lock(path, match[1], visit.body, keys)

    def _lock(self, path: str, gallery: str, body: bytes, keys: Mapping[str, bytes]) -> None:
        try:
            document = verify_in_place(body, keys, _FORMAT) if keys else codec.parse_object(body)
            named, objects = as_text(document.get("gallery")), as_text(document.get("objects"))
        except TamperedError as error:
            self._find(path, error.message, "do not type the passphrase there; deploy again")
            return
        if named != gallery:
            self._find(path, "belongs to another gallery", "do not type the passphrase there; deploy again")
        known = self._expected.objects_url is not None
        if known and Visitor(self._visitor.base + f"g/{gallery}/", objects).objects != self._visitor.objects:
            self._find(path, f"looks for its photos at {objects}", "build with the right objects_url and deploy again")

    # --- what must not be there --------------------------------------------------------------------------------

    def _all_gone(self) -> None:
        with ThreadPoolExecutor(_PARALLEL) as pool:
            for _ in pool.map(self._gone, self._expected.gone):
                pass  # what is wrong is noted; a host that does not answer raises here
        for address in self._expected.addresses:
            self._old_address(address)

    def _gone(self, path: str) -> None:
        visit = self._visitor.get(path)
        if visit.there and visit.sha256 != self._soft:
            self._find(path, f"is still there, but {self._expected.gone[path]}", "deploy the present site, then prune")
        elif not visit.there and not visit.gone:
            self._notes.append(f"{path}: the host answers {visit.status}, neither there nor gone")

    def _old_address(self, address: str) -> None:
        """An old deploy's own address must be dead, or not even have a name any more."""
        try:
            visit = self._visitor.visit(address)
        except FaultError:
            return
        if visit.there:
            self._find(address, "an old deploy is still there, with what has been removed since", "sogallery prune")


_SOFT = "switch the single-page fallback off: it hides what is missing and what should be gone"


def _trust(by_records: bool, local: bool, found: listing.BuildList | None) -> str:
    galleries = "galleries against the signed records" if by_records else "galleries' locks against the studio's key"
    if local:
        return f"public files against dist, {galleries}"
    if found is None:
        return galleries
    return f"public files against the {'signed' if found.signed else 'unsigned'} build.json, {galleries}"
