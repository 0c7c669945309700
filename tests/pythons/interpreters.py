"""Finds Pythons by version: on PATH, among pyenv's, or unpacked from Debian's packages into a folder of the project."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

SUPPORTED = ("3.10", "3.11", "3.12", "3.13", "3.14", "3.15")
PROJECT = Path(__file__).parents[2]
PYTHONS = PROJECT / ".pythons"
UNPACK = PROJECT / "tests" / "debian" / "unpack.sh"
SUITE = "sid"
"""The Debian suite with the Pythons that no stable release has yet."""
LAUNCHER = """\
#!/bin/sh
# Runs the Python beside it with the libraries that came along; `$0` lets it find the virtual environment it is in.
exec {loader} --argv0 "$0" --library-path {libraries} {program} "$@"
"""


class UnavailableError(Exception):
    """A version of Python that this machine neither has nor can install."""


def interpreter(version: str) -> Path:
    """Find a Python of a version such as "3.12"; unpack one of Debian's if there is none.

    Returns its path. Raises `UnavailableError` with the reason if none can be installed.
    """
    for path in _candidates(version):
        if _version_of(path) == version:
            return path
    return _unpacked(version)


def _candidates(version: str) -> Iterator[Path]:
    on_path = shutil.which(f"python{version}")
    if on_path:
        yield Path(on_path)
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    yield from sorted(pyenv.glob(f"versions/{version}.*/bin/python"))
    yield _launcher(version)


def _version_of(path: Path) -> str | None:
    """Returns the version that a Python reports; None if it does not run, as a shim of pyenv may not."""
    command = [str(path), "-I", "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return None


def _launcher(version: str) -> Path:
    return PYTHONS / "unpacked" / version / "usr" / "bin" / f"python{version}"


def _unpacked(version: str) -> Path:
    """Unpack a Python of Debian's; a script replaces the program, and starts it with its own libraries."""
    launcher = _launcher(version)
    root = launcher.parents[2]
    print(f"{version}: unpacking Debian's into {root.relative_to(PROJECT)} (30 MB to download)", flush=True)
    done = subprocess.run([UNPACK, SUITE, root, f"python{version}"], capture_output=True, text=True, check=False)
    if done.returncode:
        last = (done.stderr.strip() or "no reason given").splitlines()[-1]
        raise UnavailableError(f"it is neither on PATH nor pyenv's, and Debian's cannot be unpacked: {last}")
    program = launcher.rename(launcher.with_name(f"{launcher.name}.program"))
    [libraries] = root.glob("usr/lib/*-linux-gnu")
    [loader] = libraries.glob("ld-linux-*.so.*")
    launcher.write_text(LAUNCHER.format(loader=loader, libraries=libraries, program=program), encoding="utf-8")
    launcher.chmod(0o755)
    if _version_of(launcher) != version:
        raise UnavailableError("Debian's does not run on this machine")
    return launcher
