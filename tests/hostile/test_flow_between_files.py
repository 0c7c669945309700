"""Following data between files that are made to harm: what cannot be read is not known, and the rest is limited."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from posse_checks.flow.catalogue.everything import CATALOGUE
from posse_checks.flow.workspace import Workspace
from tests.hostile.growth import WIDE_LIMIT, Action, power

VIEWS = "import os\nfrom helper import quoted\ndef a(x):\n    os.system('ls ' + quoted(x))\n"
HELPER = "import shlex\ndef quoted(x):\n    return shlex.quote(x)\n"


def evidence(folder: Path) -> str:
    """The evidence that a scan of a folder has for the call of `os.system`."""
    command = [sys.executable, "-m", "posse_server.cli", "scan", "--no-cache", "--flow", "-q", "-f", "json", "-r", "."]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    assert "internal error" not in done.stdout + done.stderr
    found: dict[str, str] = {
        entry["test_id"]: entry["posse"]["evidence"]
        for entry in json.loads(done.stdout)["results"]
        if entry["filename"].endswith("views.py")
    }
    return found["B605"]


def test_what_is_no_regular_file_is_not_known(tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (project / "views.py").write_text(VIEWS)
    (project / "helper.py").write_text(HELPER)
    assert evidence(project) == "none"
    (project / "helper.py").unlink()
    os.mkfifo(project / "helper.py")
    assert evidence(project) == "unknown"
    (project / "helper.py").unlink()
    (project / "helper.py").symlink_to("/dev/zero")
    assert evidence(project) == "unknown"
    (project / "helper.py").unlink()
    (project / "helper.py").write_text(HELPER + "#" * 1_000_000)
    assert evidence(project) == "unknown"
    (project / "helper.py").unlink()
    (project / "helper.py").mkdir()
    assert evidence(project) == "unknown"


def test_a_module_is_never_imported(tmp_path: Path) -> None:
    (tmp_path / "views.py").write_text(VIEWS)
    (tmp_path / "helper.py").write_text(HELPER + "open('executed', 'w').close()\nraise SystemExit(9)\n")
    evidence(tmp_path)
    assert not (tmp_path / "executed").exists()


RINGS = {
    "to the next": lambda number, count: f"import m{(number + 1) % count}\n",
    "to many": lambda number, count: "".join(f"import m{(number * 7 + n) % count}\n" for n in range(30)),
    "to itself": lambda number, count: f"import m{number}\nfrom m{number} import f as g\n",
    "dots": lambda number, count: f"from {'.' * 200}m{number} import f\nfrom . import m{number}\n",
    "long names": lambda number, count: f"import {'.'.join(['a'] * 500)}\n",
}


@pytest.mark.parametrize("ring", RINGS)
def test_what_files_know_of_each_other_grows_with_their_number(ring: str) -> None:
    def make(count: int) -> Action:
        files = {
            f"m{number}.py": (RINGS[ring](number, count) + "def f(x):\n    return x\n").encode()
            for number in range(count)
        }

        def follow() -> None:
            workspace = Workspace(files, files.__getitem__, CATALOGUE)
            for file, data in files.items():
                around = workspace.around(file, data)
                assert around.digest is not None
                around.value("m1.f", None)
                assert not around.bringing() | around.harming()

        return follow

    assert power(make, limit=WIDE_LIMIT) < WIDE_LIMIT


def test_the_imports_of_a_file_cost_as_many_as_they_are() -> None:
    def make(count: int) -> Action:
        lines = "".join(f"from m{number % 50} import f{number}\n" for number in range(count)).encode()
        files = {f"m{number}.py": lines for number in range(50)}

        def follow() -> None:
            Workspace(files, files.__getitem__, CATALOGUE).around("a.py", lines).harming()

        return follow

    assert power(make, limit=WIDE_LIMIT) < WIDE_LIMIT


@pytest.mark.parametrize(
    "piece",
    ["import ", "from a import (", "from a import b, ", "from . import a\n", "\n \t", "# from a"],
)
def test_imports_are_found_in_linear_time(piece: str) -> None:
    def make(size: int) -> Action:
        data = (piece * size).encode()
        return lambda: Workspace([], lambda file: b"", CATALOGUE).around("a.py", data)

    assert power(make, limit=WIDE_LIMIT) < WIDE_LIMIT
