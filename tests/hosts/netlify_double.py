"""A stand-in for Netlify that keeps state: the digest deploy API on http.server, and the sites it publishes.

Paths, operations and bodies follow Netlify's OpenAPI document (github.com/netlify/open-api, basePath /api/v1); SCHEMAS
says in JSON Schema what it says of them, and every body that comes or goes is checked against it. What the document
does not say is assumed, and marked so: the status codes of errors, when states change, what happens to bytes when a
deploy is deleted.

Published sites answer under `/~<site>/`, every deploy's permalink under `/~<deploy id>--<site>/`, with the headers of
their own `_headers`.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import jsonschema

SHA1 = {"type": "string", "pattern": "^[0-9a-f]{40}$"}
DEPLOY_STATES = ["new", "pending_review", "accepted", "rejected", "enqueued", "building", "uploading", "uploaded"]
DEPLOY_STATES += ["preparing", "prepared", "processing", "processed", "ready", "error", "retrying"]
SCHEMAS: dict[str, dict[str, Any]] = {
    "deployFiles": {
        "type": "object",
        "required": ["files"],
        "additionalProperties": False,
        "properties": {
            "files": {"type": "object", "additionalProperties": SHA1},
            "draft": {"type": "boolean"},
            "async": {"type": "boolean"},
            "branch": {"type": "string"},
        },
    },
    "deploy": {
        "type": "object",
        "required": ["id", "site_id", "state", "required"],
        "properties": {
            "id": {"type": "string"},
            "site_id": {"type": "string"},
            "state": {"enum": DEPLOY_STATES},
            "url": {"type": "string"},
            "ssl_url": {"type": "string"},
            "deploy_url": {"type": "string"},
            "deploy_ssl_url": {"type": "string"},
            "draft": {"type": "boolean"},
            "required": {"type": "array", "items": SHA1},
            "error_message": {"type": "string"},
            "context": {"type": "string"},
        },
    },
    "file": {
        "type": "object",
        "required": ["id", "path", "sha", "size"],
        "properties": {"id": {"type": "string"}, "path": {"type": "string"}, "sha": SHA1, "size": {"type": "integer"}},
    },
    "error": {
        "type": "object",
        "required": ["message"],
        "properties": {"code": {"type": "integer"}, "message": {"type": "string"}},
    },
}
TYPES = {"html": "text/html; charset=UTF-8", "json": "application/json", "js": "application/javascript; charset=UTF-8"}
TYPES |= {"css": "text/css; charset=UTF-8", "txt": "text/plain; charset=UTF-8", "xml": "application/xml"}
TYPES |= {
    "webp": "image/webp",
    "jpg": "image/jpeg",
    "avif": "image/avif",
    "svg": "image/svg+xml",
    "wasm": "application/wasm",
}


@dataclass
class Deploy:
    id: str
    site: str
    files: dict[str, str]  # path to SHA-1
    draft: bool
    state: str = "preparing"
    error_message: str = ""
    polls: int = 0


@dataclass
class Site:
    id: str
    published: str = ""
    locked: bool = False


@dataclass
class Netlify:
    """The whole host. The switches below plant faults; `log` is what was asked, `put_bytes` what was uploaded."""

    token: str = "nfp_" + "t0k3n" * 6
    sites: dict[str, Site] = field(default_factory=dict)
    deploys: dict[str, Deploy] = field(default_factory=dict)
    blobs: dict[str, bytes] = field(default_factory=dict)
    log: list[tuple[str, str]] = field(default_factory=list)
    put_bytes: int = 0
    puts: int = 0
    bytes_survive: bool = False  # after deletion of a deploy: its permalink goes on answering
    slow_polls: int = 1  # polls that a state lasts
    quota: int | None = None  # bytes that may be stored; beyond: 402 (assumed)
    faults: Callable[[str, str], tuple[int, dict[str, str], str] | str | None] = lambda method, path: None
    alter: Callable[[str, str, bytes], bytes] = lambda host, path, data: data  # what visitors are served instead
    lock: threading.RLock = field(default_factory=threading.RLock)
    base: str = ""

    def add_site(self, name: str) -> str:
        self.sites[name] = Site(name)
        return name

    def address(self, name: str) -> str:
        return f"{self.base}/~{name}/"

    # --- the API -----------------------------------------------------------------------------------------------

    def create(self, site: str, body: dict[str, Any]) -> tuple[int, Any]:
        files = {path.lstrip("/"): sha for path, sha in body["files"].items()}
        if any("#" in path or "?" in path for path in files):
            return 422, {"message": "Invalid filename"}  # assumed
        deploy = Deploy(f"{len(self.deploys):024x}", site, files, bool(body.get("draft")))
        self.deploys[deploy.id] = deploy
        if not body.get("async"):
            deploy.state = "prepared"
            self.settle(deploy)
        return 200, self.shown(deploy)

    def required(self, deploy: Deploy) -> list[str]:
        return sorted({sha for sha in deploy.files.values() if sha not in self.blobs})

    def settle(self, deploy: Deploy) -> None:
        """Move on: background comparison, then all files there, then live."""
        if deploy.state in ("error", "ready"):
            return
        deploy.polls += 1
        if deploy.state == "preparing" and deploy.polls > self.slow_polls:
            deploy.state, deploy.polls = "prepared", 0
        if deploy.state in ("prepared", "uploading") and not self.required(deploy):
            deploy.state, deploy.polls = "processing", 0
        elif deploy.state == "processing" and deploy.polls > self.slow_polls:
            deploy.state = "ready"
            if not deploy.draft and not self.sites[deploy.site].locked:
                self.sites[deploy.site].published = deploy.id

    def put(self, deploy: Deploy, path: str, data: bytes) -> tuple[int, Any]:
        sha = hashlib.sha1(data).hexdigest()
        if path not in deploy.files:
            return 404, {"message": "no such file in this deploy"}  # assumed
        if deploy.files[path] != sha:
            return 422, {"message": f"SHA1 mismatch: got {sha}"}  # assumed
        if self.quota is not None and sum(map(len, self.blobs.values())) + len(data) > self.quota:
            return 402, {"message": "Account credit usage exceeded"}  # assumed
        self.blobs[sha] = data
        self.put_bytes, self.puts = self.put_bytes + len(data), self.puts + 1
        if deploy.state != "error":
            deploy.state = "uploading"
        self.settle(deploy)
        return 200, {"id": "/" + path, "path": "/" + path, "sha": sha, "size": len(data)}

    def delete(self, deploy: Deploy) -> tuple[int, Any]:
        if self.sites[deploy.site].published == deploy.id:
            return 422, {"message": "Cannot delete the published deploy"}  # assumed
        if not self.bytes_survive:
            del self.deploys[deploy.id]
        return 204, None

    def restore(self, deploy: Deploy) -> tuple[int, Any]:
        if deploy.state != "ready":
            return 422, {"message": "only a ready deploy can be restored"}  # assumed
        self.sites[deploy.site].published = deploy.id
        return 201, self.shown(deploy)

    def shown(self, deploy: Deploy) -> dict[str, Any]:
        waiting = deploy.state in ("prepared", "uploading")
        return {
            "id": deploy.id,
            "site_id": deploy.site,
            "state": deploy.state,
            "ssl_url": self.address(deploy.site),
            "url": self.address(deploy.site),
            "deploy_ssl_url": self.address(f"{deploy.id}--{deploy.site}"),
            "deploy_url": self.address(f"{deploy.id}--{deploy.site}"),
            "draft": deploy.draft,
            "required": self.required(deploy) if waiting else [],
            "error_message": deploy.error_message,
            "context": "production",
        }

    def site_shown(self, site: Site) -> dict[str, Any]:
        published = self.deploys.get(site.published)
        return {"id": site.id, "published_deploy": self.shown(published) if published else None}

    def files_of(self, site: Site) -> list[dict[str, Any]]:
        files = self.deploys[site.published].files if site.published else {}
        listed = {path: sha for path, sha in files.items() if path not in ("_headers", "_redirects")}
        return [
            {"id": "/" + path, "path": "/" + path, "sha": sha, "size": len(self.blobs[sha])}
            for path, sha in sorted(listed.items())
        ]

    # --- what visitors get -------------------------------------------------------------------------------------

    def serve(self, name: str, path: str) -> tuple[int, dict[str, str], bytes]:
        deploy = self.deploys.get(name.split("--")[0]) if "--" in name else None
        if "--" not in name and name in self.sites:
            deploy = self.deploys.get(self.sites[name].published)
        if deploy is None or (deploy.state != "ready" and "--" in name):
            return 404, {"Content-Type": "text/plain"}, b"Not Found"
        wanted = path + "index.html" if path == "" or path.endswith("/") else path
        sha = deploy.files.get(wanted) if wanted not in ("_headers", "_redirects") else None
        if sha is None:
            missing = deploy.files.get("404.html")
            return 404, {"Content-Type": "text/html"}, self.blobs[missing] if missing else b"Not Found"
        headers = {"Content-Type": TYPES.get(wanted.rpartition(".")[2], "application/octet-stream")}
        headers["Cache-Control"] = "public,max-age=0,must-revalidate"  # Netlify's own, unless _headers says otherwise
        rules = deploy.files.get("_headers")
        if rules is not None:
            headers.update(headers_of(self.blobs[rules].decode(), "/" + wanted))
        return 200, headers, self.alter(name, wanted, self.blobs[sha])


def headers_of(text: str, path: str) -> dict[str, str]:
    """Netlify's `_headers`: blocks that begin with a path, joined where several match."""
    found: dict[str, str] = {}
    matching = False
    for line in text.splitlines():
        if line.startswith("/"):
            matching = path.startswith(line[:-1]) if line.endswith("*") else path == line
        elif matching and ":" in line:
            name, _, value = line.strip().partition(":")
            found[name] = f"{found[name]}, {value.strip()}" if name in found else value.strip()
    return found


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else each answer waits 40 ms
    netlify: Netlify

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Quiet."""

    def do_GET(self) -> None:
        self.answer("GET")

    def do_HEAD(self) -> None:
        self.answer("HEAD")

    def do_POST(self) -> None:
        self.answer("POST")

    def do_PUT(self) -> None:
        self.answer("PUT")

    def do_DELETE(self) -> None:
        self.answer("DELETE")

    def answer(self, method: str) -> None:
        path = urlsplit(self.path).path
        fault = self.netlify.faults(method, path)
        if fault == "cut":  # before anything is read, as a dead line would be
            self.close_connection = True
            self.connection.close()
            return
        data = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if fault == "cut late":
            self.api(method, path, data)
            self.close_connection = True
            self.connection.close()
            return
        if isinstance(fault, tuple):
            self.send(fault[0], fault[1], fault[2].encode())
        elif path.startswith("/~"):
            name, _, rest = unquote(path[2:]).partition("/")
            with self.netlify.lock:
                status, headers, body = self.netlify.serve(name, rest)
            self.send(status, headers, body)
        else:
            status, found = self.api(method, path, data)
            text = b"" if found is None else json.dumps(found).encode()
            self.send(status, {"Content-Type": "application/json"}, text)

    def send(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def api(self, method: str, path: str, data: bytes) -> tuple[int, Any]:
        with self.netlify.lock:
            self.netlify.log.append((method, path))
            status, found = self.route(method, path.removeprefix("/api/v1"), data)
        if isinstance(found, dict) and "required" in found:
            jsonschema.validate(found, SCHEMAS["deploy"])
        elif status >= 400:
            jsonschema.validate(found, SCHEMAS["error"])
        return status, found

    def route(self, method: str, path: str, data: bytes) -> tuple[int, Any]:
        if self.headers.get("Authorization") != f"Bearer {self.netlify.token}":
            return 401, {"code": 401, "message": "Access Denied: Origin not authorized."}  # the words are assumed
        for verb, pattern, operation in ROUTES:
            match = re.fullmatch(pattern, path)
            if match and verb == method:
                return operation(self, *map(unquote, match.groups()), data)
        return 404, {"message": "Not Found"}

    def paged(self, rows: list[Any], schema: str) -> tuple[int, Any]:
        query = parse_qs(urlsplit(self.path).query)
        page, size = int(query.get("page", ["1"])[0]), min(int(query.get("per_page", ["100"])[0]), 100)
        rows = rows[(page - 1) * size : page * size]
        for row in rows:
            jsonschema.validate(row, SCHEMAS[schema])
        return 200, rows

    def with_site(self, site: str) -> Site | None:
        return self.netlify.sites.get(site)

    def get_site(self, site: str, data: bytes) -> tuple[int, Any]:
        found = self.with_site(site)
        return (200, self.netlify.site_shown(found)) if found else (404, {"message": "Not Found"})

    def create_site_deploy(self, site: str, data: bytes) -> tuple[int, Any]:
        if self.with_site(site) is None:
            return 404, {"message": "Not Found"}
        body = json.loads(data)
        jsonschema.validate(body, SCHEMAS["deployFiles"])
        return self.netlify.create(site, body)

    def list_site_deploys(self, site: str, data: bytes) -> tuple[int, Any]:
        found = [d for d in self.netlify.deploys.values() if d.site == site]
        return self.paged([self.netlify.shown(deploy) for deploy in reversed(found)], "deploy")

    def list_site_files(self, site: str, data: bytes) -> tuple[int, Any]:
        return self.paged(self.netlify.files_of(self.netlify.sites[site]), "file")

    def get_site_deploy(self, site: str, deploy: str, data: bytes) -> tuple[int, Any]:
        found = self.netlify.deploys.get(deploy)
        if found is None:
            return 404, {"message": "Not Found"}
        self.netlify.settle(found)
        return 200, self.netlify.shown(found)

    def restore_site_deploy(self, site: str, deploy: str, data: bytes) -> tuple[int, Any]:
        return self.netlify.restore(self.netlify.deploys[deploy])

    def upload_deploy_file(self, deploy: str, path: str, data: bytes) -> tuple[int, Any]:
        assert self.headers.get("Content-Type") == "application/octet-stream"
        found = self.netlify.deploys.get(deploy)
        answer = self.netlify.put(found, path, data) if found else (404, {"message": "Not Found"})
        if answer[0] == 200:
            jsonschema.validate(answer[1], SCHEMAS["file"])
        return answer

    def delete_deploy(self, deploy: str, data: bytes) -> tuple[int, Any]:
        found = self.netlify.deploys.get(deploy)
        return self.netlify.delete(found) if found else (404, {"message": "Not Found"})


ROUTES = [
    ("GET", r"/sites/([^/]+)", Handler.get_site),
    ("POST", r"/sites/([^/]+)/deploys", Handler.create_site_deploy),
    ("GET", r"/sites/([^/]+)/deploys", Handler.list_site_deploys),
    ("GET", r"/sites/([^/]+)/files", Handler.list_site_files),
    ("GET", r"/sites/([^/]+)/deploys/([^/]+)", Handler.get_site_deploy),
    ("POST", r"/sites/([^/]+)/deploys/([^/]+)/restore", Handler.restore_site_deploy),
    ("PUT", r"/deploys/([^/]+)/files/(.+)", Handler.upload_deploy_file),
    ("DELETE", r"/deploys/([^/]+)", Handler.delete_deploy),
]


@contextmanager
def running():
    """A Netlify on a free port of this machine."""
    netlify = Netlify()
    handler = type("BoundHandler", (Handler,), {"netlify": netlify})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    netlify.base = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield netlify
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
