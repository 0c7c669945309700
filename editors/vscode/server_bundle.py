"""The server and what it needs, side by side in a folder, without anything that is only for one Python or machine.

The extension for VS Code and the playground carry the same.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

EXTENSION = Path(__file__).resolve().parent
PROJECT = EXTENSION.parents[1]
TARGET = ("--implementation=cp", "--python-version=3.10", "--platform=manylinux2014_x86_64", "--only-binary=:all:")
"""What wheels are taken for, so that every machine takes the same: what is pure Python in them runs everywhere."""
LEFT_OUT = ("bin", "*.so", "*.dist-info/RECORD", "*.dist-info/INSTALLER", "*.dist-info/REQUESTED", "*.dist-info/*.json")
"""What pip installs and no server needs: programs, the part of PyYAML in C, notes on the installation."""


def bundle_server(folder: Path) -> None:
    """Replace the folder by one with the server's packages."""
    shutil.rmtree(folder, ignore_errors=True)
    _pip(folder, "--require-hashes", *TARGET, "--requirement", str(EXTENSION / "bundled.txt"))
    with tempfile.TemporaryDirectory() as temporary:
        backend = Path(temporary)
        _pip(backend, "--require-hashes", "--requirement", str(EXTENSION / "backend.txt"))
        _pip(folder, "--no-build-isolation", str(PROJECT), path=backend)
    for pattern in LEFT_OUT:
        for path in folder.rglob(pattern):
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def _pip(target: Path, *arguments: str, path: Path | None = None) -> None:
    """Install into a folder; `path` is one from which Python takes packages meanwhile."""
    install = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "install")
    environment = os.environ if path is None else {**os.environ, "PYTHONPATH": str(path)}
    command = [*install, "--no-deps", "--no-compile", "--target", str(target), *arguments]
    subprocess.run(command, check=True, env=environment)
