"""Deploying to S3-compatible stores, against moto's server."""

from __future__ import annotations

import random
from urllib.request import Request, urlopen

import boto3
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from moto.server import ThreadedMotoServer
from small_sites import gallery_json, object_path, sealed_bytes, site_files, write

from sogallery import headers
from sogallery.errors import FaultError, HostLimitError, SecretError, UsageError
from sogallery.hosts.deploying import deploy, prune
from sogallery.hosts.folder import Folder
from sogallery.hosts.media import content_type
from sogallery.hosts.s3 import PART, S3
from sogallery.hosts.targets import Target

MARKER = ".sogallery-output"


@pytest.fixture(scope="module")
def server():
    running = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    host, port = running.get_host_and_port()
    yield f"http://{host}:{port}"
    running.stop()


@pytest.fixture
def store(server, monkeypatch):
    """A client of an empty store with the bucket `photos`."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
    client = boto3.client("s3", endpoint_url=server)
    urlopen(Request(f"{server}/moto-api/reset", method="POST")).close()
    client.create_bucket(Bucket="photos")
    return client


@pytest.fixture
def memory(tmp_path):
    return tmp_path / ".sogallery"


def target(server, **more) -> Target:
    return Target("store", S3("photos", endpoint=server, **more))


def held(store, prefix="") -> dict[str, bytes]:
    rows = store.list_objects_v2(Bucket="photos", Prefix=prefix).get("Contents", [])
    keys = [row["Key"] for row in rows if not row["Key"].endswith(MARKER)]
    return {key.removeprefix(prefix): store.get_object(Bucket="photos", Key=key)["Body"].read() for key in keys}


def test_first_deploy_with_types_and_cache_rules(store, server, tmp_path, memory):
    """Every file is there with the media type and cache rule that the header table says."""
    files = site_files()
    deploy(target(server), write(tmp_path / "dist", files), memory)

    assert held(store) == files
    for path in ("index.html", "g/abcdefghijklmnop/gallery.json", object_path("abcdefghijklmnop/0/display")):
        found = store.head_object(Bucket="photos", Key=path)
        assert found["CacheControl"] == headers.headers_for(path)["Cache-Control"]
        assert found["ContentType"] == content_type(path)


def test_below_a_prefix_nothing_else_is_touched(store, server, tmp_path, memory):
    """What lies beside the prefix stays."""
    store.put_object(Bucket="photos", Key="other/thesis.doc", Body=b"years")
    files = site_files()
    deploy(target(server, prefix="site/one"), write(tmp_path / "dist", files), memory)

    assert held(store, "site/one/") == files
    assert held(store, "other/") == {"thesis.doc": b"years"}


def test_a_bucket_of_somebody_else_is_refused(store, server, tmp_path, memory):
    """Without a prefix of its own the site would replace what is there."""
    store.put_object(Bucket="photos", Key="thesis.doc", Body=b"years")

    with pytest.raises(FaultError, match=r"thesis\.doc"):
        deploy(target(server), write(tmp_path / "dist", site_files()), memory)
    assert held(store) == {"thesis.doc": b"years"}


def test_second_deploy_sends_nothing(store, server, tmp_path, memory):
    """Also without any memory: the store's own list says what it holds."""
    site = write(tmp_path / "dist", site_files())
    deploy(target(server), site, memory)

    [result] = deploy(target(server), site, tmp_path / "new memory")

    assert result.deployment is None
    assert result.changes.unchanged == len(site.files)


def test_one_changed_photo(store, server, tmp_path, memory):
    """The dry run names it, the deploy sends it."""
    files = site_files()
    deploy(target(server), write(tmp_path / "dist", files), memory)
    path = object_path("abcdefghijklmnop/1/display")
    files[path] = sealed_bytes("edited", 3100)
    site = write(tmp_path / "dist", files)
    [dry] = deploy(target(server), site, memory, dry_run=True)
    [result] = deploy(target(server), site, memory)

    assert (dry.changes.changed, dry.changes.send) == ((path,), 3100)
    assert (result.deployment.files_sent, result.deployment.bytes_sent) == (1, 3100)
    assert held(store) == files


