"""From `deploy:` in site.yaml, or `--target` and `--to`, to a host. Secrets come from the environment only."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from sogallery.errors import InputError, UsageError
from sogallery.hosts.base import Host
from sogallery.hosts.folder import PUBLISHERS, Folder
from sogallery.hosts.http import secret_from
from sogallery.hosts.netlify import API, TOKEN, Netlify
from sogallery.hosts.rsync import Rsync
from sogallery.hosts.s3 import S3
from sogallery.model import Problem

Settings: TypeAlias = Mapping[str, object]

# Each host's settings: name to (type, whether it must be there).
_KEYS: dict[str, dict[str, tuple[type, bool]]] = {
    "netlify": {"site_id": (str, True), "draft": (bool, False), "api": (str, False)},
    "s3": {
        "bucket": (str, True),
        "prefix": (str, False),
        "endpoint": (str, False),
        "region": (str, False),
        "profile": (str, False),
        "cors": (bool, False),
        "url": (str, False),
    },
    "rsync": {"to": (str, True), "ssh": (str, False), "in_place": (bool, False)},
    **{publisher: {"to": (str, True)} for publisher in PUBLISHERS},
}
_COMMON = {"host", "objects", "prune", "url"}


@dataclass(frozen=True, slots=True)
class Target:
    """A named place to deploy to; `objects` is where sealed objects go if not beside the pages, `url` its address."""

    name: str
    host: Host
    objects: Target | None = None
    prune: bool = True
    url: str = ""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a target needs beside its settings: the environment, where relative paths start, the site's address.

    Folders in site.yaml start at the site's own folder, `base`; those of `--to` where the command runs, `here`.
    """

    environment: Mapping[str, str]
    base: Path
    here: Path
    base_url: str = ""
    origin: str = ""  # of the pages, for a host that keeps their objects


def choose(deploy: Mapping[str, Settings], name: str | None, to: str | None, around: Surroundings) -> Target:
    """The target called `name`, or the only one there is; `name` may be a kind of host if `to` says where.

    Raises InputError for wrong settings, UsageError for words that name no target.
    """
    if name is None and to is None and len(deploy) == 1:
        name = next(iter(deploy))
    if name is None:
        known = ", ".join(deploy) or "none yet"
        raise UsageError("which target?", f"name one by --target; site.yaml has: {known} (or --target folder --to DIR)")
    if name in deploy:
        settings = {**deploy[name], **(_place(str(deploy[name].get("host")), to, around) if to else {})}
        return _target(name, settings, deploy, around)
    if name not in _KEYS:
        near = difflib.get_close_matches(name, [*deploy, *_KEYS], 1)
        hint = (
            f"did you mean {near[0]}?" if near else "name a target of site.yaml, or a kind of host: " + ", ".join(_KEYS)
        )
        raise UsageError(f"there is no target {name!r}", hint)
    if to is None:
        raise UsageError(f"where does --target {name} go?", "say it by --to, or write the target into site.yaml")
    settings = {"host": name, **_place(name, to, around)}
    return _target(name, settings, deploy, around)


def _target(name: str, settings: Settings, deploy: Mapping[str, Settings], around: Surroundings) -> Target:
    kind = str(settings.get("host", ""))
    problems = _problems(name, kind, settings, deploy)
    if problems:
        raise InputError(problems)
    objects = settings.get("objects")
    apart = (
        _target(str(objects), deploy[str(objects)], {}, replace(around, origin=around.base_url)) if objects else None
    )
    if apart is not None and not isinstance(apart.host, S3 | Rsync | Folder):
        raise InputError(
            [_problem(name, "objects", "sealed objects cannot go there", "name a target on an object store")]
        )
    url = str(settings.get("url", "")) or around.base_url
    return Target(name, _host(kind, settings, around), apart, bool(settings.get("prune", True)), url)


def _host(kind: str, settings: Settings, around: Surroundings) -> Host:
    def text(key: str) -> str:
        return str(settings.get(key, ""))

    if kind == "netlify":
        token = secret_from(around.environment, TOKEN)
        return Netlify(text("site_id"), token, api=text("api") or API, draft=bool(settings.get("draft", False)))
    if kind == "s3":
        return S3(
            text("bucket"),
            prefix=text("prefix"),
            endpoint=text("endpoint"),
            region=text("region"),
            profile=text("profile"),
            origin=around.origin if settings.get("cors", True) else "",
        )
    if kind == "rsync":
        return Rsync(text("to"), ssh=text("ssh"), in_place=bool(settings.get("in_place", False)))
    return Folder(around.base / Path(text("to")).expanduser(), kind)


def _problems(name: str, kind: str, settings: Settings, deploy: Mapping[str, Settings]) -> list[Problem]:
    if kind not in _KEYS:
        near = difflib.get_close_matches(kind, list(_KEYS), 1)
        hint = f"did you mean {near[0]}?" if near else "one of " + ", ".join(_KEYS)
        return [_problem(name, "host", f"there is no host {kind!r}", hint)]
    keys, found = _KEYS[kind], []
    for key, value in settings.items():
        if key in keys and not isinstance(value, keys[key][0]):
            wanted = "true or false" if keys[key][0] is bool else "text"
            found.append(_problem(name, key, f"must be {wanted}", "put quotes around it if it is a number"))
        elif key not in keys and key not in _COMMON:
            near = difflib.get_close_matches(key, [*keys, *_COMMON], 1)
            found.append(_problem(name, key, "is not a setting of " + kind, f"did you mean {near[0]}?" if near else ""))
    for key, (_, needed) in keys.items():
        if needed and not settings.get(key):
            found.append(_problem(name, key, f"is missing: {kind} needs it", f"add a line `{key}: ...`"))
    if settings.get("objects") and settings["objects"] not in deploy:
        found.append(_problem(name, "objects", f"names no other target: {settings['objects']!r}", "add that target"))
    return found


def _problem(name: str, key: str, message: str, hint: str) -> Problem:
    return Problem("site.yaml", 0, 0, f"deploy.{name}.{key}: {message}", hint)


def _place(kind: str, to: str, around: Surroundings) -> dict[str, object]:
    """What `--to` means for a kind of host: `s3://bucket/prefix`, a site id, `user@host:/path` or a folder."""
    if kind in PUBLISHERS:
        return {"to": str(around.here / Path(to).expanduser())}
    if kind != "s3":
        return {"site_id" if kind == "netlify" else "to": to}
    bucket, _, prefix = to.removeprefix("s3://").partition("/")
    return {"bucket": bucket, "prefix": prefix}
