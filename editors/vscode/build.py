"""Build the extension, with the server in it: `python editors/vscode/build.py OUT.vsix`.

The same sources give the same bytes, wherever and whenever they are built. Takes Node and npm from PATH.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from notices import notices
from server_bundle import bundle_server

EXTENSION = Path(__file__).resolve().parent
PROJECT = EXTENSION.parents[1]
BUNDLED = EXTENSION / "bundled"
METAFILE = Path("dist") / "meta.json"
"""Where esbuild says what it has put together."""
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)


def build(out: Path) -> None:
    """Write the package to a file."""
    _install_packages()
    bundle_server(BUNDLED)
    (EXTENSION / "schemas").mkdir(exist_ok=True)
    shutil.copy(PROJECT / "docs" / "configuration.schema.json", EXTENSION / "schemas")
    for picture in (PROJECT / "docs" / "images").glob("vscode-*.png"):
        shutil.copy(picture, EXTENSION / "walkthrough")
    shutil.copy(PROJECT / "LICENSE", EXTENSION)
    shutil.copy(PROJECT / "CHANGELOG.md", EXTENSION)
    _npm("run", "--silent", "check")
    _npm("run", "--silent", "bundle")
    (EXTENSION / "ThirdPartyNotices.txt").write_text(
        notices("Posse's extension for Visual Studio Code", BUNDLED, EXTENSION / METAFILE), encoding="utf-8"
    )
    with tempfile.TemporaryDirectory() as folder:
        package = Path(folder) / "package.vsix"
        flags = ("--no-dependencies", "--allow-missing-repository", "--no-rewrite-relative-links")
        _npm("exec", "--", "vsce", "package", *flags, "--out", str(package))
        out.parent.mkdir(parents=True, exist_ok=True)
        _normalize(package, out)


def _install_packages() -> None:
    """Install what the build needs, unless just that is there."""
    lock, installed = EXTENSION / "package-lock.json", EXTENSION / "node_modules" / ".package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
        _npm("ci", "--ignore-scripts", "--no-audit", "--no-fund")


def _npm(*arguments: str) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise SystemExit("npm is not on PATH. `make vsix` brings its own; else install Node.js 22 or newer.")
    subprocess.run([npm, *arguments], cwd=EXTENSION, check=True)


def _normalize(package: Path, out: Path) -> None:
    """Copy a package with its files in order, and without the times and rights that they had on this machine."""
    with zipfile.ZipFile(package) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as after:
        for name in sorted(before.namelist()):
            entry = zipfile.ZipInfo(name, ZIP_EPOCH)
            entry.external_attr = 0o100644 << 16
            entry.create_system = 3  # Unix, whose rights these are
            entry.compress_type = zipfile.ZIP_DEFLATED
            after.writestr(entry, before.read(name))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(f"Usage: {sys.argv[0]} OUT.vsix")
    build(Path(os.path.abspath(sys.argv[1])))
