"""The report of `verify` as one page of HTML, to keep with the records or to send to a client."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from html import escape

from sogallery import __version__
from sogallery.model import Finding
from sogallery.verify import Report

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 3rem auto; padding: 0 1rem; color: #222; }
h1 { font-size: 1.5rem; } table { border-collapse: collapse; width: 100%; } td, th { text-align: left; padding: .4rem
.6rem .4rem 0; border-bottom: 1px solid #ddd; vertical-align: top; overflow-wrap: anywhere; } .good { color: #176b2c; }
.bad { color: #a11; } code { font-size: .9em; } small { color: #666; }
@media (prefers-color-scheme: dark) { body { background: #151515; color: #eee; } .good { color: #7dd892; }
.bad { color: #ff8d8d; } td, th { border-color: #444; } small { color: #aaa; } }
"""


_GOOD = {True: "Everything is as the studio built it", False: "Nothing wrong was seen; no file could be compared"}


def html_report(report: Report, at: datetime) -> str:
    """The whole page; it needs nothing else and names no gallery that it does not have to."""
    found = len(report.findings)
    verdict = f"{found} thing{'s' if found != 1 else ''} wrong" if found else _GOOD[report.files > 0]
    return "\n".join(
        [
            '<!doctype html><html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escape(report.url)}</title><style>{_STYLE}</style></head><body>",
            f"<h1>{escape(report.url)}</h1>",
            f'<p class="{"bad" if found else "good"}"><strong>{verdict}.</strong></p>',
            _facts(report, at),
            _findings(report.findings),
            *[f"<p>Note: {escape(note)}.</p>" for note in report.notes],
            f"<p><small>{escape(_HONEST)} sogallery {escape(__version__)}</small></p></body></html>",
        ]
    )


def _facts(report: Report, at: datetime) -> str:
    rows = {
        "Looked at": at.strftime("%Y-%m-%d %H:%M %Z"),
        "Judged for the day": report.day.isoformat(),
        "Compared": report.trust,
        "Files": f"{report.files}, {report.size / 1e6:.1f} MB",
        "Addresses that must be gone": str(report.gone),
    }
    cells = "".join(f"<tr><th>{escape(name)}</th><td>{escape(value)}</td></tr>" for name, value in rows.items())
    return f"<table>{cells}</table>"


def _findings(findings: Iterable[Finding]) -> str:
    rows = "".join(
        f"<tr><td><code>{escape(one.path)}</code></td><td>{escape(one.message)}<br><small>{escape(one.hint)}</small></td></tr>"
        for one in findings
    )
    return f"<h2>What is wrong</h2><table>{rows}</table>" if rows else ""


_HONEST = (
    "A look from outside on one day: it proves what the host showed then to whoever looked. It cannot prove that a host"
    " shows everybody the same, nor that it keeps no copy of what it no longer shows."
)
