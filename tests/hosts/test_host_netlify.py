"""Deploying to Netlify, against a stand-in that keeps state."""

from __future__ import annotations

import random
from pathlib import Path

import netlify_double
import pytest
from small_sites import object_path, sealed_bytes, site_files, write

from sogallery.errors import FaultError, HostLimitError, SecretError, SogalleryError, UsageError
from sogallery.hosts.deploying import deploy, prune
from sogallery.hosts.http import Client, Secret
from sogallery.hosts.netlify import Netlify
from sogallery.hosts.state import State, state_path
from sogallery.hosts.targets import Target


@pytest.fixture
def netlify():
    with netlify_double.running() as double:
        double.add_site("studio")
        yield double


@pytest.fixture
def memory(tmp_path):
    return tmp_path / ".sogallery"


def target(netlify, site="studio", token=None, slept=None, patience=60.0, **more) -> Target:
    """A target on the stand-in that never really sleeps."""
    pauses = slept if slept is not None else []
    host = Netlify(
        site,
        Secret(token or netlify.token, "NETLIFY_AUTH_TOKEN"),
        api=f"{netlify.base}/api/v1",
        sleep=pauses.append,
        patience=patience,
        **more,
    )
    return Target("live", host)


def visitor(netlify, path: str, host: str = "studio", client: Client | None = None) -> bytes | None:
    """What a visitor gets, None for a 404."""
    answer = (client or Client(netlify.base)).request("GET", f"/~{host}/{path}")
    return answer.body if answer.status == 200 else None


def all_there(netlify, files: dict[str, bytes]) -> bool:
    client = Client(netlify.base)
    return all(visitor(netlify, path, client=client) == data for path, data in files.items() if path != "_headers")


def test_first_deploy_goes_live(netlify, tmp_path, memory):
    """Every file is served, and the bytes sent are the site's."""
    files = site_files()
    [result] = deploy(target(netlify), write(tmp_path / "dist", files), memory)

    assert all_there(netlify, files)
    assert result.deployment.bytes_sent == sum(len(data) for data in set(files.values())) + len(
        files["g/abcdefghijklmnop/index.html"]
    )
    assert result.deployment.live


def test_second_deploy_sends_nothing_and_makes_no_deploy(netlify, tmp_path, memory):
    """Netlify bills each deploy, so an unchanged site makes none."""
    site = write(tmp_path / "dist", site_files())
    deploy(target(netlify), site, memory)
    sent, deploys = netlify.put_bytes, len(netlify.deploys)

    [result] = deploy(target(netlify), site, memory)

    assert (netlify.put_bytes, len(netlify.deploys)) == (sent, deploys)
    assert result.deployment is None


def test_one_changed_photo_sends_that_photo(netlify, tmp_path, memory):
    """Only the bytes of the changed object travel; the dry run said so before."""
    files = site_files()
    deploy(target(netlify), write(tmp_path / "dist", files), memory)
    before = netlify.put_bytes
    path = object_path("abcdefghijklmnop/1/display")
    files[path] = sealed_bytes("edited", 3100)
    site = write(tmp_path / "dist", files)

    [dry] = deploy(target(netlify), site, memory, dry_run=True)
    assert (dry.changes.changed, dry.changes.send, netlify.put_bytes) == ((path,), 3100, before)
    deploy(target(netlify), site, memory)

    assert netlify.put_bytes - before == 3100
    assert all_there(netlify, files)


def test_a_rotated_passphrase_sends_one_small_file_and_a_manifest(netlify, tmp_path, memory):
    """gallery.json changes in place, the manifest gets another name; nothing else is sent."""
    files = site_files()
    files[object_path("manifest 0")] = sealed_bytes("manifest 0", 65536)
    deploy(target(netlify), write(tmp_path / "dist", files), memory)
    before = netlify.put_bytes
    del files[object_path("manifest 0")]
    files[object_path("manifest 1")] = sealed_bytes("manifest 1", 65536)
    lock = files["g/abcdefghijklmnop/gallery.json"].replace(b"A" * 43, b"B" * 43)
    files["g/abcdefghijklmnop/gallery.json"] = lock
    deploy(target(netlify), write(tmp_path / "dist", files), memory)

    assert netlify.put_bytes - before == 65536 + len(lock)
    assert visitor(netlify, object_path("manifest 0")) is None


