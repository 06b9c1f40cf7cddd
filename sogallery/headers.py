"""Which HTTP headers each published path gets: one table, from which every host's own form is made.

No two rules that match the same path set the same header: Netlify and Cloudflare join repeated headers with a comma,
which would turn two cache rules into nonsense. So one content security policy, the one that the gallery viewer needs,
covers everything, and each public page narrows it with a `<meta>` of its own (`page_csp`): a browser enforces both.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from sogallery.errors import InputError
from sogallery.model import Problem

Rule = tuple[str, dict[str, str]]

# The name of the only Trusted Types policy that the viewer may make.
TRUSTED_TYPES_POLICY = "soga"

_YEAR = "max-age=31536000"
_LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")

# Whatever no rule says otherwise for: a page that was withdrawn must not live on in a cache.
DEFAULT_CACHE = "no-cache"


def rules(objects_url: str = "") -> list[Rule]:
    """(pattern, headers) for every host; a pattern starts with "/" and has at most one "*", at its end.

    `objects_url` is where sealed objects live if not beside the pages; InputError if it cannot stand in a policy.
    """
    return [
        ("/*", {**_EVERYWHERE, "Content-Security-Policy": _header(_viewer_policy(objects_url))}),
        ("/g/*", {**_UNSEEN, "Cache-Control": "private, no-cache"}),
        ("/b/*", {**_UNSEEN, "Cache-Control": f"private, {_YEAR}", "Content-Type": "application/octet-stream"}),
        ("/assets/*", {"Cache-Control": f"public, {_YEAR}, immutable"}),
        # A release can be withdrawn, so a shared cache may keep a public photo for a day, not for a year.
        ("/p/*", {"Cache-Control": "public, max-age=86400"}),
    ]


def headers_for(path: str, objects_url: str = "") -> dict[str, str]:
    """All headers for one file of `dist/` (`g/<id>/index.html`), for hosts that take them file by file."""
    address = "/" + path.lstrip("/")
    found = {"Cache-Control": DEFAULT_CACHE}
    for pattern, headers in rules(objects_url):
        if matches(pattern, address):
            found.update(headers)
    return found


def matches(pattern: str, address: str) -> bool:
    """Whether `address` (with its leading slash) falls under `pattern`."""
    if pattern.endswith("*"):
        return address.startswith(pattern[:-1])
    return address == pattern


def netlify_text(objects_url: str = "") -> str:
    """The file `_headers`, in the subset that Netlify and Cloudflare Pages read alike."""
    blocks = []
    for pattern, headers in rules(objects_url):
        blocks.append("\n".join([pattern, *(f"  {name}: {value}" for name, value in headers.items())]))
    return "\n".join(blocks) + "\n"


def viewer_csp(objects_url: str = "") -> str:
    """The policy of a gallery page, as its `<meta>` says it for hosts that send no headers."""
    return _join(_viewer_policy(objects_url))


def page_csp() -> str:
    """The policy of a public page, as its `<meta>` says it."""
    return _join(_PAGE_POLICY)


_UNSEEN = {
    "X-Robots-Tag": "noindex, nofollow, noarchive, noimageindex",
    "Cross-Origin-Resource-Policy": "same-origin",
}

_EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    # No includeSubDomains: the studio's other subdomains are not ours to decide about.
    "Strict-Transport-Security": _YEAR,
}

_PAGE_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "require-trusted-types-for": "'script'",
    "trusted-types": "'none'",
}


def _viewer_policy(objects_url: str) -> dict[str, str]:
    source = _source(objects_url)
    return {
        "default-src": "'none'",
        "script-src": "'self' 'wasm-unsafe-eval'",  # Argon2id is WebAssembly
        "style-src": "'self'",
        "img-src": "'self' blob:",
        "font-src": "'self'",
        "media-src": "'self' blob:",
        "connect-src": f"'self' {source}".rstrip(),
        "worker-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "require-trusted-types-for": "'script'",
        "trusted-types": TRUSTED_TYPES_POLICY,
    }


def _header(policy: dict[str, str]) -> str:
    return _join({**policy, "frame-ancestors": "'none'"})  # which a <meta> may not say (CSP 3, section 3.3)


def _join(policy: dict[str, str]) -> str:
    return "; ".join(f"{name} {value}" for name, value in policy.items())


def _source(objects_url: str) -> str:
    """The CSP source of the object host, "" if it is the site's own; never more than that one address."""
    url = urlsplit(objects_url)
    if not url.scheme and not url.netloc:
        return ""
    local = url.scheme == "http" and url.hostname in _LOCAL_HOSTS
    if (url.scheme != "https" and not local) or not url.hostname or any(c in objects_url for c in " ;,'\"\\<>&"):
        message = f"objects_url {objects_url!r} is not an https address"
        raise InputError([Problem("site.yaml", 0, 0, message, "write it as https://host/path/")])
    return f"{url.scheme}://{url.netloc}{url.path if url.path.endswith('/') else url.path + '/'}"
