"""What is judged before anything is sent, and how targets are chosen."""

from __future__ import annotations

from pathlib import Path

import pytest

from sogallery.errors import HostLimitError, InputError, SecretError, UsageError
from sogallery.hosts.base import GB, MIB, Difference
from sogallery.hosts.preflight import LIMITS, human, preflight
from sogallery.hosts.targets import Surroundings, choose

NOTHING = Difference()


def judged(sizes, host, rules=0):
    return preflight(sizes, LIMITS[host], NOTHING, rules)


@pytest.mark.parametrize(
    ("host", "within", "beyond"),
    [
        ("cloudflare-pages", {f"f{n}": 1 for n in range(20_000)}, {f"f{n}": 1 for n in range(20_001)}),
        ("cloudflare-pages", {"f": 25 * MIB}, {"f": 25 * MIB + 1}),
        ("github-pages", {"f": 100 * MIB}, {"f": 100 * MIB + 1}),
        ("github-pages", {f"f{n}": GB // 20 for n in range(20)}, {f"f{n}": GB // 20 + 1 for n in range(20)}),
        ("gitlab-pages", {f"f{n}": 1 for n in range(200_000)}, {f"f{n}": 1 for n in range(200_001)}),
        ("netlify", {f"b/f{n}": 1 for n in range(54_000)}, {f"b/f{n}": 1 for n in range(54_001)}),
        ("s3", {"f" * 1024: 1}, {"f" * 1025: 1}),
    ],
)
def test_each_limit_from_both_sides(host, within, beyond):
    """At the limit it fits, one more does not, and the error is exit code 6 with advice."""
    judged(within, host).insist(host)
    with pytest.raises(HostLimitError) as caught:
        judged(beyond, host).insist(host)
    assert caught.value.hint


def test_too_many_header_rules():
    """Cloudflare Pages reads a hundred."""
    assert not judged({"_headers": 1}, "cloudflare-pages", 100).breaches
    assert judged({"_headers": 1}, "cloudflare-pages", 101).breaches


@pytest.mark.parametrize("host", list(LIMITS))
def test_names_that_differ_only_in_capitals_are_refused_everywhere(host):
    """A host or a laptop that does not tell capitals apart would lose one of them."""
    [breach] = judged({"About/index.html": 1, "about/index.html": 1}, host).breaches
    assert "capital" in breach.message


@pytest.mark.parametrize("name", ["a\nb", "a\\b", "a\x00b"])
def test_names_that_no_host_can_serve(name):
    """Control characters and backslashes."""
    assert judged({name: 1}, "folder").breaches


def test_large_galleries_get_advice():
    """Two downloads a month of everything: use an object store."""
    [advice] = judged({"index.html": 1, "b/aa/x": 7 * GB}, "netlify").advice
    assert "2.1 complete downloads" in advice
    assert "object store" in advice
    assert not judged({"index.html": 1, "b/aa/x": GB}, "netlify").advice


def test_nearly_full_hosts_get_advice():
    """From four fifths of a limit on."""
    assert judged({"f": 1, **{f"b/{n}": 90 * 10**6 for n in range(9)}}, "github-pages").advice


def test_estimates_say_what_it_costs():
    """Bytes to send, and money where there is a price."""
    found = preflight({"b/aa/x": 100 * GB}, LIMITS["s3"], Difference(new=("b/aa/x",), send=100 * GB)).estimates

    assert found[0].startswith("100 GB to send in 1 files")
    assert "2.30 $ a month" in found[1]
    assert "9.00 $" in found[1]


@pytest.mark.parametrize(
    ("size", "text"), [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (15 * GB, "15.0 GB"), (2_000 * GB, "2000 GB")]
)
def test_sizes_for_people(size, text):
    """Decimal units, as hosts bill them."""
    assert human(size) == text


AROUND = Surroundings({"NETLIFY_AUTH_TOKEN": "nfp_secret"}, Path("/site"), Path("/here"), "https://photos.example/")


def test_the_only_target_needs_no_name():
    """One target in site.yaml is the target."""
    found = choose({"live": {"host": "netlify", "site_id": "abc"}}, None, None, AROUND)
    assert (found.name, found.host.name, found.url) == ("live", "netlify", "https://photos.example/")


def test_a_kind_of_host_with_a_place_needs_no_site_yaml():
    """`--target folder --to out`, relative to where the command runs."""
    found = choose({}, "folder", "out", AROUND)
    assert found.host.to == Path("/here/out")
    assert choose({"www": {"host": "folder", "to": "public"}}, None, None, AROUND).host.to == Path("/site/public")
    assert choose({"www": {"host": "folder", "to": "public"}}, "www", "out", AROUND).host.to == Path("/here/out")
    assert choose({}, "github-pages", "out", AROUND).host.publisher == "github-pages"
    assert choose({}, "netlify", "abc", AROUND).host.site_id == "abc"
    assert choose({}, "rsync", "me@host:/srv/www", AROUND).host.path == "/srv/www"


@pytest.mark.parametrize(
    ("name", "to", "words"),
    [
        (None, None, "which target"),
        ("livee", None, "no target 'livee'"),
        ("folder", None, "where does"),
        ("rsync", "no place", "no place for rsync"),
    ],
)
def test_words_that_name_no_target(name, to, words):
    """Each says what to do."""
    two = {"live": {"host": "netlify", "site_id": "abc"}, "test": {"host": "netlify", "site_id": "def"}}
    with pytest.raises(UsageError, match=words) as caught:
        choose(two, name, to, AROUND)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"host": "netlfy", "site_id": "x"}, "no host 'netlfy'"),
        ({"host": "netlify"}, "site_id: is missing"),
        ({"host": "netlify", "site_id": 5}, "must be text"),
        ({"host": "netlify", "site_id": "x", "sied": "y"}, "not a setting"),
        ({"host": "rsync", "to": "a:/b", "in_place": "yes"}, "must be true or false"),
        ({"host": "netlify", "site_id": "x", "objects": "media"}, "names no other target"),
        ({"host": "s3", "bucket": "b", "access_key": "AKIA"}, "not a setting"),
    ],
)
def test_wrong_settings_are_problems(settings, words):
    """All with the place in site.yaml, none with a stack."""
    with pytest.raises(InputError) as caught:
        choose({"live": settings}, "live", None, AROUND)
    assert any(words in problem.message for problem in caught.value.problems)
    assert all(problem.message.startswith("deploy.live.") for problem in caught.value.problems)


def test_objects_cannot_go_to_a_host_of_whole_sites():
    """Netlify takes a site or nothing."""
    deploy = {"live": {"host": "folder", "to": "x", "objects": "n"}, "n": {"host": "netlify", "site_id": "abc"}}
    with pytest.raises(InputError):
        choose(deploy, "live", None, AROUND)


def test_a_missing_token_is_a_secret_error():
    """Exit code 5, with the name of the variable."""
    with pytest.raises(SecretError, match="NETLIFY_AUTH_TOKEN"):
        choose({"live": {"host": "netlify", "site_id": "x"}}, None, None, Surroundings({}, Path(), Path()))