def test_bytes_that_another_site_has_are_not_sent_again(netlify, tmp_path, memory):
    """Netlify stores by digest across sites."""
    site = write(tmp_path / "dist", site_files())
    deploy(target(netlify), site, memory)
    netlify.add_site("second")
    before = netlify.puts

    deploy(target(netlify, "second"), site, tmp_path / "other memory")

    assert netlify.puts == before
    assert visitor(netlify, "index.html", "second") is not None


def test_more_than_a_hundred_files_are_compared_in_the_background(netlify, tmp_path, memory):
    """The deploy is asked for asynchronously and waited for."""
    files = site_files(30)
    assert len(files) > 100
    slept = []
    deploy(target(netlify, slept=slept), write(tmp_path / "dist", files), memory)

    assert slept
    assert all_there(netlify, files)


def test_old_deploys_are_deleted_and_their_addresses_die(netlify, tmp_path, memory):
    """After a deploy only the published one is left; the permalinks of the others answer 404."""
    files = site_files()
    deploy(target(netlify), write(tmp_path / "dist", files), memory, prune=False)
    first = netlify.sites["studio"].published
    gone = next(path for path in files if path.startswith("b/"))
    del files[gone]
    assert visitor(netlify, gone, f"{first}--studio") is not None
    [result] = deploy(target(netlify), write(tmp_path / "dist", files), memory)

    assert result.pruned.removed == (first,)
    assert visitor(netlify, gone, f"{first}--studio") is None
    assert list(netlify.deploys) == [netlify.sites["studio"].published]
    assert State(state_path(memory, "live")).addresses == [netlify.address(f"{first}--studio")]


def test_prune_finds_every_page_of_old_deploys(netlify, tmp_path, memory):
    """Also drafts and what others left, in more than one page; never the published one."""
    deploy(target(netlify), write(tmp_path / "dist", site_files()), memory)
    for number in range(230):
        netlify.create("studio", {"files": {}, "draft": number % 2 == 0})
    [(_, pruned)] = prune(target(netlify), memory)

    assert len(pruned.removed) == 230
    assert list(netlify.deploys) == [netlify.sites["studio"].published]


def test_a_draft_stays_unpublished(netlify, tmp_path, memory):
    """The published site does not change, and pruning leaves the draft to be looked at."""
    files = site_files()
    deploy(target(netlify), write(tmp_path / "dist", files), memory)
    published = netlify.sites["studio"].published
    changed = files | {"index.html": b"<!doctype html><title>New</title>"}
    [result] = deploy(target(netlify, draft=True), write(tmp_path / "dist", changed), memory)

    assert not result.deployment.live
    assert netlify.sites["studio"].published == published
    assert all_there(netlify, files)
    assert visitor(netlify, "index.html", f"{result.deployment.id}--studio") == changed["index.html"]


def test_a_site_locked_to_an_old_deploy_is_told(netlify, tmp_path, memory):
    """The deploy is complete, yet not what visitors see: a note says so, and the old one is not forgotten."""
    deploy(target(netlify), write(tmp_path / "dist", site_files()), memory)
    netlify.sites["studio"].locked = True
    [result] = deploy(target(netlify), write(tmp_path / "dist", site_files(4)), memory)

    assert not result.deployment.live
    assert "locked" in result.deployment.notes[0]


def test_interrupted_fifty_times_and_resumed(netlify, tmp_path, memory):
    """Killed at random points: visitors keep the old site, and no file is sent twice."""
    old = site_files()
    deploy(target(netlify), write(tmp_path / "dist", old), memory)
    files, chance, sent_before = site_files(25), random.Random(25), netlify.puts
    site = write(tmp_path / "dist", files)
    distinct = {data for path, data in files.items() if path not in old or old[path] != data}
    for _ in range(50):
        stop = chance.randrange(1, 4)

        def dying(done, total, what, left=[stop]):  # noqa: B006 - one list a round
            left[0] -= 1
            if left[0] == 0:
                raise KeyboardInterrupt

        try:
            deploy(target(netlify), site, memory, progress=dying)
        except KeyboardInterrupt:
            assert all_there(netlify, old)
    deploy(target(netlify), site, memory)

    assert all_there(netlify, files)
    assert netlify.puts - sent_before == len(distinct)


