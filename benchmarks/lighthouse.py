"""Lighthouse on the locked page and the public pages of the sample site, as a phone on a slow line.

    npm install lighthouse
    python benchmarks/lighthouse.py [--work FOLDER] [--rounds 3] [--lighthouse node_modules/.bin/lighthouse]

Needs Chromium. Prints a Markdown table of median scores, and which audits cost points.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from run import environ
from static_host import Host

TRIES = 4
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-background-networking --disable-component-update"


def built(work: Path) -> Path:
    """The sample site's `dist/`."""
    root = work / "sample"
    shutil.rmtree(root, ignore_errors=True)
    for words in (["new", str(root), "--demo"], ["build", "--content", str(root / "content")]):
        subprocess.run([sys.executable, "-m", "sogallery", *words], check=True, env=environ(work))
    return root / "dist"


def report(program: str, url: str, work: Path) -> dict[str, Any]:
    """Lighthouse's report of one page."""
    target = work / "lighthouse.json"
    command = [program, url, "--output=json", f"--output-path={target}", "--quiet", f"--chrome-flags={FLAGS}"]
    command.append(f"--only-categories={','.join(CATEGORIES)}")
    chrome = next((path for name in ("chromium", "google-chrome") if (path := shutil.which(name))), "")
    run = partial(subprocess.run, command, env={**os.environ, "CHROME_PATH": chrome})
    # Now and then Lighthouse misses the beginning of a page load (NO_NAVSTART), and asks to be run again.
    if not any(run(check=False).returncode == 0 for _ in range(TRIES)):
        raise SystemExit(f"Lighthouse found nothing at {url}")
    return dict(json.loads(target.read_text()))


def scores(found: dict[str, Any]) -> dict[str, float]:
    """Points out of a hundred, by category."""
    return {name: round(100 * (found["categories"][name]["score"] or 0)) for name in CATEGORIES}


def faults(found: dict[str, Any]) -> set[str]:
    """Audits that weigh something and are not full."""
    weighed = (ref for name in CATEGORIES for ref in found["categories"][name]["auditRefs"] if ref["weight"])
    audits = [found["audits"][ref["id"]] for ref in weighed]
    return {f"{one['id']} {one['score']}" for one in audits if one["score"] is not None and one["score"] < 1}


def main() -> None:
    """Build the sample, look at each page several times, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "sogallery-benchmark")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--lighthouse", default="lighthouse")
    words = parser.parse_args()
    words.work.mkdir(parents=True, exist_ok=True)
    dist = built(words.work)
    host = Host(dist)
    pages = {"home": "", "portfolio": "portfolio/", "about": "about/", "policy": "policy/"}
    pages["locked page"] = next((dist / "g").iterdir()).relative_to(dist).as_posix() + "/"
    print("| page | " + " | ".join(CATEGORIES) + " | not full |\n" + "|---" * (len(CATEGORIES) + 2) + "|")
    for name, path in pages.items():
        found = [report(words.lighthouse, host.url + path, words.work) for _ in range(words.rounds)]
        row = [f"{median(scores(one)[category] for one in found):.0f}" for category in CATEGORIES]
        print(
            f"| {name} | " + " | ".join(row) + f" | {', '.join(sorted(set.union(*map(faults, found))))} |", flush=True
        )
    host.shutdown()


if __name__ == "__main__":
    main()
