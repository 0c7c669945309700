"""`posse: {flow_model: ...}`: the user's own sources, sinks and sanitizers."""

from __future__ import annotations

from pathlib import Path

import pytest

from posse_checks.config.reader import read_yaml
from tests.scan.conftest import Run
from tests.scan.test_flow import entries, write

PROGRAM = """\
import os
from acme import queue, db, text
from acme.requests import Incoming


def work():
    body = queue.receive()
    os.system(body)
    os.system(text.quoted(body))
    db.run(1, statement=body)
    db.run(body)
    db.pool().perform(body)
    db.run(1, statement=text.number(body))
"""
MODEL = """\
posse:
  flow: true
  flow_model:
    sources: [acme.queue.receive]
    sinks: {acme.db.run: "sql(1, statement)", '*.perform': code}
    sanitizers: {acme.text.quoted: [command], acme.text.number: [all]}
"""


def found(posse: Run) -> list[tuple[int, str, str]]:
    results = entries(posse("-f", "json", "-s", "B605", "app.py").out)
    return [(entry["line_number"], entry["test_id"], entry["posse"]["evidence"]) for entry in results]


def test_rows_of_the_configuration_are_followed(posse: Run, tmp_path: Path) -> None:
    write(tmp_path, text=PROGRAM)
    (tmp_path / "bandit.yaml").write_text(MODEL)
    assert found(posse) == [(8, "P102", "shown"), (10, "P101", "shown"), (12, "P103", "shown")]
    (tmp_path / "bandit.yaml").write_text("posse: {flow: true}\n")
    assert found(posse) == []


def test_explain_knows_them_too(posse: Run, tmp_path: Path) -> None:
    write(tmp_path, text=PROGRAM)
    (tmp_path / "bandit.yaml").write_text(MODEL)
    out = posse("app.py:8", command="explain").out
    assert "`body`: an outside user controls it." in out and "1. 7:11 `acme.queue.receive`" in out


def test_model_is_shown_with_the_rest_of_the_configuration(posse: Run, tmp_path: Path) -> None:
    (tmp_path / "bandit.yaml").write_text(MODEL)
    out = posse("show", "app.py", command="config").out
    assert "sources: [acme.queue.receive]" in out and "acme.db.run: sql(1, statement)" in out


@pytest.mark.parametrize(
    ("model", "message"),
    [
        ("{sources: [receive]}", "`sources` must name functions with their module, and `receive` does not"),
        ("{sources: ['*.receive']}", "`sources` must name functions with their module, and `*.receive` does not"),
        ("{sources: acme.queue.receive}", "`sources` must be a list"),
        ("{sources: [1]}", "`sources` must be a list of strings"),
        ("{sinks: [acme.db.run]}", "`sinks` must be a mapping, such as `acme.db.run: sql`"),
        ("{sinks: {acme.db.run: sqll}}", "Did you mean sql?"),
        ("{sinks: {acme.db.run: 'sql('}}", "must be a kind such as `sql`, or `sql(0, statement)`"),
        (f"{{sinks: {{acme.db.run: sql({'9' * 5000})}}}}", "must be a kind such as `sql`, or `sql(0, statement)`"),
        ("{sinks: {acme.db.run: sql(1a)}}", "must be a kind such as `sql`, or `sql(0, statement)`"),
        ("{sinks: {acme.db.run: [sql]}}", "must be a kind such as `sql`, or `sql(0, statement)`"),
        ("{sinks: {run: sql}}", "or `*.run` for the method of whatever"),
        ("{sanitizers: {acme.text.quoted: html}}", "must be a list"),
        ("{sanitizers: {acme.text.quoted: [htm]}}", "Did you mean html?"),
        ("{source: []}", "`flow_model` has no option `source`. Did you mean sources?"),
        ("[]", "`flow_model` must be a mapping of options: sources, sinks, sanitizers."),
    ],
)
def test_wrong_rows_are_problems_at_their_places(model: str, message: str) -> None:
    (problem,) = read_yaml(f"posse:\n  flow_model: {model}\n").problems
    assert problem.line == 1 and message in problem.message


def test_number_of_rows_is_limited() -> None:
    names = ", ".join(f"a.b{number}" for number in range(3_000))
    (problem,) = read_yaml(f"posse: {{flow_model: {{sources: [{names}]}}}}\n").problems
    assert "more than 2,000 items" in problem.message
