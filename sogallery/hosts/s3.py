"""Any S3-compatible object store (Amazon, Cloudflare R2, Backblaze, MinIO, ...), through boto3, the extra `s3`.

A store has no atomic deploys, so the order does it: objects first, then what points at them, then pages; removals last,
with all their versions. Credentials come from where boto3 finds them (environment, profile, role), not from site.yaml.
"""

from __future__ import annotations

import base64
import hashlib
import importlib
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Lock
from typing import Any

from sogallery.errors import FaultError, HostLimitError, SecretError, UsageError
from sogallery.headers import headers_for
from sogallery.hosts.base import Deployment, Difference, Limits, Progress, Pruned, difference, rank, silent
from sogallery.hosts.local import LocalSite
from sogallery.hosts.media import content_type
from sogallery.hosts.preflight import LIMITS
from sogallery.hosts.state import State
from sogallery.output import MARKER

PART = 16 * 1024 * 1024  # bytes; files up to this size go in one request
_PARALLEL = 5
_BATCH = 1000  # keys of one deletion
_FORBIDDEN = (
    "InvalidAccessKeyId",
    "SignatureDoesNotMatch",
    "AccessDenied",
    "ExpiredToken",
    "InvalidToken",
    "403",
    "401",
)


class S3:
    """A bucket, or what is below `prefix` in it. `origin` is the pages' address if they are elsewhere, for CORS."""

    name = "s3"

    def __init__(
        self,
        bucket: str,
        prefix: str = "",
        endpoint: str = "",
        region: str = "",
        profile: str = "",
        origin: str = "",
        client: Any = None,  # noqa: ANN401 - boto3 makes its classes at run time
    ) -> None:
        self.bucket, self.prefix = bucket, f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        self.origin = origin
        self.limits: Limits = LIMITS["s3"]
        self._client = client if client is not None else _connect(endpoint, region, profile)

    def compare(self, site: LocalSite) -> Difference:
        """Compare with what the bucket lists, by MD5 (an ETag), else by the SHA-256 kept with each object."""
        with _told(self.bucket):
            remote = self._remote()
            self._check_ours(remote)
            local = {path: file.sha256 for path, file in site.files.items()}
            same = {
                path: self._digest(path, *remote[path], site) if path in site.files else ""
                for path in remote
                if path != MARKER
            }
        return difference(local, same, site.sizes)

    def deploy(
        self,
        site: LocalSite,
        changes: Difference,
        state: State,  # noqa: ARG002 - the bucket itself says what it holds
        progress: Progress = silent,
    ) -> Deployment:
        """Send what differs, in order; then remove what is gone, with all its versions."""
        with _told(self.bucket):
            self._mark()
            self._upload(site, (*changes.new, *changes.changed), changes.send, progress)
            notes = self._cors() if self.origin else ()
            removed = self._remove(self.prefix + path for path in changes.removed)
        count = len(changes.new) + len(changes.changed)
        return Deployment(f"s3://{self.bucket}/{self.prefix}", "", count, changes.send, removed, notes=notes)

    def prune(self, state: State) -> Pruned:  # noqa: ARG002 - as above
        """Delete versions that are not the latest, markers of deletions and uploads that were never finished."""
        with _told(self.bucket):
            old = list(self._old_versions())
            left = self._delete(old)
            aborted = list(self._abort_uploads())
        removed = [f"{one['Key']} ({one['VersionId']})" for one in old if one["Key"] not in left]
        return Pruned((*removed, *aborted), tuple(left))

    # --- what is there -----------------------------------------------------------------------------------------

    def _remote(self) -> dict[str, tuple[int, str]]:
        """Path to (bytes, ETag)."""
        return {
            row["Key"].removeprefix(self.prefix): (int(row["Size"]), str(row["ETag"]).strip('"'))
            for page in self._pages("list_objects_v2")
            for row in page.get("Contents", ())
        }

    def _pages(self, operation: str) -> Iterator[Mapping[str, Any]]:
        pages: Iterator[Mapping[str, Any]] = iter(
            self._client.get_paginator(operation).paginate(Bucket=self.bucket, Prefix=self.prefix)
        )
        return pages

    def _check_ours(self, remote: Mapping[str, object]) -> None:
        if remote and MARKER not in remote:
            place = f"s3://{self.bucket}/{self.prefix}"
            raise FaultError(f"{place} holds files that no deploy made ({next(iter(remote))})", "name an empty prefix")

    def _digest(self, path: str, size: int, tag: str, site: LocalSite) -> str:
        """The SHA-256 of what lies at `path`, as far as the store tells; "" if it is surely not ours."""
        file = site.files[path]
        if size != file.size:
            return ""
        if tag == file.md5:
            return file.sha256
        if "-" in tag and tag == _multipart_tag(site, path):
            return file.sha256
        # An encrypting store's ETag is no MD5; what we wrote beside the object is.
        found = self._client.head_object(Bucket=self.bucket, Key=self.prefix + path)
        return str(found.get("Metadata", {}).get("sha256", ""))

    def _mark(self) -> None:
        """Leave a note that this place is ours; once, since a versioned bucket would keep each copy."""
        key = self.prefix + MARKER
        if not self._client.list_objects_v2(Bucket=self.bucket, Prefix=key, MaxKeys=1).get("KeyCount"):
            self._client.put_object(Bucket=self.bucket, Key=key, Body=b"", ContentType="text/plain")

    # --- sending -----------------------------------------------------------------------------------------------

    def _upload(self, site: LocalSite, paths: Iterable[str], total: int, progress: Progress) -> None:
        done, lock = 0, Lock()

        def put(path: str) -> None:
            nonlocal done
            self._put(site, path)
            with lock:
                done += site.files[path].size
                progress(done, total, path)

        ordered = sorted(paths, key=rank)
        for step in (0, 1, 2):
            with ThreadPoolExecutor(_PARALLEL) as pool:
                tasks = [pool.submit(put, path) for path in ordered if rank(path) == step]
                try:
                    for task in tasks:
                        task.result()
                finally:
                    pool.shutdown(cancel_futures=True)

    def _put(self, site: LocalSite, path: str) -> None:
        file = site.files[path]
        extra = {
            "ContentType": content_type(path),
            "CacheControl": headers_for(_address(path))["Cache-Control"],
            "Metadata": {"sha256": file.sha256},
        }
        with site.open(path) as body:
            if file.size <= PART:
                # The store compares, so that a damaged upload never becomes an object.
                checksum = base64.b64encode(bytes.fromhex(file.md5)).decode()
                place = {"Bucket": self.bucket, "Key": self.prefix + path}
                self._client.put_object(**place, Body=body, ContentMD5=checksum, **extra)
            else:
                transfer = importlib.import_module("boto3.s3.transfer")
                config = transfer.TransferConfig(multipart_threshold=PART, multipart_chunksize=PART, use_threads=False)
                self._client.upload_fileobj(body, self.bucket, self.prefix + path, ExtraArgs=extra, Config=config)

    def _cors(self) -> tuple[str, ...]:
        """Let the pages' origin, and no other, read sealed objects."""
        origin = "/".join(self.origin.split("/")[:3])
        exceptions = importlib.import_module("botocore.exceptions")
        try:
            rules = list(self._client.get_bucket_cors(Bucket=self.bucket)["CORSRules"])
        except exceptions.ClientError:
            rules = []
        if any({origin, "*"} & set(one["AllowedOrigins"]) and "GET" in one["AllowedMethods"] for one in rules):
            return ()
        rule = {
            "AllowedOrigins": [origin],
            "AllowedMethods": ["GET", "HEAD"],
            "AllowedHeaders": ["Range"],
            "ExposeHeaders": ["Content-Length", "Content-Range", "ETag"],
            "MaxAgeSeconds": 86400,
        }
        try:
            self._client.put_bucket_cors(Bucket=self.bucket, CORSConfiguration={"CORSRules": [*rules, rule]})
        except exceptions.ClientError as error:
            return (
                f"the bucket's CORS rules could not be set ({_code(error)}): allow GET and HEAD from {origin} there",
            )
        return ()

    # --- removing ----------------------------------------------------------------------------------------------

    def _remove(self, keys: Iterable[str]) -> int:
        """Delete keys with every version; where nothing is versioned, just delete them."""
        wanted = set(keys)
        if not wanted:
            return 0
        versions = [one for one in self._versions() if one["Key"] in wanted]
        versioned = {one["Key"] for one in versions}
        left = self._delete([*versions, *({"Key": key} for key in sorted(wanted - versioned))])
        if left:
            raise FaultError(f"{len(left)} files could not be removed, {left[0]} for one", "deploy again")
        return len(wanted)

    def _versions(self) -> Iterator[dict[str, str]]:
        for row in self._rows(("Versions", "DeleteMarkers")):
            yield {"Key": str(row["Key"]), "VersionId": str(row["VersionId"])}

    def _old_versions(self) -> Iterator[dict[str, str]]:
        for row in self._rows(("Versions", "DeleteMarkers")):
            if not row["IsLatest"] or "ETag" not in row:
                yield {"Key": str(row["Key"]), "VersionId": str(row["VersionId"])}

    def _rows(self, kinds: tuple[str, ...]) -> Iterator[Mapping[str, Any]]:
        """All versions; none for a store that does not know of versions."""
        exceptions = importlib.import_module("botocore.exceptions")
        try:
            for page in self._pages("list_object_versions"):
                for kind in kinds:
                    yield from page.get(kind, ())
        except exceptions.ClientError as error:
            if _code(error) not in ("NotImplemented", "MethodNotAllowed", "501", "405"):
                raise

    def _delete(self, objects: list[dict[str, str]]) -> list[str]:
        """Delete in batches; returns the keys that the store would not delete."""
        left: list[str] = []
        for start in range(0, len(objects), _BATCH):
            batch = {"Objects": objects[start : start + _BATCH], "Quiet": True}
            answer = self._client.delete_objects(Bucket=self.bucket, Delete=batch)
            left += [str(error["Key"]) for error in answer.get("Errors", ())]
        return left

    def _abort_uploads(self) -> Iterator[str]:
        for page in self._pages("list_multipart_uploads"):
            for upload in page.get("Uploads", ()):
                key, identity = str(upload["Key"]), str(upload["UploadId"])
                self._client.abort_multipart_upload(Bucket=self.bucket, Key=key, UploadId=identity)
                yield f"{key} (unfinished upload)"


