"""Before anything is sent: does the site fit the host, what will it cost, and is there a better way? Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sogallery.errors import HostLimitError
from sogallery.hosts.base import GB, MIB, Difference, Limits
from sogallery.model import Finding

LIMITS: dict[str, Limits] = {
    "netlify": Limits(
        "Netlify",
        files_per_folder=54_000,
        transfer=15 * GB,
        forbidden="#?",
        source="credit plan, free: 300 credits a month, 20 a GB; November 2026",
    ),
    "cloudflare-pages": Limits(
        "Cloudflare Pages", files=20_000, file_size=25 * MIB, header_rules=100, source="free plan, January 2026"
    ),
    "github-pages": Limits(
        "GitHub Pages", file_size=100 * MIB, site_size=GB, transfer=100 * GB, source="published limits, 2026"
    ),
    "gitlab-pages": Limits("GitLab Pages", files=200_000, site_size=GB, source="gitlab.com, 2026"),
    "s3": Limits("the object store", file_size=5 * 1024 * GB, name_length=1024, source="S3 API"),
    "folder": Limits("the folder"),
    "rsync": Limits("the server"),
}
ADVISE_FROM = 0.8  # of a limit: time to say what to do about it


@dataclass(frozen=True, slots=True)
class Preflight:
    """What a site means to a host: breaches stop the deploy, advice does not."""

    files: int
    size: int
    breaches: tuple[Finding, ...]
    advice: tuple[str, ...]
    estimates: tuple[str, ...]

    def insist(self, host: str) -> None:
        """Raise HostLimitError, with all breaches, if there is one."""
        if self.breaches:
            told = "; ".join(f"{breach.path}: {breach.message}" for breach in self.breaches[:5])
            more = f" and {len(self.breaches) - 5} more" if len(self.breaches) > 5 else ""
            raise HostLimitError(f"the site does not fit {host}: {told}{more}", self.breaches[0].hint)


def preflight(sizes: Mapping[str, int], limits: Limits, changes: Difference, header_rules: int = 0) -> Preflight:
    """Judge a site (path to bytes) against a host's limits. `changes` is what is about to be sent."""
    breaches = (*_names(sizes, limits), *_counts(sizes, limits), *_sizes(sizes, limits), *_rules(limits, header_rules))
    return Preflight(
        files=len(sizes),
        size=sum(sizes.values()),
        breaches=breaches,
        advice=tuple(_advice(sizes, limits)),
        estimates=tuple(_estimates(sizes, limits, changes)),
    )


def human(size: float) -> str:
    """Bytes for people, in decimal units as hosts bill them."""
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1000 or unit == "GB":
            return f"{size:.0f} {unit}" if unit == "B" or size >= 100 else f"{size:.1f} {unit}"
        size /= 1000
    raise AssertionError  # the loop returns at GB


def _names(paths: Iterable[str], limits: Limits) -> Iterator[Finding]:
    folded: dict[str, str] = {}
    for path in sorted(paths):
        bad = sorted({char for char in path if char in limits.forbidden or char == "\\" or not char.isprintable()})
        if bad:
            what = " and ".join(repr(char) for char in bad)
            yield Finding(path, f"the name holds {what}, which the host refuses", "rename it and build again")
        if limits.name_length is not None and len(path.encode()) > limits.name_length:
            yield Finding(path[:60] + "...", f"the name is over {limits.name_length} bytes", "give it a shorter name")
        other = folded.setdefault(path.casefold(), path)
        if other != path:
            hint = "some hosts and computers see one file there; rename one and build again"
            yield Finding(path, f"differs from {other} only in capital letters", hint)


def _counts(paths: Mapping[str, int], limits: Limits) -> Iterator[Finding]:
    if limits.files is not None and len(paths) > limits.files:
        yield Finding(".", f"{len(paths)} files, {limits.host} takes {limits.files}", _SPLIT)
    if limits.files_per_folder is not None:
        for folder, count in Counter(path.rpartition("/")[0] for path in paths).items():
            if count > limits.files_per_folder:
                message = f"{count} files, {limits.host} takes {limits.files_per_folder} a folder"
                yield Finding(folder or ".", message, _SPLIT)


def _sizes(sizes: Mapping[str, int], limits: Limits) -> Iterator[Finding]:
    for path, size in sorted(sizes.items()):
        if limits.file_size is not None and size > limits.file_size:
            yield Finding(path, f"{human(size)}, {limits.host} takes {human(limits.file_size)} a file", _SPLIT)
    total = sum(sizes.values())
    if limits.site_size is not None and total > limits.site_size:
        yield Finding(".", f"{human(total)}, {limits.host} takes {human(limits.site_size)}", _SPLIT)


def _rules(limits: Limits, rules: int) -> Iterator[Finding]:
    if limits.header_rules is not None and rules > limits.header_rules:
        yield Finding("_headers", f"{rules} rules, {limits.host} takes {limits.header_rules}", "use wildcards")


_SPLIT = "put the sealed objects on an object store (docs/deploying.md, Split delivery), or retire old galleries"


def _advice(sizes: Mapping[str, int], limits: Limits) -> Iterator[str]:
    total, sealed = sum(sizes.values()), sum(size for path, size in sizes.items() if path.startswith("b/"))
    for what, value, limit in (("files", len(sizes), limits.files), ("bytes", total, limits.site_size)):
        if limit is not None and ADVISE_FROM * limit < value <= limit:
            yield f"{value * 100 // limit} % of the {what} that {limits.host} takes are used: {_SPLIT}"
    if limits.transfer is not None and sealed and total * 3 > limits.transfer:
        times = limits.transfer / total
        yield (
            f"{limits.host}'s {human(limits.transfer)} a month are {times:.1f} complete downloads of all galleries "
            f"({human(sealed)} sealed): {_SPLIT}"
        )


def _estimates(sizes: Mapping[str, int], limits: Limits, changes: Difference) -> Iterator[str]:
    total, puts = sum(sizes.values()), len(changes.new) + len(changes.changed)
    yield f"{human(changes.send)} to send in {puts} files; {human(total)} in {len(sizes)} files in all"
    if limits is LIMITS["netlify"] and changes:
        browse = total / GB * 20
        yield f"Netlify's credit plans: 15 credits for this deploy, {browse:.1f} for one download of everything"
    if limits is LIMITS["s3"] and changes:
        storage, requests = total / GB, puts / 1000
        yield (
            f"at list prices: Amazon S3 {storage * 0.023:.2f} $ a month, {requests * 0.005:.3f} $ for this upload, "
            f"{storage * 0.09:.2f} $ for one complete download; Cloudflare R2 {storage * 0.015:.2f} $, "
            f"{requests * 0.0045:.3f} $, none"
        )
