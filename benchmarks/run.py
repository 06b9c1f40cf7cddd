"""The benchmark: makes its input and runs sogallery, a bare Pillow loop, sigal and thumbsup, interleaved.

    python benchmarks/run.py [--work FOLDER] [--photos 100] [--rounds 3]     full builds side by side
    python benchmarks/run.py --scaling 50,200,1000                           how a build grows
    python benchmarks/run.py --changes 500                                   what a change costs, and its upload

Prints Markdown tables of medians. sigal (with its encrypt plugin) and thumbsup are used if they are on PATH.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from measure import Cost, run
from shoot import shoot

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Case:
    """One tool: how its run is prepared, its command, where it writes."""

    name: str
    command: list[str]
    out: Path
    fresh: Callable[[], None]


def sogallery(work: Path, photos: list[Path], form: str, vips: str = "") -> Case:
    """A whole build, with sealing, manifests, pages and audit; `vips` is the Python of an environment with libvips."""
    root = site(work / f"sogallery-{form}{'-vips' if vips else ''}", photos, form)

    def fresh() -> None:
        for name in ("dist", "sealed", ".sogallery"):
            shutil.rmtree(root / name, ignore_errors=True)

    command = [vips or sys.executable, "-m", "sogallery", "build", "--content", str(root / "content")]
    return Case(f"sogallery{' with libvips' if vips else ''}, {form}", command, root / "dist", fresh)


def site(root: Path, photos: list[Path], form: str) -> Path:
    """A site with one gallery of these photos, shared by hard link."""
    shutil.rmtree(root, ignore_errors=True)
    folder = root / "content" / "clients" / "ada-lin" / "wedding"
    folder.mkdir(parents=True)
    for photo in photos:
        os.link(photo, folder / photo.name)
    (folder / "gallery.yaml").write_text("title: Ada & Lin\naccess: {client: {}, guest: {downloads: display}}\n")
    (root / "content" / "site.yaml").write_text(f"name: Benchmark\nrenditions: {{format: {form}}}\n")
    return root


def bare(work: Path, photos: list[Path], form: str) -> Case:
    """The bare Pillow loop."""
    listed = work / "photos.txt"
    listed.write_text("".join(f"{photo}\n" for photo in photos))
    out = work / f"bare-{form}"
    command = [sys.executable, str(HERE / "bare.py"), str(listed), str(out), "--format", form]
    return Case(f"bare Pillow loop, {form}", command, out, lambda: shutil.rmtree(out, ignore_errors=True))


def sigal(work: Path, photos: list[Path]) -> Case:
    """sigal with its encrypt plugin and originals: two sizes."""
    source, out = work / "sigal-source" / "wedding", work / "sigal"
    shutil.rmtree(source, ignore_errors=True)
    source.mkdir(parents=True)
    for photo in photos:
        os.link(photo, source / photo.name)
    settings = work / "sigal.conf.py"
    settings.write_text(
        f"source = {str(source.parent)!r}\ndestination = {str(out)!r}\ntheme = 'photoswipe'\nimg_size = (2048, 2048)\n"
        "thumb_size = (400, 400)\nthumb_fit = False\nkeep_orig = True\nplugins = ['sigal.plugins.encrypt']\n"
        "encrypt_options = {'password': 'correct horse battery staple', 'ask_password': True}\n"
    )
    program = shutil.which("sigal") or str(Path(sys.executable).with_name("sigal"))
    command = [program, "build", "-c", str(settings)]
    return Case("sigal with encrypt, jpeg", command, out, lambda: shutil.rmtree(out, ignore_errors=True))


def thumbsup(work: Path, photos: list[Path]) -> Case:
    """thumbsup, without encryption, which it has not got."""
    source, out = work / "thumbsup-source", work / "thumbsup"
    shutil.rmtree(source, ignore_errors=True)
    source.mkdir(parents=True)
    for photo in photos:
        os.link(photo, source / photo.name)
    command = ["thumbsup", "--input", str(source), "--output", str(out), "--large-size", "1365", "--small-size", "400"]
    command += ["--photo-download", "copy", "--concurrency", str(os.cpu_count()), "--log", "info"]
    return Case("thumbsup, not encrypted, jpeg", command, out, lambda: shutil.rmtree(out, ignore_errors=True))


def cases(work: Path, photos: list[Path], vips: str) -> list[Case]:
    """Every tool that is installed."""
    found = [maker(work, photos, form) for form in ("jpeg", "webp") for maker in (sogallery, bare)]
    if vips:
        found.append(sogallery(work, photos, "jpeg", vips))
    if shutil.which("sigal") or Path(sys.executable).with_name("sigal").is_file():
        found.append(sigal(work, photos))
    if shutil.which("thumbsup"):
        found.append(thumbsup(work, photos))
    return found


def environ(work: Path) -> dict[str, str]:
    """The environment of every run; studio secrets of benchmarks are kept apart from real ones."""
    paths = os.pathsep.join([str(HERE.parent), os.environ.get("PYTHONPATH", "")])
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "SOGALLERY_CONFIG_DIR": str(work / "config"), "PYTHONPATH": paths}


def side_by_side(work: Path, photos: list[Path], rounds: int, vips: str) -> None:
    """Full builds, A B C A B C, medians and ratios."""
    found, costs = cases(work, photos, vips), {}
    for number in range(rounds):
        for case in found:
            case.fresh()
            costs.setdefault(case.name, []).append(run(case.command, case.out, work, environ(work)))
            print(f"round {number + 1}: {case.name}: {costs[case.name][-1].wall:.1f} s", file=sys.stderr)
    columns = "wall s | photos/s | CPU s a photo | peak MB | files | MB |"
    print(f"\n| {len(photos)} photos, medians of {rounds} rounds | {columns}")
    print("|---|---|---|---|---|---|---|")
    for name, several in costs.items():
        wall, cpu = median(one.wall for one in several), median(one.cpu for one in several)
        row = [f"{wall:.1f}", f"{len(photos) / wall:.1f}", f"{cpu / len(photos):.3f}"]
        row += [
            f"{median(one.memory for one in several):.0f}",
            str(several[0].files),
            f"{several[0].written / 1e6:.0f}",
        ]
        print(f"| {name} | " + " | ".join(row) + " |")
    _ratios(costs)


def _ratios(costs: dict[str, list[Cost]]) -> None:
    walls = {name: median(one.wall for one in several) for name, several in costs.items()}
    print()
    for form in ("jpeg", "webp"):
        ratio = walls[f"sogallery, {form}"] / walls[f"bare Pillow loop, {form}"]
        print(f"- sogallery / bare Pillow loop, {form}: {ratio:.2f}")
    ours = [name for name in walls if name.startswith("sogallery") and name.endswith("jpeg")]
    for other in ("sigal with encrypt, jpeg", "thumbsup, not encrypted, jpeg"):
        if other in walls:
            ratios = [f"- {other} / {name}: {walls[other] / walls[name]:.2f}" for name in ours]
            print("\n".join(ratios))


def scaling(work: Path, counts: list[int], edge: int) -> None:
    """Full and no-op builds of growing galleries."""
    print(f"\n| photos, {edge} pixels wide | full build s | peak MB | no-op s |\n|---|---|---|---|")
    for count in counts:
        case = sogallery(work, shoot(work / f"photos-{edge}", count, edge), "jpeg")
        full = run(case.command, case.out, work, environ(work))
        settle()
        run(case.command, case.out, work, environ(work))
        idle = min(run(case.command, case.out, work, environ(work)).wall for _ in range(3))
        print(f"| {count} | {full.wall:.1f} | {full.memory:.0f} | {idle:.2f} |")


def changes(work: Path, count: int, edge: int) -> None:
    """What each kind of change costs after a full build: seconds, and bytes of new or changed files."""
    photos = shoot(work / f"photos-{edge}", count + 2, edge)
    case = sogallery(work, photos[:count], "jpeg")
    folder = case.out.parent / "content" / "clients" / "ada-lin" / "wedding"
    run(case.command, case.out, work, environ(work))
    settle()
    first = folder / photos[count // 2].name
    steps: list[tuple[str, Callable[[], None]]] = [
        ("nothing", lambda: None),
        ("a touched time", lambda: os.utime(first)),
        ("one photo changed", lambda: replace(photos[count], first)),
        ("one photo added", lambda: os.link(photos[count + 1], folder / "SO-added.jpg")),
        ("one photo renamed", lambda: (folder / "SO-added.jpg").rename(folder / "SO-renamed.jpg") and None),
        ("one photo removed", (folder / "SO-renamed.jpg").unlink),
        ("one caption", lambda: caption(folder, first.name)),
        ("a passphrase rotated", lambda: rotate(case.out.parent, work)),
    ]
    print(f"\n| change to {count} photos | wall s | photos made | files new or changed | MB to upload |")
    print("|---|---|---|---|---|")
    for name, change in steps:
        change()
        began = time.monotonic()
        result = subprocess.run(
            [*case.command, "--json"], capture_output=True, check=True, env=environ(work), cwd=work
        )  # fmt: skip
        wall, report = time.monotonic() - began, json.loads(result.stdout)
        files = report["new_files"] + report["changed_files"]
        print(f"| {name} | {wall:.2f} | {report['made']} | {files} | {report['upload_bytes'] / 1e6:.2f} |")


def settle() -> None:
    """Files must be two seconds old before their dates are trusted."""
    time.sleep(2.5)


def replace(source: Path, target: Path) -> None:
    """Other content under the same name."""
    target.unlink()
    shutil.copyfile(source, target)


def caption(folder: Path, name: str) -> None:
    """One new caption."""
    with (folder / "gallery.yaml").open("a") as file:
        file.write(f"photos:\n  {name}: {{caption: The rings}}\n")


def rotate(root: Path, work: Path) -> None:
    """A new passphrase for the guest."""
    words = ["access", "rotate", "ada-lin/wedding", "guest", "--content", str(root / "content")]
    subprocess.run([sys.executable, "-m", "sogallery", *words], check=True, capture_output=True, env=environ(work))


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "sogallery-benchmark")
    parser.add_argument("--photos", type=int, default=100)
    parser.add_argument("--edge", type=int, default=6000, help="longer edge of the photos, in pixels")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--scaling", help="photo counts, separated by commas")
    parser.add_argument("--vips", default="", metavar="PYTHON", help="the Python of an environment with libvips")
    parser.add_argument("--changes", type=int, metavar="PHOTOS")
    words = parser.parse_args()
    words.work.mkdir(parents=True, exist_ok=True)
    if words.scaling:
        scaling(words.work, [int(count) for count in words.scaling.split(",")], words.edge)
    elif words.changes:
        changes(words.work, words.changes, words.edge)
    else:
        photos = shoot(words.work / f"photos-{words.edge}", words.photos, words.edge)
        side_by_side(words.work, photos, words.rounds, words.vips)


if __name__ == "__main__":
    main()