def test_a_versioned_bucket_keeps_nothing_that_is_gone(store, server, tmp_path, memory):
    """A removed object leaves with all versions and markers, a changed one with its old version."""
    store.put_bucket_versioning(Bucket="photos", VersioningConfiguration={"Status": "Enabled"})
    files = site_files()
    deploy(target(server), write(tmp_path / "dist", files), memory)
    changed, gone = sorted(path for path in files if path.startswith("b/"))[:2]
    files[changed] = sealed_bytes("new", 3000)
    del files[gone]
    [result] = deploy(target(server), write(tmp_path / "dist", files), memory)

    listed = store.list_object_versions(Bucket="photos")
    assert [row["Key"] for row in listed["Versions"]].count(changed) == 1
    assert gone not in {row["Key"] for row in listed["Versions"]}
    assert not listed.get("DeleteMarkers")
    assert len(result.pruned.removed) == 1
    assert held(store) == files


def test_prune_removes_versions_markers_and_unfinished_uploads(store, server, tmp_path, memory):
    """What earlier tools or accidents left goes too."""
    store.put_bucket_versioning(Bucket="photos", VersioningConfiguration={"Status": "Enabled"})
    files = site_files()
    deploy(target(server), write(tmp_path / "dist", files), memory)
    store.put_object(Bucket="photos", Key="b/00/old", Body=b"old")
    store.delete_object(Bucket="photos", Key="b/00/old")
    store.create_multipart_upload(Bucket="photos", Key="b/00/half")
    [(_, pruned)] = prune(target(server), memory)

    assert len(pruned.removed) == 3
    assert "DeleteMarkers" not in store.list_object_versions(Bucket="photos")
    assert not store.list_multipart_uploads(Bucket="photos").get("Uploads")
    assert held(store) == files


def test_large_files_go_in_parts_and_are_recognised(store, server, tmp_path, memory):
    """Over 16 MiB an upload has parts; its ETag is understood on the next deploy."""
    files = site_files() | {"p/film-1.webm": sealed_bytes("film", PART + 5)}
    site = write(tmp_path / "dist", files)
    deploy(target(server), site, memory)
    [result] = deploy(target(server), site, memory)

    assert store.head_object(Bucket="photos", Key="p/film-1.webm")["ETag"].endswith('-2"')
    assert not result.changes
    assert held(store)["p/film-1.webm"] == files["p/film-1.webm"]


def test_a_store_whose_etags_are_no_md5_is_asked_for_the_digest(store, server, tmp_path, memory):
    """Encrypting stores have other ETags: the SHA-256 beside the object tells."""
    files = site_files()
    site = write(tmp_path / "dist", files)
    deploy(target(server), site, memory)
    host = S3("photos", endpoint=server)
    listed = host._remote()
    host._remote = lambda: {path: (size, "0" * 32) for path, (size, _) in listed.items()}

    assert not host.compare(site)


class Breaking:
    """A store that dies at the n-th upload."""

    def __init__(self, client, after, error):
        self._client, self.left, self._error = client, after, error

    def __getattr__(self, name):
        return getattr(self._client, name)

    def put_object(self, **call):
        self.left -= 1
        if self.left <= 0:
            raise self._error
        return self._client.put_object(**call)


