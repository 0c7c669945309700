"""Checks of a project in Python: run only if allowed, in a process of their own, and treated as all other checks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from posse_server.plugins.host import Host
from posse_server.plugins.process import Order
from posse_server.plugins.question import Part, Question
from tests.python_check import CHECK
from tests.scan.conftest import Run

SOURCE = "from marshal import loads\nloads(x)\nloads(y)  # posse: ignore[X901]\nloads(z)  # nosec\n"
KEY = "posse:\n  check_files: ['.posse/checks/*.py']\n"


@pytest.fixture
def checks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    folder = tmp_path / ".posse" / "checks"
    folder.mkdir(parents=True)
    (folder / "marshal_loads.py").write_text(CHECK)
    (tmp_path / "a.py").write_text(SOURCE)
    (tmp_path / "bandit.yaml").write_text(KEY)
    return folder


def ids(run: Run, *arguments: str) -> list[tuple[str, int]]:
    outcome = run("a.py", "-f", "json", "--allow-project-code", *arguments)
    return [(item["test_id"], item["line_number"]) for item in json.loads(outcome.out)["results"]]


def test_checks_in_python_are_selected_and_suppressed_as_others(checks: Path, tmp_path: Path, posse: Run) -> None:
    bandits = [("B302", 2), ("B302", 3)]
    own = (("X901", 2),)
    assert sorted(ids(posse)) == sorted([*bandits, *own])
    assert sorted(ids(posse, "-s", "X901")) == bandits
    assert ids(posse, "-t", "X901") == [*own]
    (tmp_path / "bandit.yaml").write_text(f"tests: [B302]\n{KEY}")
    assert sorted(ids(posse)) == sorted([*bandits, *own])
    (tmp_path / "bandit.yaml").write_text(
        f"{KEY}  severity_map: {{X901: low}}\n  per_file_ignores: {{'a.py': [B302]}}\n"
    )
    outcome = posse("a.py", "-f", "txt", "--allow-project-code")
    assert "Severity: Low" in outcome.out and "unknown" not in outcome.err.lower()
    assert "marshal.loads of what a stranger wrote" in outcome.out
    assert sorted(ids(posse)) == [*own]


def test_checks_in_python_do_not_run_unless_allowed(checks: Path, tmp_path: Path, posse: Run) -> None:
    (checks / "marshal_loads.py").write_text(
        f"import pathlib\npathlib.Path({str(tmp_path / 'ran')!r}).write_text('')\n"
    )
    outcome = posse("a.py", "-f", "json")
    assert "checks in Python do not run" in outcome.err
    assert not (tmp_path / "ran").exists()
    posse("a.py", "--allow-project-code")
    assert (tmp_path / "ran").exists()


@pytest.mark.parametrize("pattern", ["../*.py", "/etc/*.py", ".posse/link/*.py", ".posse/checks/*.txt"])
def test_files_outside_of_the_project_are_not_checks(checks: Path, tmp_path: Path, posse: Run, pattern: str) -> None:
    outside = tmp_path.parent / f"{tmp_path.name}-outside"
    outside.mkdir()
    for folder in (outside, tmp_path.parent):
        (folder / "outside_check.py").write_text(CHECK)
    (tmp_path / ".posse" / "link").symlink_to(outside)
    (tmp_path / "bandit.yaml").write_text(f"posse:\n  check_files: ['{pattern}']\n")
    assert {id for id, _ in ids(posse)} == {"B302"}


WRONG = {
    "def broken(:": "SyntaxError",
    "import sys\nsys.exit(3)": "SystemExit: 3",
    "import os\nos._exit(3)": "ended the process with status 3",
    "x = 1": "declares no check",
    CHECK.replace("X901", "B302"): "which another has",
    CHECK.replace("X901", "x 1"): "use capital letters and digits",
    CHECK.replace("call: Call", "call"): "TypeError",
}


@pytest.mark.parametrize("source", WRONG, ids=WRONG.values())
def test_file_that_is_wrong_is_named_and_others_run(checks: Path, tmp_path: Path, posse: Run, source: str) -> None:
    (checks / "a_wrong.py").write_text(source)
    outcome = posse("a.py", "-f", "json", "--allow-project-code")
    assert '"test_id": "X901"' in outcome.out
    assert "the check a_wrong.py" in outcome.err and WRONG[source] in outcome.err


FAILING = {
    "raise ValueError(call.name)": "raised ValueError: marshal.loads",
    "raise SystemExit": "raised SystemExit",
    "import os; os._exit(1)": "ended the process with status 1",
    "yield 'finding'": "AttributeError",
    "yield from iter(int, 1)": "",
}


@pytest.mark.parametrize("body", FAILING)
def test_check_that_fails_loses_its_own_findings(checks: Path, tmp_path: Path, posse: Run, body: str) -> None:
    other = CHECK.replace("X901", "X902").replace("marshal_loads", "other").replace("yield call.finding", body + "  #")
    (checks / "other.py").write_text(other)
    outcome = posse("a.py", "-f", "json", "--allow-project-code")
    found = {item["test_id"] for item in json.loads(outcome.out)["results"]}
    assert found == {"B302", "X901"}
    assert FAILING[body] in outcome.err


def test_statements_with_their_imports_are_checked_as_the_whole_file(checks: Path, tmp_path: Path) -> None:
    import sys

    from posse_server.plugins.question import Imported

    host = Host(Order(sys.executable, str(tmp_path), False, (str(checks / "marshal_loads.py"),)))
    names = Imported(["marshal.loads"], {"loads": "marshal.loads"})
    parts = [Part(SOURCE), Part("loads(x)\n", names), Part("loads(x)\n", Imported([], {})), Part("(\n", names)]
    answer = host.check(Question("a.py", parts))
    host.stop()
    assert [None if found is None else len(found) for found in answer.findings] == [3, 1, 0, None]
