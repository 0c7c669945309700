"""`posse scan --flow`: evidence on Bandit's findings, which stay the same, and findings of Posse's own checks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.scan.conftest import Run

PROGRAM = """\
import sqlite3
import subprocess
from flask import Flask, request

app = Flask(__name__)
db = sqlite3.connect("shop.db")


@app.get("/users")
def users():
    name = request.args["name"]
    query = f"SELECT * FROM users WHERE name = '{name}'"
    db.execute(query)
    db.execute(
        "SELECT * FROM users WHERE name = '" + name + "'"
    )
    subprocess.run("ls", shell=True)
    subprocess.run(name, shell=True)
    return "found"
"""


def entries(outcome_out: str) -> list[dict[str, Any]]:
    results: list[dict[str, Any]] = json.loads(outcome_out)["results"]
    return results


def write(folder: Path, name: str = "app.py", text: str = PROGRAM) -> None:
    (folder / name).write_text(text)


def test_each_result_has_its_evidence_and_flows_are_results(posse: Run, tmp_path: Path) -> None:
    write(tmp_path)
    outcome = posse("--flow", "-f", "json", "app.py")
    found = {(entry["line_number"], entry["test_id"]): entry["posse"]["evidence"] for entry in entries(outcome.out)}
    assert outcome.status == 1
    assert found == {
        (2, "B404"): "unknown",
        (12, "B608"): "shown",
        (13, "P101"): "shown",
        (15, "B608"): "shown",
        (17, "B602"): "none",
        (17, "B607"): "none",
        (18, "B602"): "shown",
    }
    own = next(entry for entry in entries(outcome.out) if entry["test_id"] == "P101")
    assert own["issue_cwe"]["id"] == 89 and own["test_name"] == "sql_flow"
    assert own["posse"] == {
        "evidence": "shown",
        "reason": "an outside user controls the data: `request.args`",
        "steps": [
            {"file": "./app.py", "line": 11, "column": 11, "what": "`request.args`"},
            {"file": "./app.py", "line": 11, "column": 4, "what": "`name`"},
            {"file": "./app.py", "line": 12, "column": 12, "what": "f-string"},
            {"file": "./app.py", "line": 12, "column": 4, "what": "`query`"},
            {"file": "./app.py", "line": 13, "column": 4, "what": "SQL: `execute()`"},
        ],
    }


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_findings_of_bandits_checks_are_those_without_flow(posse: Run, project: Path, jobs: str) -> None:
    write(project, "view.py")
    arguments = ("-r", ".", "-f", "json", "-j", jobs)
    plain, followed = entries(posse(*arguments).out), entries(posse("--flow", *arguments).out)
    assert [
        {k: v for k, v in entry.items() if k != "posse"} for entry in followed if entry["test_id"][0] == "B"
    ] == plain
    assert {entry["test_id"] for entry in followed} - {entry["test_id"] for entry in plain} >= {"P101"}
    assert all("posse" not in entry for entry in plain)


def test_text_report_prints_the_path(posse: Run, tmp_path: Path) -> None:
    write(tmp_path)
    out = posse("--flow", "-f", "txt", "-t", "P101", "app.py").out
    assert "   Evidence: shown: an outside user controls the data: `request.args`\n" in out
    assert "      1. ./app.py:11:11 `request.args`\n" in out
    assert "      5. ./app.py:13:4 SQL: `execute()`\n" in out
    plain = posse("-f", "txt", "app.py").out
    assert "Evidence" not in plain and "by evidence" not in plain


def test_text_report_counts_issues_by_evidence(posse: Run, tmp_path: Path) -> None:
    write(tmp_path)
    counted = "\tIssues listed (by evidence):\n\t\tShown: 4\n\t\tNone: 2\n\t\tUnknown: 1\nFiles skipped (0):\n"
    assert posse("--flow", "-f", "txt", "app.py").out.endswith(counted)
    write(tmp_path, text="x = 1\n")
    assert "by evidence" not in posse("--flow", "-f", "txt", "app.py").out


def test_configuration_asks_for_it_too(posse: Run, tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "bandit.yaml").write_text("posse: {flow: true, per_file_ignores: {'app.py': [P101]}}\n")
    found = entries(posse("-f", "json", "app.py").out)
    assert {entry["test_id"] for entry in found} == {"B404", "B602", "B607", "B608"}
    assert all("posse" in entry for entry in found)


def test_bare_nosec_suppresses_own_findings_and_a_baseline_holds_them(posse: Run, tmp_path: Path) -> None:
    write(tmp_path, text=PROGRAM.replace("db.execute(query)", "db.execute(query)  # nosec"))
    assert "P101" not in {entry["test_id"] for entry in entries(posse("--flow", "-f", "json", "app.py").out)}
    write(tmp_path)
    posse("--flow", "-f", "json", "-o", "known.json", "app.py")
    outcome = posse("--flow", "-f", "json", "-b", "known.json", "app.py")
    assert (outcome.status, entries(outcome.out)) == (0, [])


IGNORED = PROGRAM.replace("db.execute(query)", "db.execute(query)  # posse: ignore[P101] checked")


def test_ignore_comment_suppresses_own_findings_as_nosec_does_bandits(posse: Run, tmp_path: Path) -> None:
    write(tmp_path, text=IGNORED)
    outcome = posse("--flow", "-f", "json", "app.py")
    assert "P101" not in {entry["test_id"] for entry in entries(outcome.out)}
    totals = json.loads(outcome.out)["metrics"]["_totals"]
    assert (totals["nosec"], totals["skipped_tests"]) == (0, 1)
    out = posse("--flow", "-f", "json", "--ignore-nosec", "app.py").out
    assert "P101" in {entry["test_id"] for entry in entries(out)}
    assert json.loads(out)["metrics"]["_totals"]["skipped_tests"] == 0


@pytest.mark.parametrize("comment", ["# posse: ignore[B602, B607]", "# posse: ignore", "# posse: ignore[P102]"])
def test_ignore_comment_changes_nothing_of_bandits(posse: Run, tmp_path: Path, comment: str) -> None:
    write(tmp_path, text=PROGRAM)
    plain = entries(posse("-f", "json", "-n", "1", "app.py").out)
    write(tmp_path, text=PROGRAM.replace("shell=True)", f"shell=True)  {comment}"))
    for arguments in ((), ("--flow",)):
        found = entries(posse(*arguments, "-f", "json", "-n", "1", "app.py").out)
        kept = [entry for entry in found if entry["test_id"][0] == "B"]
        assert [(e["test_id"], e["line_number"], e["line_range"]) for e in kept] == [
            (e["test_id"], e["line_number"], e["line_range"]) for e in plain
        ]


def test_remarks_on_ignore_comments_are_told_as_the_configuration_says(posse: Run, tmp_path: Path) -> None:
    write(tmp_path, text=IGNORED.replace("ignore[P101]", "ignore[P101, P112, B608, P9]") + "x = 1  # posse: ignore\n")
    (tmp_path / "bandit.yaml").write_text("posse: {nosec: {report_unused: error, report_mistakes: warning}}\n")
    outcome = posse("--flow", "-q", "-t", "P101,P112", "app.py")
    told = [line.rpartition("(")[2].rstrip(")") for line in outcome.err.splitlines()]
    assert told == ["ignore-bandit-id", "ignore-unknown-id", "ignore-no-id"]  # of some checks, none is called unused
    (tmp_path / "app.py").write_text(IGNORED.replace("ignore[P101]", "ignore[P101, P102]"))
    outcome = posse("--flow", "-q", "--exit-zero", "app.py")
    assert "posse: ./app.py:13: P102 suppresses nothing here. (ignore-unused)\n" in outcome.err
    assert posse("-q", "-l", "-l", "-l", "app.py").err == ""  # data is not followed


def test_ignore_comment_in_a_cell(posse: Run, tmp_path: Path) -> None:
    cells = [{"cell_type": "code", "source": IGNORED.splitlines(keepends=True)}]
    (tmp_path / "app.ipynb").write_text(
        json.dumps({"cells": cells, "nbformat": 4, "nbformat_minor": 5, "metadata": {}})
    )
    for arguments, lines in (((), [14]), (("--ignore-nosec",), [13, 14])):  # without B608, the other is a flow, too
        found = entries(posse("--flow", "-t", "P101", "-f", "json", *arguments, "app.ipynb").out)
        assert [entry["line_number"] for entry in found] == lines


def test_path_within_a_notebook_is_shown(posse: Run, tmp_path: Path) -> None:
    lines = PROGRAM.splitlines(keepends=True)
    cells = [{"cell_type": "code", "source": part} for part in (lines[:7], lines[7:])]
    (tmp_path / "app.ipynb").write_text(
        json.dumps({"cells": cells, "nbformat": 4, "nbformat_minor": 5, "metadata": {}})
    )
    (own,) = [entry for entry in entries(posse("--flow", "-f", "json", "app.ipynb").out) if entry["test_id"] == "P101"]
    assert (own["cell"], own["line_number"]) == (2, 6)
    assert [step["line"] for step in own["posse"]["steps"]] == [4, 4, 5, 5, 6]


def test_step_in_another_cell_names_it(posse: Run, tmp_path: Path) -> None:
    cells = [
        {"cell_type": "code", "source": ["import sqlite3, flask\n", "name = flask.request.args['name']"]},
        {"cell_type": "code", "source": ["sqlite3.connect('shop.db').execute(name)"]},
    ]
    (tmp_path / "app.ipynb").write_text(
        json.dumps({"cells": cells, "nbformat": 4, "nbformat_minor": 5, "metadata": {}})
    )
    (own,) = entries(posse("--flow", "-f", "json", "app.ipynb").out)
    steps = [(step["line"], step["what"]) for step in own["posse"]["steps"]]
    assert steps == [(2, "`request.args` in cell 1"), (2, "`name` in cell 1"), (1, "SQL: `execute()`")]


def test_finding_on_characters_has_evidence_too(posse: Run, tmp_path: Path) -> None:
    write(tmp_path, text="assert x\n# \u202e\n")
    found = {
        entry["test_id"]: entry["posse"]["evidence"] for entry in entries(posse("--flow", "-f", "json", ".", "-r").out)
    }
    assert found == {"B101": "unknown", "B613": "unknown"}


HELPERS = """\
import subprocess
from flask import request