def _address(path: str) -> str:
    """The path that the header table knows: in a bucket of objects only, the leading b/ is not there."""
    first, _, rest = path.partition("/")
    return f"b/{path}" if len(first) == 2 and rest.startswith(first) and len(rest) >= 32 else path


def _multipart_tag(site: LocalSite, path: str) -> str:
    """What an ETag is for a file sent in parts of PART bytes."""
    parts = []
    with site.open(path) as file:
        while data := file.read(PART):
            parts.append(hashlib.md5(data, usedforsecurity=False).digest())
    return f"{hashlib.md5(b''.join(parts), usedforsecurity=False).hexdigest()}-{len(parts)}"


def _connect(endpoint: str, region: str, profile: str) -> Any:  # noqa: ANN401 - as above
    try:
        boto3 = importlib.import_module("boto3")
        config = importlib.import_module("botocore.config").Config(
            retries={"mode": "standard", "max_attempts": 6},
            # Other stores do not know the newer checksums that boto3 would add by itself.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
    except ImportError as error:
        raise UsageError("boto3 is needed for object stores", "pip install 'sogallery[s3]'") from error
    with _told(endpoint or "S3"):
        session = boto3.Session(profile_name=profile or None, region_name=region or None)
        return session.client("s3", endpoint_url=endpoint or None, config=config)


@contextmanager
def _told(place: str) -> Iterator[None]:
    """Turn what boto3 raises into errors that say what to do."""
    exceptions = importlib.import_module("botocore.exceptions")
    try:
        yield
    except exceptions.ClientError as error:
        raise _meaning(place, _code(error), error) from None
    except (exceptions.NoCredentialsError, exceptions.PartialCredentialsError, exceptions.ProfileNotFound) as error:
        hint = "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment, or name a profile"
        raise SecretError(f"no credentials for {place}: {error}", hint) from None
    except exceptions.BotoCoreError as error:
        raise FaultError(
            f"{place} does not answer: {error}", "what is there so far stays; run the command again"
        ) from None


def _meaning(place: str, code: str, error: Exception) -> SecretError | HostLimitError | FaultError | UsageError:
    if code == "RequestTimeTooSkewed":
        return FaultError(f"{place} refuses because this computer's clock is wrong", "set the clock and deploy again")
    if code in _FORBIDDEN:
        return SecretError(f"{place} does not take these credentials ({code})", "check the access key and its rights")
    if code in ("NoSuchBucket", "404"):
        return UsageError(f"there is no bucket {place}", "make it first, or check its name and the endpoint")
    if code in ("QuotaExceeded", "InsufficientStorage", "ServiceQuotaExceededException", "507"):
        return HostLimitError(
            f"{place} is full ({code})", "raise the quota or retire old galleries; what is live stays"
        )
    return FaultError(f"{place}: {error}", "what is there so far stays; run the command again")


def _code(error: Any) -> str:  # noqa: ANN401 - botocore makes its classes at run time
    return str(error.response.get("Error", {}).get("Code", ""))