def test_an_interrupted_deploy_is_taken_up_again(netlify, tmp_path, memory):
    """The same deploy is finished, no second one is made."""
    site = write(tmp_path / "dist", site_files())

    def dying(done, total, what):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        deploy(target(netlify), site, memory, progress=dying)
    [result] = deploy(target(netlify), site, memory)

    assert result.deployment.resumed
    assert len(netlify.deploys) == 1


def test_an_interrupted_deploy_of_another_site_is_not_taken_up(netlify, tmp_path, memory):
    """What was built meanwhile is what goes live."""

    def dying(done, total, what):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        deploy(target(netlify), write(tmp_path / "dist", site_files()), memory, progress=dying)
    files = site_files() | {"index.html": b"<!doctype html><title>Newer</title>"}
    [result] = deploy(target(netlify), write(tmp_path / "dist", files), memory)

    assert not result.deployment.resumed
    assert all_there(netlify, files)


@pytest.mark.parametrize(
    "fault",
    [
        (500, {}, "{}"),
        (502, {}, "<html>Bad Gateway</html>"),
        (503, {"Retry-After": "7"}, "{}"),
        (429, {"Retry-After": "3"}, '{"message": "rate limit"}'),
        "cut",
        "cut late",
    ],
)
def test_passing_faults_are_ridden_out(netlify, tmp_path, memory, fault):
    """5xx, rate limits and cut connections, on every third request: the deploy succeeds in the end."""
    files, count = site_files(), [0]

    def faulty(method, path):
        count[0] += 1
        return fault if path.startswith("/api/") and count[0] % 3 == 0 else None

    netlify.faults = faulty
    slept = []
    deploy(target(netlify, slept=slept), write(tmp_path / "dist", files), memory)
    netlify.faults = lambda method, path: None

    assert all_there(netlify, files)
    if isinstance(fault, tuple) and "Retry-After" in fault[1]:
        assert float(fault[1]["Retry-After"]) in slept


def test_a_host_that_stays_down_is_an_error_with_the_state_kept(netlify, tmp_path, memory):
    """Exit code 7; when the host is back the upload goes on where it was."""
    site = write(tmp_path / "dist", site_files())
    netlify.faults = lambda method, path: (503, {}, "{}") if method == "PUT" and netlify.puts >= 4 else None

    with pytest.raises(FaultError) as caught:
        deploy(target(netlify, tries=2), site, memory)
    assert caught.value.exit_code == 7
    assert visitor(netlify, "index.html") is None
    sent, netlify.faults = netlify.puts, lambda method, path: None
    [result] = deploy(target(netlify), site, memory)

    assert result.deployment.resumed
    assert sent >= 4
    assert netlify.puts == len(set(site_files().values())) + 1


def test_no_host_at_all(tmp_path, memory):
    """A refused connection says which host and what to do."""
    host = Netlify("x", Secret("t", "T"), api="http://127.0.0.1:9/api/v1", sleep=lambda _: None, tries=2)

    with pytest.raises(FaultError, match=r"127\.0\.0\.1.*refused"):
        deploy(Target("live", host), write(tmp_path / "dist", site_files()), memory)


def test_a_digest_that_the_host_rejects_stops_the_deploy(netlify, tmp_path, memory):
    """422 is not retried, and the old site stays."""
    old = site_files()
    deploy(target(netlify), write(tmp_path / "dist", old), memory)
    netlify.faults = lambda method, path: (422, {}, '{"message": "SHA1 mismatch"}') if method == "PUT" else None
    asked = len(netlify.log)

    with pytest.raises(FaultError, match="SHA1 mismatch"):
        deploy(target(netlify), write(tmp_path / "dist", old | {"index.html": b"new"}), memory)
    assert all_there(netlify, old)
    assert len(netlify.log) - asked < 8


def test_a_quota_is_a_host_limit(netlify, tmp_path, memory):
    """Exit code 6, and what is live stays."""
    old = site_files()
    deploy(target(netlify), write(tmp_path / "dist", old), memory)
    netlify.quota = sum(map(len, netlify.blobs.values())) + 5000

    with pytest.raises(HostLimitError, match="credit usage") as caught:
        deploy(target(netlify), write(tmp_path / "dist", site_files(9)), memory)
    assert caught.value.exit_code == 6
    assert all_there(netlify, old)


