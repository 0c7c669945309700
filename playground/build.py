"""Build the playground, a folder of static files: `python playground/build.py OUT`.

The same sources give the same bytes. Takes Node and npm from PATH. Only the first build needs the network.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

PLAYGROUND = Path(__file__).resolve().parent
PROJECT = PLAYGROUND.parent
PACKAGES = PROJECT / "build" / "playground-packages"
WHEELS = PROJECT / "build" / "playground-wheels"
EXTENSION = PROJECT / "editors" / "vscode"
METAFILE = PLAYGROUND / "dist" / "meta.json"
"""Where `bundle.mjs` says what it has put together."""
PYODIDE = """\
Pyodide is licensed under the Mozilla Public License 2.0: https://www.mozilla.org/MPL/2.0/. Its sources are at
https://github.com/pyodide/pyodide, in the tag of this version. It contains CPython and its library, licensed under the
Python Software Foundation License 2: https://docs.python.org/3.14/license.html, which also names those of its parts."""
sys.path.insert(0, str(EXTENSION))

from notices import notices  # noqa: E402 - the folder is not a package
from server_bundle import TARGET, bundle_server  # noqa: E402 - the folder is not a package


def build(out: Path) -> None:
    """Write the files. Replaces the folder."""
    lock, installed = PLAYGROUND / "package-lock.json", PLAYGROUND / "node_modules" / ".package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
        _run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
    _fetch_wheels()
    os.environ |= {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(WHEELS)}
    bundle_server(PACKAGES)
    _run("npm", "run", "--silent", "check")
    _run("node", "bundle.mjs", str(PACKAGES), str(out))
    text = notices("Posse's playground", PACKAGES, METAFILE, {"pyodide": PYODIDE})
    (out / "licenses.txt").write_text(text, encoding="utf-8")


def _fetch_wheels() -> None:
    """Download the packages, unless they are there, so that later builds need no network."""
    lists = [EXTENSION / "bundled.txt", EXTENSION / "backend.txt"]
    stamp, wanted = WHEELS / "stamp", "".join(each.read_text() for each in lists)
    if stamp.exists() and stamp.read_text() == wanted:
        return
    shutil.rmtree(WHEELS, ignore_errors=True)
    for each, target in zip(lists, (TARGET, ()), strict=True):
        pip = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "download", "--no-deps", *target)
        subprocess.run([*pip, "--require-hashes", "--requirement", str(each), "--dest", str(WHEELS)], check=True)
    stamp.write_text(wanted)


def _run(program: str, *arguments: str) -> None:
    found = shutil.which(program)
    if found is None:
        raise SystemExit(
            f"{program} is not on PATH. `make playground` brings its own; else install Node.js 22 or newer."
        )
    subprocess.run([found, *arguments], cwd=PLAYGROUND, check=True)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(f"Usage: {sys.argv[0]} OUT")
    build(Path(os.path.abspath(sys.argv[1])))
