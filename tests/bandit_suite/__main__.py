"""Run Bandit's own tests against Posse's commands, and compare the reports of both on Bandit's examples.

    python -m tests.bandit_suite                       everything
    python -m tests.bandit_suite functional            some of its tests; more words go to pytest

Exits with 1 if a test fails or a report differs. Which tests are left out, and why, is in left_out.py.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.bandit_suite.examples import differences
from tests.bandit_suite.left_out import LEFT_OUT
from tests.bandit_suite.source import source_folder

ROOT = Path(__file__).parents[2]
COMMANDS = ("bandit", "bandit-baseline", "bandit-config-generator")


def main() -> int:
    source = source_folder()
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        shutil.copytree(source / "tests", scratch / "suite")  # not `tests`, which are Posse's
        shutil.copytree(source / "examples", scratch / "examples")
        failed = _run_suite(scratch, sys.argv[1:])
        differing = 0 if sys.argv[1:] else _compare_reports(scratch)
    return 1 if failed or differing else 0


def _run_suite(scratch: Path, words: list[str]) -> bool:
    """Run Bandit's tests in a folder that has them and the examples. Returns whether any failed."""
    commands = scratch / "commands"
    commands.mkdir()
    for name in COMMANDS:
        command = commands / name
        command.write_text(f'#!/bin/sh\nexec "{Path(sys.executable).with_name("posse")}" {name} "$@"\n')
        command.chmod(0o755)
    environment = {
        **os.environ,
        "PATH": os.pathsep.join([str(commands), os.environ["PATH"]]),
        "PYTHONPATH": str(ROOT),
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
    }
    pytest = [sys.executable, "-W", "ignore", "-m", "pytest", "-p", "tests.bandit_suite.answers"]
    pytest += ["-p", "no:cacheprovider", "--quiet", "--no-header", "--tb=short"]
    chosen = [f"suite/{words[0]}", *words[1:]] if words else ["suite"]
    done = subprocess.run([*pytest, *chosen], cwd=scratch, env=environment, check=False)
    if not words:
        for name, (why, number) in LEFT_OUT.items():
            print(f"not run: {number} tests in {name}, which {why}")
    return done.returncode != 0


def _compare_reports(scratch: Path) -> int:
    """Compare the reports on each example. Returns the number of those that differ."""
    found = list(differences(scratch))
    print("\n".join(found) if found else "All reports on Bandit's examples are the same.")
    return len(found)


if __name__ == "__main__":
    sys.exit(main())
