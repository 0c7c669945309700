"""`baselines`: the file, the entries to add, the stale ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from posse_checks.baseline.match import NotABaselineError
from posse_checks.config.baseline_file import RefusedBaseline
from posse_checks.config.policy import Matching, Policy
from posse_checks.rule.finding import Level, Span
from posse_server.baselines.entries import Outcome, WithCode
from posse_server.baselines.read import BaselineFile, Baselines, MisplacedBaselineError, baseline_path, read_report
from posse_server.baselines.target import target_of
from posse_server.baselines.write import BaselineWriteError
from posse_server.project.workspace import Workspace
from posse_server.results.result import Result


@pytest.mark.parametrize(
    ("named", "path"),
    [("", "/w/.bandit-baseline.json"), ("/w/known.json", "/w/known.json"), ("/w/a/../known.json", "/w/known.json")],
)
def test_baseline_of_a_policy(named: str, path: str) -> None:
    policy = Policy(baseline=named or None)
    assert baseline_path(policy, Path("/w")) == Path(path)
    assert BaselineFile.of(policy, Path("/w")) == BaselineFile(Path(path), Path("/w"), policy.matching)


def test_refused_baseline_is_replaced_by_no_other() -> None:
    with pytest.raises(MisplacedBaselineError, match="somewhere"):
        baseline_path(Policy(baseline=RefusedBaseline("somewhere else.")), Path("/w"))


def test_file_outside_of_the_workspace_has_no_baseline(tmp_path: Path) -> None:
    with pytest.raises(BaselineWriteError, match="belongs to a workspace folder"):
        target_of(Workspace([tmp_path / "root"]).resolve(tmp_path / "other" / "a.py"))


@pytest.mark.parametrize(
    ("content", "reason"), [(b"\xff", "it is not UTF-8: invalid start byte at byte 0"), (b"x" * (33 << 20), "larger")]
)
def test_unreadable_report_is_refused_with_the_reason(tmp_path: Path, content: bytes, reason: str) -> None:
    (tmp_path / "report.json").write_bytes(content)
    with pytest.raises(NotABaselineError, match=reason):
        read_report(tmp_path / "report.json")


def result(line: int, rule: str = "B101") -> WithCode:
    message = "Use of assert detected. The enclosed code will be removed when compiling to optimised byte code."
    return WithCode(
        Result(
            "a.py", rule, message, Level.LOW, Level.HIGH, line, 0, 8, (line, line), Level.LOW, Span(line, 0, line, 8)
        ),
        f"{line} assert\n",
    )


def outcome_of(root: Path, *results: WithCode, is_whole: bool = True) -> Outcome:
    (root / "a.py").touch()
    config = Workspace([root]).resolve(root / "a.py")
    outcome = Outcome.of(BaselineFile.of(config.configuration.policy, root))
    outcome.take("a.py", results, config, is_whole=is_whole)
    return outcome


def lines(entries: Any) -> list[int]:
    return [entry["line_number"] for entry in entries]


@pytest.mark.parametrize(
    ("known", "found", "added", "pruned"),
    [
        ([], [], [], []),
        ([], [1], [1], []),
        ([7], [1], [7], [7]),  # lines do not count
        ([7], [1, 2], [7, 2], [7]),
        ([7, 8], [1], [7, 8], [7]),
        ([7], [], [7], []),
    ],
)
def test_entries_that_are_added_and_stale(
    tmp_path: Path, known: list[int], found: list[int], added: list[int], pruned: list[int]
) -> None:
    before = outcome_of(tmp_path, *map(result, known)).added([])
    outcome = outcome_of(tmp_path, *map(result, found))
    assert len(outcome.added(before)) == len(added)
    assert len(outcome.pruned(before)) == len(pruned)
    assert lines(outcome.added(before))[: len(known)] == known


def test_incomplete_results_make_no_entry_stale(tmp_path: Path) -> None:
    before = outcome_of(tmp_path, result(1)).added([])
    assert outcome_of(tmp_path, is_whole=False).pruned(before) == before


def test_entries_of_a_file_that_is_gone_are_stale(tmp_path: Path) -> None:
    before = outcome_of(tmp_path, result(1)).added([])
    (tmp_path / "a.py").unlink()
    assert Outcome(tmp_path, Matching.COUNT).pruned(before) == []


def test_baseline_is_read_again_once_its_file_changes(tmp_path: Path) -> None:
    policy, path = Policy(), tmp_path / ".bandit-baseline.json"
    baselines = Baselines()
    assert baselines.known(policy, tmp_path, tmp_path / "a.py") is None
    assert not baselines.refresh()
    path.write_text(json.dumps({"results": outcome_of(tmp_path, result(1)).added([])}))
    assert baselines.refresh()
    known = baselines.known(policy, tmp_path, tmp_path / "a.py")
    assert known is not None and sum(known.counts.values()) == 1
    path.write_text("{")
    assert not baselines.refresh()
    assert baselines.known(policy, tmp_path, tmp_path / "a.py") == known
    (message,) = baselines.take_messages()
    assert message
    assert not baselines.take_messages()
    path.unlink()
    assert baselines.refresh()
    assert baselines.known(policy, tmp_path, tmp_path / "a.py") is None
