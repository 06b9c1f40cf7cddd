"""Netlify, by its digest deploy API: a deploy names every file with its SHA-1; only what Netlify lacks is sent.

A deploy goes live only when all of it is there, so a visitor meets the old site or the new one. Old deploys stay
reachable under addresses of their own until they are deleted, which `prune` does. Paths and states are those of
Netlify's OpenAPI document (`/sites/{site_id}/deploys`, `/deploys/{deploy_id}/files/{path}`).
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager
from threading import Lock
from typing import Any, BinaryIO
from urllib.parse import quote, urlencode

from sogallery.errors import FaultError, HostLimitError, SecretError, UsageError
from sogallery.hosts.base import Deployment, Difference, Limits, Progress, Pruned, difference, silent
from sogallery.hosts.http import Client, Response, Secret
from sogallery.hosts.local import CONTROL_FILES, LocalSite
from sogallery.hosts.preflight import LIMITS
from sogallery.hosts.state import State

API = "https://api.netlify.com/api/v1"
TOKEN = "NETLIFY_AUTH_TOKEN"
_ASYNC_FROM = 100  # files; above, Netlify compares in the background
_PARALLEL = 5
_PAGE = 100
_READY_FOR_FILES = ("prepared", "uploading", "uploaded", "processing", "processed", "ready")
_FAILED = ("error", "rejected")


class Netlify:
    """One Netlify site. `draft` leaves deploys unpublished; `sleep` and `patience` (seconds) are for tests."""

    name = "netlify"

    def __init__(
        self,
        site_id: str,
        token: Secret,
        api: str = API,
        draft: bool = False,
        sleep: Callable[[float], None] = time.sleep,
        patience: float = 1200.0,
        tries: int = 6,
    ) -> None:
        self.site_id, self.draft = site_id, draft
        self.limits: Limits = LIMITS["netlify"]
        self._token = token
        self._client = Client(api, token, tries=tries, sleep=sleep)
        self._sleep, self._patience = sleep, patience
        self._site = f"/sites/{quote(site_id, safe='')}"

    # --- what is there -----------------------------------------------------------------------------------------

    def compare(self, site: LocalSite) -> Difference:
        """Compare with the published deploy's files; files that Netlify reads but does not list count as there."""
        files = self._listed(f"{self._site}/files") if self._published() else []
        remote = {str(entry["path"]).lstrip("/"): str(entry.get("sha", "")) for entry in files}
        unlisted = set(CONTROL_FILES) - remote.keys() if remote else set()
        local = {path: file.sha1 for path, file in site.files.items() if path not in unlisted}
        return difference(local, remote, site.sizes)

    def deploy(
        self,
        site: LocalSite,
        changes: Difference,  # noqa: ARG002 - a deploy is always the whole site, and Netlify itself says what it lacks
        state: State,
        progress: Progress = silent,
    ) -> Deployment:
        """Create a deploy (or take up an interrupted one), send what Netlify asks for, wait until it is live."""
        deploy, resumed = self._begin(site, state)
        deploy = self._until(deploy, _READY_FOR_FILES)
        count, sent = self._send(deploy, site, progress)
        deploy = self._until(deploy, ("ready",))
        published = self._published()
        live = not self.draft and published == deploy["id"]
        url = str(deploy.get("ssl_url") or deploy.get("url") or "")
        address = str(deploy.get("deploy_ssl_url") or deploy.get("deploy_url") or "")
        state.pending = {}
        state.save()
        notes = () if live or self.draft else (f"Netlify keeps showing deploy {published}: its site is locked to it",)
        return Deployment(url if live else address, deploy["id"], count, sent, 0, resumed, live, notes)

    def prune(self, state: State) -> Pruned:
        """Delete every deploy but the published one: each of them is a copy under an address of its own."""
        published, removed, left, addresses = self._published(), [], [], []
        for deploy in self._listed(f"{self._site}/deploys"):
            identity = str(deploy["id"])
            if identity in (published, state.pending.get("deploy")):
                continue
            answer = self._client.request("DELETE", f"/deploys/{quote(identity, safe='')}")
            if answer.status in (200, 204, 404):
                removed.append(identity)
                addresses.append(str(deploy.get("deploy_ssl_url") or ""))
            else:
                left.append(f"{identity}: {self._complaint(answer)}")
        state.remember(addresses)
        return Pruned(tuple(removed), tuple(left), tuple(address for address in addresses if address))

    # --- steps of a deploy -------------------------------------------------------------------------------------

    def _begin(self, site: LocalSite, state: State) -> tuple[dict[str, Any], bool]:
        """The deploy for exactly these files: the interrupted one if it still stands, else a new one."""
        files = {path: file.sha1 for path, file in site.files.items()}
        digest = hashlib.sha256(json.dumps([sorted(files.items()), self.draft]).encode()).hexdigest()
        if state.pending.get("digest") == digest:
            answer = self._client.request("GET", f"{self._site}/deploys/{state.pending.get('deploy')}")
            if answer.status == 200 and answer.json().get("state") not in _FAILED:
                return answer.json(), True
        body = {"files": files, "async": len(files) > _ASYNC_FROM, "draft": self.draft}
        deploy = self._json("POST", f"{self._site}/deploys", body)
        state.pending = {"deploy": str(deploy["id"]), "digest": digest}
        state.save()
        return deploy, False

    def _until(self, deploy: dict[str, Any], states: Sequence[str]) -> dict[str, Any]:
        """Ask for the deploy's state until it is one of `states`."""
        waited, pause = 0.0, 1.0
        while deploy.get("state") not in states:
            if deploy.get("state") in _FAILED:
                reason = str(deploy.get("error_message") or "no reason given")[:200]
                raise FaultError(f"Netlify gave up on the deploy: {reason}", "the old site is untouched; deploy again")
            if waited >= self._patience:
                raise FaultError(f"Netlify is still {deploy.get('state')}", "run deploy again later: it takes up here")
            self._sleep(pause)
            waited, pause = waited + pause, min(pause * 1.5, 5.0)
            deploy = self._json("GET", f"{self._site}/deploys/{deploy['id']}")
        return deploy

    def _send(self, deploy: Mapping[str, Any], site: LocalSite, progress: Progress) -> tuple[int, int]:
        """Upload what Netlify asks for, five at a time; the first refusal stops the rest."""
        required = set(deploy.get("required") or ()) if deploy.get("state") != "ready" else set()
        paths = sorted(path for path, file in site.files.items() if file.sha1 in required)
        total, done, lock = sum(site.files[path].size for path in paths), 0, Lock()

        def put(path: str) -> None:
            nonlocal done
            self._put(str(deploy["id"]), site, path)
            with lock:
                done += site.files[path].size
                progress(done, total, path)

        with ThreadPoolExecutor(_PARALLEL) as pool:
            tasks = [pool.submit(put, path) for path in paths]
            try:
                wait(tasks, return_when=FIRST_EXCEPTION)
            finally:
                pool.shutdown(wait=True, cancel_futures=True)
            for task in tasks:
                if not task.cancelled():
                    task.result()
        return len(paths), total

    def _put(self, deploy: str, site: LocalSite, path: str) -> None:
        def body() -> AbstractContextManager[BinaryIO]:
            return site.open(path)

        answer = self._client.request(
            "PUT",
            f"/deploys/{deploy}/files/{quote(path)}",
            body,
            {"Content-Type": "application/octet-stream"},
            site.files[path].size,
        )
        if answer.status == 422:
            hint = "the old site is untouched; build and deploy again"
            raise FaultError(f"Netlify refused {path}: {self._complaint(answer)}", hint)
        self._insist(answer)

    # --- asking ------------------------------------------------------------------------------------------------

    def _published(self) -> str:
        """The id of the deploy that visitors see, "" before the first."""
        found = self._json("GET", self._site).get("published_deploy")
        return str(found.get("id", "")) if isinstance(found, dict) else ""

    def _listed(self, path: str) -> list[dict[str, Any]]:
        """All pages of a list; a host that ignores paging is noticed by its repeating itself."""
        return list(self._pages(path))

    def _pages(self, path: str) -> Iterator[dict[str, Any]]:
        seen: set[str] = set()
        for page in range(1, 10_000):
            answer = self._client.request("GET", f"{path}?{urlencode({'page': page, 'per_page': _PAGE})}")
            self._insist(answer)
            rows = [row for row in answer.json() if str(row.get("id")) not in seen]
            yield from rows
            seen |= {str(row.get("id")) for row in rows}
            if len(rows) < _PAGE:
                return

    def _json(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        data = json.dumps(body).encode() if body is not None else None
        answer = self._client.request(method, path, data, {"Content-Type": "application/json"} if data else {})
        self._insist(answer)
        found = answer.json()
        if not isinstance(found, dict):
            raise FaultError("Netlify answered with something unexpected", "try again later")
        return found

    def _insist(self, answer: Response) -> None:
        """Raise what an answer means, unless it is a good one."""
        if answer.status < 300:
            return
        complaint = self._complaint(answer)
        if answer.status == 401:
            raise SecretError(f"Netlify does not take this token: {complaint}", f"make a new one and set {TOKEN}")
        if answer.status == 404:
            raise UsageError(f"Netlify knows no site {self.site_id} for this token", "check site_id in site.yaml")
        if answer.status in (402, 403):
            hint = "see the team's usage and limits at Netlify; what is live stays"
            raise HostLimitError(f"Netlify refuses: {complaint}", hint)
        raise FaultError(f"Netlify refuses: {complaint}", "the old site is untouched; deploy again later")

    def _complaint(self, answer: Response) -> str:
        return self._token.hide_in(f"{answer.status} {answer.message()}".strip())
