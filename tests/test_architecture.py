"""The layers of docs/architecture.md, checked: a module imports only from layers above its own."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "sogallery"
LAYERS = [
    {"errors", "model"},
    {"schema", "consent", "ledger", "vault", "select", "words"},
    {"plan"},
    {
        "output",
        "cache",
        "load",
        "studio",
        "credentials",
        "records",
        "render",
        "pages",
        "headers",
        "audit",
        "faces",
        "forms",
        "pool",
        "progress",
        "highwater",
    },
    {"sealed"},
    {"sealer", "delivery", "assemble", "hosts", "verify"},
    {"keyring", "rendering", "portfolio", "publish", "lookalikes"},
    {"darkroom"},
    {"build"},
    {"serve", "demo"},
    {"cli"},
]
# Where modules of one layer build on each other, the order is written down here: the left may import the right.
WITHIN = {
    ("errors", "model"),
    ("schema", "select"),
    ("schema", "consent"),
    ("cache", "output"),
    ("studio", "output"),
    ("credentials", "studio"),
    ("records", "output"),
    ("records", "studio"),
    ("records", "load"),
    ("pages", "headers"),
    ("highwater", "output"),
    ("highwater", "studio"),
    ("verify", "hosts"),
    ("sealer", "delivery"),
}
CORE = LAYERS[0] | LAYERS[1] | LAYERS[2]
EFFECTS = {"os", "pathlib", "random", "secrets", "socket", "subprocess", "tempfile", "time", "PIL", "jinja2", "yaml"}
EFFECTS |= {"click", "watchdog"}


def level(name: str) -> int:
    return next(i for i, layer in enumerate(LAYERS) if name in layer)


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}:{node.lineno} uses a relative import"
            if node.module == "sogallery":
                found |= {f"sogallery.{alias.name}" for alias in node.names}
            elif node.module is not None:
                found.add(node.module)
    return found


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


MODULES = [path for path in sorted(PACKAGE.rglob("*.py")) if room(path) not in {"__init__", "__main__"}]


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_point_one_way(path: Path) -> None:
    """Commands know the build, the build knows the nouns, never the other way round."""
    own = room(path)
    for name in imports(path):
        top, *rest = name.split(".")
        if top == "sogallery" and rest and rest[0] not in {own, "__version__"}:
            below = level(rest[0]) < level(own)
            assert below or (own, rest[0]) in WITHIN, f"{own} may not import {rest[0]}"
        if own in CORE:
            assert top not in EFFECTS, f"{own} is pure core and may not import {top}"


def test_every_module_says_what_it_is_for() -> None:
    """The first line of a module is its purpose."""
    bare = [path.name for path in MODULES if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))]

    assert bare == []
