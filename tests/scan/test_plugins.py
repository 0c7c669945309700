"""`posse scan --allow-project-code` reports what `bandit` does with the same plug-ins. Nothing runs without it."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.plugin_environment import bandit_says, make_environment, plugin, reports
from tests.plugin_shapes import SHAPES
from tests.scan.conftest import Run

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the environments of these tests have links")

SAMPLE = ("cgitb", "dis", "ftplib", "pickle", "sched", "shutil")


@pytest.fixture(autouse=True)
def outside_of_environments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)


def results(posse: Run, *arguments: str) -> list[dict[str, Any]]:
    """The results of a scan with plug-ins, in an order that does not depend on the program."""
    outcome = posse("-r", ".", "-f", "json", "--allow-project-code", *arguments)
    assert outcome.status in (0, 1), outcome.err
    return ordered(json.loads(outcome.out)["results"])


def ordered(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    for item in found:
        del item["more_info"]
    return sorted(found, key=lambda item: json.dumps(item, sort_keys=True))


def test_findings_are_those_of_bandit_with_the_same_plugins(tmp_path: Path, posse: Run) -> None:
    python = make_environment(tmp_path / ".venv", SHAPES)
    library = Path(ast.__file__).parent
    for name in SAMPLE:
        if (library / f"{name}.py").exists():
            (tmp_path / f"{name}.py").write_bytes((library / f"{name}.py").read_bytes())
    (tmp_path / "policy").mkdir()
    (tmp_path / "policy" / "policy.json").write_text('{"forbidden": ["os.path.join"]}')
    (tmp_path / "bandit.yaml").write_text("allowed_modules:\n  allowed: [re]\nskips: [B101]\n")
    (tmp_path / "nosec.py").write_text(
        "import socket  # nosec TBT001\n"
        "KEY = 'ABCDEFGHIJ'  # nosec hardcoded_cloud_key\nOTHER = 'ABCDEFGHIJ'  # nosec\n"
        "exec('ABCDEFGHIJ')  # nosec C100\nopen('x')  # nosec B307\n# TODO\nCARD = '1234567890'\n"
    )
    theirs = ordered(bandit_says(python, tmp_path, "-r", ".", "-x", "./.venv", "-c", "bandit.yaml"))
    assert {item["test_id"] for item in theirs} >= {"C100", "TBT001", "B142", "B307", "C701", "B351", "C901", "B202"}
    assert results(posse) == theirs
    assert results(posse, "-j", "2") == theirs


SELECTIONS: list[tuple[tuple[str, ...], str, set[str]]] = [
    ((), "", {"C100", "X100"}),
    (("-t", "C100"), "", {"C100"}),
    (("-s", "C100"), "", {"X100"}),
    ((), "tests: [X100]", {"X100"}),
    ((), "skips: [X100]", {"C100"}),
    ((), "posse: {per_file_ignores: {'a.py': [C100]}, foreign_ids: [C100]}", {"X100"}),
    ((), "posse: {minimum_severity: high}", {"X100"}),
    (("-b", "known.json"), "", {"C100"}),
]


def test_plugins_are_selected_and_filtered_as_other_checks(tmp_path: Path, posse: Run) -> None:
    make_environment(
        tmp_path / ".venv", {"low": plugin("C100", reports()), "high": plugin("X100", reports("h", "HIGH"))}
    )
    (tmp_path / "a.py").write_text("f()\n")
    entries = json.loads(posse("-r", ".", "-t", "X100", "-f", "json", "--allow-project-code").out)["results"]
    (tmp_path / "known.json").write_text(json.dumps({"results": entries}))
    for arguments, configuration, found in SELECTIONS:
        (tmp_path / "bandit.yaml").write_text(configuration)
        run = posse("-r", ".", "-f", "json", "--allow-project-code", *arguments)
        assert {item["test_id"] for item in json.loads(run.out)["results"]} == found
        assert "unknown" not in run.err.lower()


FORMATS = ("txt", "sarif", "html", "csv", "xml", "yaml", "junit", "markdown", "gitlab", "github", "custom")


def test_every_report_has_the_findings_of_plugins(tmp_path: Path, posse: Run) -> None:
    make_environment(tmp_path / ".venv", {"low": plugin("C100", reports("a message of a plug-in"))})
    (tmp_path / "a.py").write_text("f()\n")
    wanted = [word for format in FORMATS for word in ("-f", format, "-o", f"report.{format}")]
    run = posse("-r", ".", *wanted, "--allow-project-code", "--statistics", "--msg-template", "{test_id} {msg}")
    assert run.status == 1, run.err
    for format in FORMATS:
        report = (tmp_path / f"report.{format}").read_text()
        assert "a message of a plug-in" in report and "C100" in report
    assert "C100   low" in run.err


def test_failure_of_a_plugin_is_told_once_and_fails_a_strict_scan(tmp_path: Path, posse: Run) -> None:
    make_environment(tmp_path / ".venv", {"bad": plugin("X100", "raise ValueError('no')")})
    for name in ("a.py", "b.py", "c.py"):
        (tmp_path / name).write_text("f()\ng()\n")
    run = posse("-r", ".", "--allow-project-code", "--fail-on-skipped")
    assert run.status == 1
    assert run.err.count("the check bad raised ValueError: no (line 1), 2 times") == 1
    assert posse("-r", ".", "--allow-project-code").status == 0


def test_scan_fails_if_plugins_are_asked_for_and_cannot_be_loaded(tmp_path: Path, posse: Run) -> None:
    (tmp_path / "a.py").write_text("f()\n")
    named = make_environment(tmp_path / ".venv", {})
    next(tmp_path.glob(".venv/lib/*/site-packages/bandit")).unlink()
    run = posse("-r", ".", "--allow-project-code", "--project-python", str(named))
    assert run.status == 2
    assert "No module named 'bandit'" in run.err


WAYS = {
    "bandit.yaml": "allow_project_code: true\nposse: {allow_project_code: true, plugins: true}\n",
    "pyproject.toml": "[tool.bandit]\nallow-project-code = true\n[tool.bandit.posse]\nallow_project_code = true\n",
    ".bandit": "[bandit]\nallow-project-code: true\nallow_project_code: true\nproject-python: .venv/bin/python\n",
    ".vscode/settings.json": '{"posse.allowProjectCode": true}',
    ".posse/trusted.json": "{}",
}


def test_nothing_of_the_project_runs_unless_the_command_line_allows_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = tmp_path / "ran"
    mark = f"import pathlib\npathlib.Path({str(ran)!r}).write_text('')\n"
    python = make_environment(tmp_path / ".venv", {"bad": plugin("X100", reports(), top=mark)})
    packages = next(tmp_path.glob(".venv/lib/*/site-packages"))
    for where in (tmp_path, packages):
        for name in ("sitecustomize.py", "usercustomize.py", "stevedore.py", "posse_server.py", "conftest.py"):
            if not (where / name).exists() and not (where / name).with_suffix("").exists():
                (where / name).write_text(mark)
    (tmp_path / "bandit").mkdir()
    (tmp_path / "bandit" / "__init__.py").write_text(mark)
    for name, content in WAYS.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(content)
    (tmp_path / "a.py").write_text("f()\n")
    monkeypatch.setenv("VIRTUAL_ENV", str(tmp_path / ".venv"))
    monkeypatch.setenv("PATH", str(python.parent))
    monkeypatch.setenv("POSSE_ALLOW_PROJECT_CODE", "1")
    for name in ("XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path / ".posse"))
    posse = Path(sys.executable).with_name("posse")
    subprocess.run([posse, "scan", "-r", "."], cwd=tmp_path, capture_output=True)
    assert not ran.exists()
    subprocess.run([posse, "scan", "-r", ".", "--allow-project-code"], cwd=tmp_path, capture_output=True)
    assert ran.exists()  # so the mark works
