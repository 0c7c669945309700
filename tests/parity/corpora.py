"""The programs on which the two tools are compared: this interpreter's standard library, and wheels from PyPI."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

WHEELS = (
    "Django==5.2",
    "SQLAlchemy==2.0.40",
    "Twisted==24.11.0",
    "ansible-core==2.18.4",
    "apache-airflow-core==3.0.0",
    "paramiko==3.5.1",
    "requests==2.32.3",
    "Flask==3.1.0",
    "celery==5.5.1",
    "botocore==1.37.38",
)
"""Pinned, so that a difference can be reproduced."""

CACHE = Path(__file__).parents[2] / ".parity"


def standard_library(*, with_tests: bool = True) -> list[Path]:
    """The files of the interpreter's own library, without installed packages."""
    root = Path(sysconfig.get_paths()["stdlib"])
    left_out = {"site-packages"} if with_tests else {"site-packages", "test", "tests", "idle_test"}
    return [path for path in sorted(root.rglob("*.py")) if not left_out & set(path.relative_to(root).parts)]


def wheels() -> list[Path]:
    """The files of the pinned wheels, downloaded once."""
    return sorted(path for pinned in WHEELS for path in wheel(pinned).rglob("*.py"))


def wheel(pinned: str) -> Path:
    """The folder of an unpacked wheel, such as `Django==5.2`, downloaded once."""
    CACHE.mkdir(exist_ok=True)
    target = CACHE / pinned
    if not target.exists():
        _fetch(pinned, target)
    return target


def _fetch(wheel: str, target: Path) -> None:
    downloads = CACHE / "downloads"
    # Any interpreter's wheel will do, since only its text is read.
    chosen = ["--only-binary=:all:", "--python-version=3.12", "--platform=manylinux2014_x86_64", "--platform=any"]
    command = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "--quiet",
        "--no-deps",
        *chosen,
        "--dest",
        str(downloads),
        wheel,
    ]
    subprocess.run(command, check=True)
    name = wheel.partition("==")[0].replace("-", "_").lower()
    (archive,) = (path for path in downloads.glob("*.whl") if path.name.lower().startswith(f"{name}-"))
    with zipfile.ZipFile(archive) as content:
        content.extractall(target.with_suffix(".part"))
    target.with_suffix(".part").rename(target)


CORPORA = {"stdlib": standard_library, "wheels": wheels}
