"""`sogallery verify` on real builds, and the CI recipes run for real: a machine without keys publishes."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import netlify_double
import pytest
import yaml
from click.testing import CliRunner
from sites import Place, access, site

from sogallery.cli import cli, common
from sogallery.studio import load_pub

RECIPES = Path(__file__).parents[2] / "docs" / "recipes"
SETTINGS = """name: Test Studio
contact: {{email: hello@studio.example}}
base_url: https://photos.example/
deploy:
  live: {{host: netlify, site_id: studio, api: '{base}/api/v1', url: '{url}'}}
"""
TWO_GRANTS = "access:\n  client: {}\n  guest: {until: 2026-08-31}\nretain_until: 2026-12-31\n"


@pytest.fixture
def netlify():
    with netlify_double.running() as double:
        double.add_site("studio")
        yield double


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Place:
    """A site with two galleries."""
    made = site(tmp_path_factory.mktemp("built") / "site")
    made.write("site.yaml", SETTINGS.format(base="http://127.0.0.1:9", url="http://127.0.0.1:9/"))
    made.write("policy.md", "---\nversion: '1'\neffective: 2026-01-01\nsignificant: true\n---\nOur promise.\n")
    made.gallery("ada/wedding", ["a.jpg", "b.jpg"], TWO_GRANTS)
    made.gallery("lin/portraits", ["c.jpg"], first=5)
    made.build()
    return made


@pytest.fixture
def place(built, tmp_path, netlify) -> Place:
    """That site, deployed."""
    shutil.copytree(built.root, tmp_path / "site")
    mine = Place(tmp_path / "site", {**built.environ, "NETLIFY_AUTH_TOKEN": netlify.token})
    mine.write("site.yaml", SETTINGS.format(base=netlify.base, url=netlify.address("studio")))
    assert run(mine, "deploy").exit_code == 0
    return mine


def run(place, *words):
    """The command's result, on the day that the site was built."""
    more = ["--now", "2026-07-01"] if words[0] == "verify" and "--now" not in words else []
    return CliRunner().invoke(cli, [*words, *more, "--content", str(place.content)], env=place.environ)


def test_a_deployed_site_is_what_the_studio_built(place, netlify, tmp_path):
    """Exit code 0, and a report to keep."""
    result = run(place, "verify", netlify.address("studio"), "--html", str(tmp_path / "report.html"))

    assert result.exit_code == 0, result.output
    assert "signed records" in result.stdout
    page = (tmp_path / "report.html").read_text()
    assert "Everything is as the studio built it" in page
    assert "<script" not in page


def test_findings_as_json_and_exit_code(place, netlify, tmp_path):
    """3 for a fault; the document and the page name it, with whatever was found made harmless."""
    netlify.alter = lambda host, path, data: b"<script>alert(1)</script>" if path == "index.html" else data
    result = run(place, "verify", netlify.address("studio"), "--json", "--html", str(tmp_path / "report.html"))

    assert result.exit_code == 3
    found = json.loads(result.stdout)
    assert not found["ok"]
    assert any(one["path"] == "index.html" for one in found["findings"])
    assert "<script" not in (tmp_path / "report.html").read_text()


def test_an_old_site_is_wrong_once_something_ended(place, netlify):
    """On the day after a grant's last the old lock must be replaced, after retention the gallery gone."""
    grant = run(place, "verify", netlify.address("studio"), "--now", "2026-09-01")
    assert grant.exit_code == 3
    assert "gallery.json: was changed" in grant.stderr
    ended = run(place, "verify", netlify.address("studio"), "--now", "2027-01-01")
    assert "gallery that ended on 2026-12-31" in ended.stderr

    place.build(day=date(2027, 1, 1))
    assert run(place, "deploy").exit_code == 0
    assert run(place, "verify", netlify.address("studio"), "--now", "2027-01-01").exit_code == 0


def test_from_anywhere_with_a_fingerprint_and_a_link(place, netlify, tmp_path):
    """Without the site's folder: public files, and the lock behind the client's link, whose secret part is not sent."""
    pub = load_pub(place.content)
    link = access(place, "ada/wedding")["client"]["link"].replace("https://photos.example/", netlify.address("studio"))
    spaced = " ".join(re.findall("....", pub.fingerprint))
    seen = []
    netlify.faults = lambda method, path: seen.append(path)
    words = ["verify", netlify.address("studio"), link, "--fingerprint", spaced, "--content", str(tmp_path / "none")]
    good = CliRunner().invoke(cli, words)
    assert good.exit_code == 0, good.output
    assert "signed build.json" in good.stdout
    assert "note:" not in good.stdout
    assert not any(link.partition("#k=")[2] in path for path in seen)

    wrong = CliRunner().invoke(cli, [word.replace(spaced, "0" * 64) for word in words])
    assert wrong.exit_code == 3
    assert "fingerprint differs" in wrong.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("verify", "not-an-address"),
        ("verify", "https://a.example/", "https://b.example/g/abcdefghijklmnop/"),
        ("verify", "https://a.example/", "--fingerprint", "1234"),
    ],
)
def test_words_without_sense(place, words):
    """Exit code 2, with a hint, and nothing is asked of anybody."""
    result = run(place, *words)

    assert result.exit_code == 2
    assert "hint:" in result.stderr