def client_error(code: str, status: int = 400) -> ClientError:
    answer = {"Error": {"Code": code, "Message": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answer, "PutObject")


def test_interrupted_fifty_times_and_resumed(store, server, tmp_path, memory):
    """Cut at random uploads: no page before its objects, and the rest is sent in the end."""
    files = site_files(20)
    site = write(tmp_path / "dist", files)
    chance = random.Random(3)
    cut = EndpointConnectionError(endpoint_url=server)
    for _ in range(50):
        broken = Breaking(store, chance.randrange(1, 4), cut)
        try:
            deploy(Target("store", S3("photos", client=broken)), site, memory, prune=False)
        except FaultError:
            there = held(store)
            if any(path.endswith(".html") for path in there):
                assert {path for path in files if not path.endswith(".html")} <= there.keys()
            if any(path.endswith("gallery.json") for path in there):
                assert {path for path in files if path.startswith("b/")} <= there.keys()
    deploy(target(server), site, memory)

    assert held(store) == files


@pytest.mark.parametrize(
    ("code", "expected", "words"),
    [
        ("RequestTimeTooSkewed", FaultError, "clock"),
        ("InvalidAccessKeyId", SecretError, "credentials"),
        ("SignatureDoesNotMatch", SecretError, "credentials"),
        ("AccessDenied", SecretError, "credentials"),
        ("QuotaExceeded", HostLimitError, "full"),
        ("NoSuchBucket", UsageError, "no bucket"),
        ("InternalError", FaultError, "InternalError"),
    ],
)
def test_what_the_store_complains_of_is_told(store, tmp_path, memory, code, expected, words):
    """Each complaint is an error of its own kind, without any key in it."""
    broken = Breaking(store, 3, client_error(code))

    with pytest.raises(expected, match=words) as caught:
        deploy(Target("store", S3("photos", client=broken)), write(tmp_path / "dist", site_files()), memory)
    assert "testing" not in f"{caught.value.message} {caught.value.hint}"


def test_a_missing_bucket_and_missing_credentials(store, server, tmp_path, memory, monkeypatch):
    """Both say what to do."""
    site = write(tmp_path / "dist", site_files())
    with pytest.raises(UsageError, match="no bucket"):
        deploy(Target("store", S3("elsewhere", endpoint=server)), site, memory)
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    with pytest.raises(SecretError, match="credentials"):
        deploy(Target("store", S3("photos", endpoint=server)), site, memory)


def test_pages_on_one_host_objects_on_another(store, server, tmp_path, memory):
    """Objects lie in the bucket without their b/, pages elsewhere, and the pages' origin may read the bucket."""
    address = f"{server}/photos/"
    files = site_files(3, address, "https://objects.example/")
    objects = Target("store", S3("photos", endpoint=server, origin="https://photos.example/path/"))
    split = Target("www", Folder(tmp_path / "www"), objects)
    results = deploy(split, write(tmp_path / "dist", files), memory)

    sealed = {path.removeprefix("b/"): data for path, data in files.items() if path.startswith("b/")}
    assert held(store) == sealed
    assert not (tmp_path / "www" / "b").exists()
    assert [result.target for result in results] == ["store", "www"]
    [rule] = store.get_bucket_cors(Bucket="photos")["CORSRules"]
    assert (rule["AllowedOrigins"], rule["AllowedMethods"]) == (["https://photos.example"], ["GET", "HEAD"])
    one = next(iter(sealed))
    assert (
        store.head_object(Bucket="photos", Key=one)["CacheControl"] == headers.headers_for(f"b/{one}")["Cache-Control"]
    )


def test_objects_leave_the_store_only_after_the_pages_changed(store, server, tmp_path, memory):
    """Whatever dies in between, no page asks for an object that is gone."""
    address = f"{server}/photos/"
    files = site_files(3, address)
    split = Target("www", Folder(tmp_path / "www"), target(server))
    deploy(split, write(tmp_path / "dist", files), memory)
    gone = object_path("abcdefghijklmnop/1/display")
    del files[gone]
    files["g/abcdefghijklmnop/gallery.json"] = gallery_json("abcdefghijklmnop", address, "B" * 22)
    site = write(tmp_path / "dist", files)

    def dying(done, total, what):
        if what.endswith("gallery.json"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        deploy(split, site, memory, progress=dying)
    assert gone.removeprefix("b/") in held(store)
    results = deploy(split, site, memory)

    assert gone.removeprefix("b/") not in held(store)
    assert results[0].deployment.removed == 1


def test_galleries_that_look_elsewhere_are_not_deployed(store, server, tmp_path, memory):
    """objects_url and the target must agree, in both directions."""
    apart = write(tmp_path / "dist", site_files(1, "https://objects.example/"))
    with pytest.raises(UsageError, match="not deployed"):
        deploy(target(server), apart, memory)
    together = write(tmp_path / "dist", site_files(1))
    with pytest.raises(UsageError, match="beside the pages"):
        deploy(Target("www", Folder(tmp_path / "www"), target(server)), together, memory)
    assert held(store) == {}


def test_cors_rules_of_others_stay(store, server, tmp_path, memory):
    """Ours is added once."""
    theirs = {"AllowedOrigins": ["https://other.example"], "AllowedMethods": ["PUT"]}
    store.put_bucket_cors(Bucket="photos", CORSConfiguration={"CORSRules": [theirs]})
    for photos in (1, 2):
        objects = Target("store", S3("photos", endpoint=server, origin="https://photos.example/"))
        site = write(tmp_path / "dist", site_files(photos, f"{server}/photos/"))
        deploy(Target("www", Folder(tmp_path / "www"), objects), site, memory)

    origins = [rule["AllowedOrigins"] for rule in store.get_bucket_cors(Bucket="photos")["CORSRules"]]
    assert origins == [["https://other.example"], ["https://photos.example"]]