def test_a_failed_deploy_at_the_host_is_told_and_started_anew(netlify, tmp_path, memory):
    """The host's own reason is shown; the next run makes a new deploy."""
    site = write(tmp_path / "dist", site_files())

    def failing(method, path):
        for one in netlify.deploys.values():
            if method == "PUT":
                one.state, one.error_message = "error", "post processing broke"

    netlify.faults = failing
    with pytest.raises(FaultError, match="post processing broke"):
        deploy(target(netlify), site, memory)
    netlify.faults = lambda method, path: None
    [result] = deploy(target(netlify), site, memory)

    assert result.deployment.live
    assert not result.deployment.resumed


def test_a_host_that_never_gets_ready_is_left_in_peace(netlify, tmp_path, memory):
    """After its patience the deploy says that it will go on later."""
    netlify.slow_polls = 10_000

    with pytest.raises(FaultError, match="still"):
        deploy(target(netlify, patience=30.0), write(tmp_path / "dist", site_files()), memory)


@pytest.mark.parametrize("token", ["nfp_wrong", "nfp_" + "x" * 60])
def test_a_wrong_token_is_a_secret_error_that_does_not_show_it(netlify, tmp_path, memory, token):
    """Exit code 5; no message, hint, cause or traceback holds the token."""
    with pytest.raises(SecretError) as caught:
        deploy(target(netlify, token=token), write(tmp_path / "dist", site_files()), memory)
    assert caught.value.exit_code == 5
    assert token not in f"{caught.value!r} {caught.value.message} {caught.value.hint} {caught.value.__cause__!r}"


def test_a_token_with_a_line_end_never_reaches_a_header(netlify):
    """http.client would repeat it in its complaint."""
    with pytest.raises(SecretError) as caught:
        Secret("nfp_se\ncret", "NETLIFY_AUTH_TOKEN")
    assert "se" not in caught.value.message.replace("characters", "").replace("does", "").split("NETLIFY")[0]
    assert "nfp" not in str(caught.value) + caught.value.hint


def test_a_host_that_repeats_the_token_is_not_quoted(netlify, tmp_path, memory):
    """Even a complaint that holds the token is shown without it."""
    netlify.faults = lambda method, path: (400, {}, f'{{"message": "bad token {netlify.token}"}}')

    with pytest.raises(SogalleryError) as caught:
        deploy(target(netlify), write(tmp_path / "dist", site_files()), memory)
    assert netlify.token not in f"{caught.value.message} {caught.value.hint}"
    assert netlify.token not in repr(target(netlify))


def test_a_site_that_is_not_there_is_told(netlify, tmp_path, memory):
    """A wrong site_id is a matter of words, exit code 2."""
    with pytest.raises(UsageError, match="knows no site"):
        deploy(target(netlify, "elsewhere"), write(tmp_path / "dist", site_files()), memory)


@pytest.mark.parametrize("name", ["p/a#b.webp", "p/what?.webp"])
def test_names_that_the_host_refuses_stop_before_anything_is_sent(netlify, tmp_path, memory, name):
    """Netlify takes neither # nor ? in names."""
    site = write(tmp_path / "dist", site_files() | {name: b"x"})

    with pytest.raises(HostLimitError, match="refuses"):
        deploy(target(netlify), site, memory)
    assert not netlify.deploys


def test_names_with_blanks_and_umlauts_arrive(netlify, tmp_path, memory):
    """Paths are percent-encoded for the upload and served as they are."""
    files = site_files() | {"über uns/index.html": b"<!doctype html>", "p/a b%20c.webp": b"RIFF"}
    deploy(target(netlify), write(tmp_path / "dist", files), memory)

    assert visitor(netlify, "%C3%BCber%20uns/index.html") == b"<!doctype html>"
    assert visitor(netlify, "p/a%20b%2520c.webp") == b"RIFF"


def test_a_lost_state_file_only_costs_what_it_saved(netlify, tmp_path, memory):
    """Without `.sogallery` nothing is sent twice, since the host says what it lacks."""
    site = write(tmp_path / "dist", site_files())
    deploy(target(netlify), site, memory)
    state_path(memory, "live").write_text("{ broken")
    before = netlify.puts
    deploy(target(netlify), site, memory)

    assert netlify.puts == before


def test_the_state_is_for_its_owner_only(netlify, tmp_path, memory):
    """It names galleries."""
    deploy(target(netlify), write(tmp_path / "dist", site_files()), memory)

    assert state_path(memory, "live").stat().st_mode & 0o077 == 0
    assert netlify.token not in "".join(path.read_text() for path in Path(memory).glob("deploy-*.json"))