def test_a_host_that_does_not_answer(place):
    """Exit code 7."""
    result = run(place, "verify", "http://127.0.0.1:9/")

    assert result.exit_code == 7


def test_the_hosts_own_list_is_asked_with_a_target(place, netlify):
    """What the host holds beyond the site is a finding."""
    live = netlify.deploys[netlify.sites["studio"].published]
    netlify.blobs["f" * 40], live.files["extra.html"] = b"<p>", "f" * 40
    result = run(place, "verify", netlify.address("studio"), "--target", "live")

    assert result.exit_code == 3
    assert "extra.html: is at live" in result.stderr


# --- recipes ---------------------------------------------------------------------------------------------------


def keyless(place: Place, root: Path) -> Place:
    """What a repository for CI holds, and nothing else."""
    shutil.copytree(place.sealed, root / "sealed")
    (root / "content").mkdir()
    for name in ("site.yaml", "policy.md", "studio.pub"):
        shutil.copy(place.content / name, root / "content" / name)
    token = place.environ["NETLIFY_AUTH_TOKEN"]
    return Place(root, {"NETLIFY_AUTH_TOKEN": token, "SOGALLERY_CONFIG_DIR": str(root / "nothing"), "CI": "true"})


def commands(recipe: str) -> list[list[str]]:
    """The sogallery commands of a recipe, in order, as words."""
    document = yaml.safe_load((RECIPES / recipe).read_text())
    lines = [
        line for job in document.get("jobs", {}).values() for step in job["steps"] for line in [step.get("run", "")]
    ]
    for job in document.values():
        if isinstance(job, dict):
            lines += job.get("script", [])
    return [shlex.split(line)[1:] for line in lines if line.startswith("sogallery ")]


@pytest.mark.parametrize("recipe", ["github-actions.yml", "gitlab-ci.yml", "github-pages.yml"])
def test_each_recipe_runs_without_any_key(place, netlify, tmp_path, recipe, monkeypatch):
    """Its commands, as they stand, on what CI has: the same site comes out, goes live and is verified."""
    bare = keyless(place, tmp_path / "repository")
    monkeypatch.chdir(bare.root)
    monkeypatch.setattr(common, "clock", lambda: datetime(2026, 7, 1, tzinfo=UTC))
    ran = commands(recipe)
    assert [words[0] for words in ran[:2]] == ["build", "deploy"]
    for words in ran:
        given = [netlify.address("studio") if word == "https://photos.example/" else word for word in words]
        more = ["--now", "2026-07-01"] if words[0] in ("build", "verify") else []
        result = CliRunner().invoke(cli, [*given, *more], env=bare.environ)
        assert result.exit_code == 0, (words, result.output)

    for path in place.dist.rglob("*"):
        if path.is_file():
            assert (bare.dist / path.relative_to(place.dist)).read_bytes() == path.read_bytes()
    assert "signed" in json.loads((bare.dist / "build.json").read_bytes())


def test_a_nightly_build_without_keys_takes_out_what_ended(place, netlify, tmp_path):
    """Retention needs nobody at the laptop: the gallery leaves, its old deploy too, and verify agrees."""
    bare = keyless(place, tmp_path / "repository")
    bare.build(day=date(2027, 1, 1))
    assert run(bare, "deploy").exit_code == 0
    result = run(bare, "verify", netlify.address("studio"), "--now", "2027-01-01")

    assert result.exit_code == 0, result.output
    assert len(bare.galleries()) == 1
    assert len(netlify.deploys) == 1


@pytest.mark.parametrize("recipe", ["github-actions.yml", "github-pages.yml"])
def test_workflows_build_no_previews_and_ask_for_few_rights(recipe):
    """Pushes to main and a schedule only; read-only by default; reports kept a day; no secret on a command line."""
    document = yaml.safe_load((RECIPES / recipe).read_text())
    triggers = document[True]  # YAML 1.1 reads the key `on` as true

    assert set(triggers) == {"push", "schedule", "workflow_dispatch"}
    assert triggers["push"] == {"branches": ["main"]}
    assert document["permissions"] == {"contents": "read"}
    steps = [step for job in document["jobs"].values() for step in job["steps"]]
    assert all("secrets." not in step.get("run", "") for step in steps)
    kept = [step["with"]["retention-days"] for step in steps if "upload" in step.get("uses", "")]
    assert kept == [1]


def test_the_gitlab_recipe_builds_no_previews():
    """The default branch only, one at a time."""
    document = yaml.safe_load((RECIPES / "gitlab-ci.yml").read_text())

    assert document["workflow"]["rules"] == [{"if": "$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH"}]
    assert document["publish"]["resource_group"] == "publish"
    assert document["publish"]["artifacts"]["expire_in"] == "1 day"