def given():
    return request.args["x"]


def run(command):
    subprocess.run(command, shell=True)
"""
VIEWS = """\
import subprocess
from .helpers import given, run


def one():
    subprocess.run("ls " + given(), shell=True)


def two():
    run(given())
"""


def package(folder: Path, helpers: str = HELPERS) -> None:
    (folder / "app").mkdir(exist_ok=True)
    write(folder / "app", "__init__.py", "")
    write(folder / "app", "helpers.py", helpers)
    write(folder / "app", "views.py", VIEWS)


@pytest.mark.parametrize("options", [(), ("-j", "2")])
def test_data_is_followed_between_the_files_of_a_scan(posse: Run, tmp_path: Path, options: tuple[str, ...]) -> None:
    package(tmp_path)
    outcome = posse("--flow", "-f", "json", "-r", "app", *options)
    found = {
        (entry["filename"], entry["line_number"], entry["test_id"]): entry["posse"] for entry in entries(outcome.out)
    }
    helper, views = str(Path("app") / "helpers.py"), str(Path("app") / "views.py")
    assert found[views, 6, "B602"]["evidence"] == "shown"
    assert found[helper, 10, "B602"]["evidence"] == "unknown"
    steps = [(step["file"], step["line"]) for step in found[views, 10, "P102"]["steps"]]
    assert steps == [(helper, 6), (views, 10), (helper, 10)]
    assert f"{helper}:6:" in posse("--flow", "-r", "app", *options).out


def test_a_file_alone_knows_no_other(posse: Run, tmp_path: Path) -> None:
    package(tmp_path)
    outcome = posse("--flow", "-f", "json", str(Path("app") / "views.py"))
    assert {entry["posse"]["evidence"] for entry in entries(outcome.out)} == {"unknown"}


def test_a_kept_result_counts_only_with_the_same_other_files(posse: Run, tmp_path: Path) -> None:
    def of_views() -> set[tuple[int, str, str]]:
        found = entries(posse("--flow", "-f", "json", "-r", "app").out)
        return {
            (entry["line_number"], entry["test_id"], entry["posse"]["evidence"])
            for entry in found
            if entry["filename"].endswith("views.py") and entry["test_id"] in ("B602", "P102")
        }

    package(tmp_path)
    before = of_views()
    package(tmp_path, HELPERS.replace('request.args["x"]', '"constant"'))
    assert before == {(6, "B602", "shown"), (10, "P102", "shown")}
    assert of_views() == {(6, "B602", "none")}
    package(tmp_path)
    assert of_views() == before
