"""`posse new-check --python` and `--bandit`: what they write works as it is, and is listed with whether it may run."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from posse_server.plugins.project import find_code
from posse_server.plugins.trust import Decisions, state_folder
from tests.plugin_environment import install, make_environment
from tests.scan.conftest import Run

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the environments of these tests have links")

SOURCE = "import yaml\nyaml.unsafe_load(document)\n"


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path.parent / f"{tmp_path.name}-state"))


def found_by(posse: Run) -> list[tuple[str, int]]:
    run = posse("a.py", "-f", "json", "--allow-project-code")
    return [(item["test_id"], item["line_number"]) for item in json.loads(run.out)["results"]]


def test_new_check_in_python_works_and_is_listed(tmp_path: Path, posse: Run) -> None:
    (tmp_path / "a.py").write_text(SOURCE)
    assert posse("unsafe_load", "--python", command="new-check").status == 0
    assert (tmp_path / "bandit.yaml").exists()
    assert ("X901", 2) in found_by(posse)
    assert "already" in posse("unsafe_load", "--python", "--id", "X902", command="new-check").err
    assert posse("other", "--python", "--id", "B1/..", command="new-check").status == 2
    listed = posse("list", command="checks").out
    assert "editors ask whether it may run" in listed and ".posse/checks/unsafe_load.py" in listed
    found = find_code(tmp_path.resolve(), patterns=[".posse/checks/*.py"])
    assert found is not None
    Decisions(state_folder()).remember(tmp_path.resolve(), found.fingerprint, is_trusted=True)
    assert "you let it run in editors" in posse("list", command="checks").out


def test_new_check_names_the_line_that_a_configuration_lacks(tmp_path: Path, posse: Run) -> None:
    (tmp_path / "bandit.yaml").write_text("skips: [B101]\n")
    outcome = posse("unsafe_load", "--python", command="new-check")
    assert "add `.posse/checks/*.py` to `check_files`" in outcome.err
    assert (tmp_path / "bandit.yaml").read_text() == "skips: [B101]\n"


def test_new_plugin_works_in_bandit_and_here(tmp_path: Path, posse: Run) -> None:
    (tmp_path / "a.py").write_text(SOURCE)
    assert posse("unsafe_load", "--bandit", command="new-check").status == 0
    package = tmp_path / "bandit_unsafe_load"
    assert "[project.entry-points" in (package / "pyproject.toml").read_text()
    python = make_environment(tmp_path / ".venv", {})
    source = (package / "bandit_unsafe_load.py").read_text()
    install(next(tmp_path.glob(".venv/lib/*/site-packages")), "unsafe_load", source)
    assert ("X901", 2) in found_by(posse)
    run = subprocess.run([python, "-m", "bandit", "-q", "a.py"], cwd=tmp_path, capture_output=True, text=True)
    assert "X901" in run.stdout
    (tmp_path / "bandit.yaml").write_text("skips: [B101]\n")
    assert "unsafe_load, a plug-in of Bandit's" in posse("list", command="checks").out


def test_example_reports_the_same_in_python_and_as_a_package(tmp_path: Path, posse: Run) -> None:
    example = Path(__file__).parents[2] / "examples" / "own_checks"
    shutil.copytree(example, tmp_path, dirs_exist_ok=True)
    make_environment(tmp_path / ".venv", {})
    name = "bandit_prohibit_unsafe_deserialization"
    source = (tmp_path / name / f"{name}.py").read_text()
    install(next(tmp_path.glob(".venv/lib/*/site-packages")), "prohibit_unsafe_deserialization", source)
    run = posse("vulnerable.py", "-t", "X910,X911", "-f", "json", "--allow-project-code")
    found: dict[str, list[tuple[int, str, int]]] = {"X910": [], "X911": []}
    for item in json.loads(run.out)["results"]:
        found[item["test_id"]].append((item["line_number"], item["issue_text"], item["issue_cwe"]["id"]))
    assert [line for line, _, _ in found["X910"]] == [8, 9, 10, 11]
    assert found["X910"] == found["X911"]
