"""`load_site`: everything `content/` says, or all Problems of all its files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

from sogallery.load.clients import load_clients
from sogallery.load.files import inside, read_page, read_yaml
from sogallery.load.folders import Lister
from sogallery.load.themes import theme_names
from sogallery.model import Category, Client, Gallery, Page, Policy, Problem, Severity, Site
from sogallery.schema import page as page_schema
from sogallery.schema import portfolio as portfolio_schema
from sogallery.schema import site as site_schema
from sogallery.schema.compose import Defaults
from sogallery.schema.node import Located, Report, Whole
from sogallery.schema.record import Retention, quoted
from sogallery.schema.site import SiteFile
from sogallery.schema.text import did_you_mean, printable

KNOWN_FILES = ("site.yaml", "policy.md", "portfolio.yaml", "studio.pub", "ledger.jsonl", "ledger.checkpoint")


def load_site(content: Path, *, private: bool = True) -> tuple[Site | None, list[Problem]]:
    """The Site in the folder `content` and all Problems, sorted by place; None for the Site if any of them is an error.

    With `private=False` only what CI has is read: site.yaml, policy.md, pages/ and the names of themes.
    """
    site, problems = load_anyway(content, private=private)
    broken = any(problem.severity is Severity.ERROR for problem in problems)
    return (None if broken else site), problems


def load_anyway(content: Path, *, private: bool = True) -> tuple[Site | None, list[Problem]]:
    """Like `load_site`, but with whatever could be read despite errors: to look further, never to publish."""
    if not content.is_dir():
        hint = "name the folder with site.yaml by --content, or make a site with `sogallery new DIR`"
        return None, [Problem(printable(content.name) or ".", 0, 0, "there is no such folder", hint)]
    problems: list[Problem] = []
    there = _root_files(content, problems)
    said = _load_settings(content, private, problems)
    policy = _load_policy(content, problems) if "policy.md" in there else None
    pages = _load_pages(content, problems)
    clients: dict[str, Client] = {}
    galleries: tuple[Gallery, ...] = ()
    portfolio: tuple[Category, ...] = ()
    if private:
        defaults = Defaults(said.days_kept(Retention.GALLERIES), said.keep_metadata) if said else Defaults()
        clients, galleries = load_clients(content, defaults, problems)
        portfolio = _load_portfolio(content, galleries, problems) if "portfolio.yaml" in there else ()
    problems.sort()
    return _site(said, policy, pages, portfolio, clients, galleries), problems


def _site(
    said: SiteFile | None,
    policy: Policy | None,
    pages: tuple[Page, ...],
    portfolio: tuple[Category, ...],
    clients: dict[str, Client],
    galleries: tuple[Gallery, ...],
) -> Site | None:
    if said is None:
        return None
    return Site(
        name=said.name,
        base_url=said.base_url,
        objects_url=said.objects_url,
        language=said.language,
        timezone=said.timezone.value,
        theme=said.theme.value,
        description=said.description,
        contact=said.contact,
        renditions=said.renditions,
        retention=said.retention,
        deploy=said.deploy,
        policy=policy,
        pages=pages,
        portfolio=portfolio,
        clients=clients,
        galleries=galleries,
    )


def _load_settings(content: Path, private: bool, problems: list[Problem]) -> SiteFile | None:
    report = Report("site.yaml")
    said = site_schema.KIND.read(read_yaml(content, report), report)
    if said:
        _check_timezone(said.timezone, report)
        themes = theme_names(content)
        if said.theme.value not in themes:
            hint = did_you_mean(said.theme.value, themes, "name a folder of themes/")
            report.add(said.theme, f"there is no theme {quoted(said.theme.value)}", hint)
        if private:
            _check_watermark(content, said.watermark, report)
    problems += report.problems
    return said


def _root_files(content: Path, problems: list[Problem]) -> set[str]:
    """The files beside site.yaml; those that nobody reads are reported: such a setting is hard to find."""
    lister = Lister(content)
    files = lister.list("").files
    for entry in files:
        if entry.name not in KNOWN_FILES and entry.suffix in (".yaml", ".yml", ".md"):
            hint = did_you_mean(entry.name, KNOWN_FILES, "move it away, or into pages/")
            lister.add(entry.file, f"{quoted(entry.name)} is not read", hint, Severity.WARNING)
    problems += lister.problems
    return {entry.name for entry in files}


def _check_timezone(zone: Located[str], report: Report) -> None:
    try:
        ZoneInfo(zone.value)
    except (OSError, ValueError, KeyError):
        hint = did_you_mean(zone.value, available_timezones(), "write it like: Europe/London")
        report.add(zone, f"there is no time zone {quoted(zone.value)}", hint)


def _check_watermark(content: Path, watermark: Located[str], report: Report) -> None:
    path = content / watermark.value
    if not watermark.value:
        return
    if not path.is_file() or not inside(content, path):
        report.add(watermark, f"there is no file {quoted(watermark.value)} in the content folder", "put the PNG there")
    elif path.suffix.lower() != ".png":
        report.add(watermark, "the watermark has to be a PNG with transparency", "export it as PNG")


def _load_policy(content: Path, problems: list[Problem]) -> Policy | None:
    report = Report("policy.md")
    node, body = read_page(content, report)
    policy = page_schema.POLICY.read(node, report)
    if not body.strip():
        report.add(Whole(), "the policy has no text", "write it below the front matter")
    problems += report.problems
    return replace(policy, body=body) if policy else None


def _load_pages(content: Path, problems: list[Problem]) -> tuple[Page, ...]:
    lister = Lister(content)
    listing = lister.list("pages")
    for entry in (*listing.folders, *(file for file in listing.files if file.suffix != ".md")):
        lister.add(
            entry.file, "this is no page and is not published", "pages are files like about.md", Severity.WARNING
        )
    texts = [entry for entry in listing.files if entry.suffix == ".md"]
    pages = [_load_page(content, entry.file, entry.name[: -len(".md")], problems) for entry in texts]
    problems += lister.problems
    return tuple(page for page in pages if page)


def _load_page(content: Path, file: str, slug: str, problems: list[Problem]) -> Page | None:
    report = Report(file)
    page_schema.check_slug(slug, report)
    node, body = read_page(content, report)
    page = page_schema.PAGE.read(node, report)
    problems += report.problems
    return replace(page, slug=slug, body=body) if page else None


def _load_portfolio(content: Path, galleries: tuple[Gallery, ...], problems: list[Problem]) -> tuple[Category, ...]:
    report = Report("portfolio.yaml")
    located = portfolio_schema.KIND.read(read_yaml(content, report), report) or ()
    categories = portfolio_schema.distinct(located, report)
    portfolio_schema.check_photos(categories, galleries, report)
    problems += report.problems
    return categories
