"""A small HTTPS client: connections kept open per thread, retries where they help, no secret in any message.

Retried: broken connections, timeouts, 408, 429 and 5xx, with doubling pauses or what Retry-After asks for. Everything
else is the caller's to judge. Redirects are never followed: a token must not travel to another host.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, BinaryIO, TypeAlias
from urllib.parse import urlsplit

from sogallery import __version__
from sogallery.errors import FaultError, SecretError, UsageError

_RETRIED = frozenset({408, 429, 500, 502, 503, 504})
_FIRST_PAUSE, _RATE_PAUSE, _LONGEST_PAUSE = 0.5, 5.0, 60.0  # seconds
_TOKEN = re.compile(r"[\x21-\x7e]+")

# Opens a fresh stream of the body for every try.
Body: TypeAlias = Callable[[], AbstractContextManager[BinaryIO]]


class Secret:
    """A token that does not show itself: not in a message, a repr, a log line or a format string."""

    def __init__(self, value: str, variable: str) -> None:
        value = value.strip()
        if not value:
            raise SecretError(
                f"{variable} is not set", f"put the host's access token into the environment as {variable}"
            )
        if not _TOKEN.fullmatch(value):  # http.client would print it in its complaint
            raise SecretError(f"{variable} holds characters that no token has", "copy the token again, without quotes")
        self._value = value

    def reveal(self) -> str:
        """The token itself, for the one header that carries it."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(...)"

    def hide_in(self, text: str) -> str:
        """`text` without the token, whoever put it there."""
        return text.replace(self._value, "...")


def secret_from(environment: Mapping[str, str], variable: str) -> Secret:
    """The token in an environment variable; raises SecretError if there is none."""
    return Secret(environment.get(variable, ""), variable)


@dataclass(frozen=True, slots=True)
class Response:
    """An answer, read to its end. Header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:  # noqa: ANN401 - any JSON value
        """The body as JSON; raises FaultError if it is none."""
        try:
            return json.loads(self.body)
        except ValueError as error:
            raise FaultError("the host answered with something that is not JSON", "try again later") from error

    def message(self) -> str:
        """What the host says is wrong, in one short line."""
        try:
            found = json.loads(self.body)
            text = str(found.get("message") or found.get("error") or "") if isinstance(found, dict) else ""
        except ValueError:
            text = self.body.decode("utf-8", "replace")
        return " ".join(re.sub(r"<[^>]*>", " ", text).split())[:200]


class Client:
    """Talks to one host. `sleep` and `now` are arguments so that tests need no time."""

    def __init__(
        self,
        base: str,
        token: Secret | None = None,
        tries: int = 6,
        timeout: float = 60.0,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        url = urlsplit(base)
        if url.scheme not in ("http", "https") or not url.hostname:
            raise UsageError(f"{base!r} is not an http address", "write it as https://host/path/")
        self.host, self._port, self._path = url.hostname, url.port, url.path.rstrip("/")
        self._tls = ssl.create_default_context() if url.scheme == "https" else None
        self._token, self._tries, self._timeout, self._sleep = token, tries, timeout, sleep
        self._threads = threading.local()

    def request(
        self,
        method: str,
        path: str,
        body: bytes | Body | None = None,
        headers: Mapping[str, str] | None = None,
        size: int = 0,
        limit: int | None = None,
    ) -> Response:
        """Ask until there is an answer worth having, else raise FaultError.

        `size` is the length of a streamed body. Of an answer's body at most `limit` bytes are read.
        """
        reason = ""
        for attempt in range(self._tries):
            pause = min(_FIRST_PAUSE * 2**attempt, _LONGEST_PAUSE)
            try:
                response = self._once(method, path, body, dict(headers or {}), size, limit)
            except (OSError, http.client.HTTPException) as error:
                self._drop()
                reason = _reason(error)
            else:
                if response.status not in _RETRIED:
                    return response
                reason = f"{response.status} {response.message()}".strip()
                if response.status == 429:  # limits are by the minute
                    pause = min(_RATE_PAUSE * 2**attempt, _LONGEST_PAUSE)
                pause = _retry_after(response.headers, pause)
            if attempt + 1 < self._tries:
                self._sleep(pause)
        message = self._clean(f"{self.host} did not take {method}: {reason}")
        raise FaultError(message, f"tried {self._tries} times; {_LATER}")

    def _once(
        self,
        method: str,
        path: str,
        body: bytes | Body | None,
        headers: dict[str, str],
        size: int,
        limit: int | None,
    ) -> Response:
        headers.setdefault("User-Agent", f"sogallery/{__version__}")
        if self._token is not None:
            headers["Authorization"] = f"Bearer {self._token.reveal()}"
        connection = self._connection()
        if callable(body):
            headers["Content-Length"] = str(size)
            # A host may refuse before it has read everything: then its answer is there, though sending broke.
            with body() as stream, suppress(BrokenPipeError, ConnectionResetError):
                connection.request(method, self._path + path, stream, headers)
        else:
            connection.request(method, self._path + path, body, headers)
        answer = connection.getresponse()
        data = answer.read(limit)
        if answer.will_close or not answer.isclosed():
            self._drop()
        return Response(answer.status, {name.lower(): value for name, value in answer.getheaders()}, data)

    def _connection(self) -> http.client.HTTPConnection:
        connection: http.client.HTTPConnection | None = getattr(self._threads, "connection", None)
        if connection is None:
            if self._tls is None:
                connection = http.client.HTTPConnection(self.host, self._port, timeout=self._timeout)
            else:
                connection = http.client.HTTPSConnection(
                    self.host, self._port, timeout=self._timeout, context=self._tls
                )
            self._threads.connection = connection
        return connection

    def _drop(self) -> None:
        connection = getattr(self._threads, "connection", None)
        if connection is not None:
            connection.close()
            self._threads.connection = None

    def _clean(self, text: str) -> str:
        return self._token.hide_in(text) if self._token is not None else text


_LATER = "what is there so far stays; run the command again"


def _reason(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not valid ({error.verify_message}); is this computer's clock right?"
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, OSError) and error.errno is not None:
        return os.strerror(error.errno) if error.errno > 0 else str(error.strerror)
    return f"the connection broke ({type(error).__name__})"


def _retry_after(headers: Mapping[str, str], otherwise: float) -> float:
    """Seconds that the host asks us to wait: a number or a date (RFC 9110, section 10.2.3), a minute at most."""
    asked = headers.get("retry-after", "")
    try:
        if asked.isdigit():
            return min(float(asked), _LONGEST_PAUSE)
        until = parsedate_to_datetime(asked)
    except (TypeError, ValueError):
        return otherwise
    return max(0.0, min((until - datetime.now(UTC)).total_seconds(), _LONGEST_PAUSE))
