"""Run the engine's, the scan's and the protocol's tests on several Pythons, and say which were not run.

    python -m tests.pythons [VERSION...] [--jobs 2] [--fast] [--tests PATH...]

Without versions, all that Posse supports are tried, and one that cannot be had here is listed as not run. Versions
that are named must be there. Exits with 1 if tests fail, if such a version is missing, or if no tests ran at all.
"""

from __future__ import annotations

import argparse
import hashlib
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.pythons.interpreters import PROJECT, PYTHONS, SUPPORTED, UnavailableError, interpreter

TESTS = (
    "tests/engine",
    "tests/rule",
    "tests/library",
    "tests/flow",
    "tests/scan",
    "tests/server",
    "tests/bandit",
    "tests/hostile",
)
FAST = ("-m", "not slow")


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of the tests on one Python."""

    version: str
    passed: bool | None
    """None if they were not run."""
    summary: str
    """The last line of pytest, or the reason why they were not run."""
    seconds: float = 0


def environment(version: str) -> Path:
    """Create a virtual environment with Posse and the group `test`, unless there is one for the current requirements.

    Returns the path of its Python. Raises `UnavailableError` if this machine cannot have a Python of this version.
    """
    python = interpreter(version)
    folder = PYTHONS / "environments" / version
    inside, stamp = folder / "bin" / "python", folder / "stamp"
    requirements = (PROJECT / "pyproject.toml").read_bytes() + bytes(python)
    key = hashlib.sha256(requirements).hexdigest()
    if not stamp.exists() or stamp.read_text() != key:
        print(f"{version}: installing into {folder.relative_to(PROJECT)}", flush=True)
        subprocess.run([python, "-m", "venv", "--clear", "--without-pip", folder], check=True)
        pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "--python", str(inside)]
        subprocess.run([*pip, "install", "--editable", ".", "--group", "test"], cwd=PROJECT, check=True)
        stamp.write_text(key)
    return inside


def run(version: str, options: list[str]) -> Outcome:
    """Run pytest with these options on one Python; its output goes to a log in `.pythons`."""
    try:
        python = environment(version)
    except UnavailableError as error:
        return Outcome(version, None, str(error))
    except subprocess.CalledProcessError as error:
        return Outcome(version, False, f"it cannot be set up: {error}")
    log = PYTHONS / f"{version}.log"
    print(f"{version}: running the tests", flush=True)
    began = time.monotonic()
    with log.open("w") as output:
        command = [str(python), "-m", "pytest", "-q", "-p", "no:cacheprovider", *options]
        status = subprocess.run(command, cwd=PROJECT, stdout=output, stderr=output, check=False).returncode
    lines = log.read_text().strip().splitlines() or ["no output"]
    summary = lines[-1] if status == 0 else "\n".join([*lines[-40:], f"All of it is in {log.relative_to(PROJECT)}."])
    return Outcome(version, status == 0, summary, time.monotonic() - began)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.pythons", description=__doc__)
    parser.add_argument("versions", nargs="*", metavar="VERSION", help="such as 3.12; default: all that are supported")
    parser.add_argument("--jobs", type=int, default=2, help="how many Pythons at once (default: 2)")
    parser.add_argument("--fast", action="store_true", help="leave out what `make test-fast` leaves out")
    parser.add_argument("--tests", nargs="+", default=list(TESTS), help=f"default: {' '.join(TESTS)}")
    arguments = parser.parse_args()
    with ThreadPoolExecutor(arguments.jobs) as pool:
        options = [*arguments.tests, *(FAST if arguments.fast else ())]
        outcomes = list(pool.map(lambda version: run(version, options), arguments.versions or SUPPORTED))
    for outcome in outcomes:
        word = {True: "passed", False: "FAILED", None: "not run"}[outcome.passed]
        print(f"Python {outcome.version}: {word}: {outcome.summary} ({outcome.seconds:.0f} s)")
    missing = any(outcome.passed is None for outcome in outcomes) and bool(arguments.versions)
    failed = any(outcome.passed is False for outcome in outcomes) or not any(outcome.passed for outcome in outcomes)
    return int(missing or failed)


if __name__ == "__main__":
    sys.exit(main())
