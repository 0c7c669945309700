"""One pass over a chunk: its findings, the names that it binds, and the names that these depend on."""

from __future__ import annotations

import ast

import pytest

from posse_checks.analysis.assessed import Assessed, Suppressor, by_position
from posse_checks.analysis.check import Analysis, analyze
from posse_checks.analysis.comments import comments_in
from posse_checks.analysis.suppression import named_in
from posse_checks.python.names import Bindings, Names
from tests.engine.edits import CATALOGUE

SUBPROCESS = Names().after(Bindings({"s": "subprocess"}, frozenset({"subprocess"})))
OS = Names().after(Bindings({"s": "os"}, frozenset({"os"})))


def analysis(source: str, names: Names = SUBPROCESS) -> Analysis:
    return analyze(ast.parse(source).body, names, CATALOGUE)


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("assert a", [("B101", 1)]),
        ("s.run(a, shell=True)", [("B602", 1)]),
        ("import pickle\npickle.loads(a)", [("B403", 1), ("B301", 2)]),
        ("pickle.loads(a)\nfrom pickle import loads\nloads(b)", [("B301", 1), ("B403", 2), ("B301", 3)]),
        ("def f():\n    import pickle as p\np.loads(a)", [("B403", 2), ("B301", 3)]),
        ("@d(exec(a))\ndef f():\n    assert b", [("B101", 3), ("B102", 1)]),
        ("x = [exec(a) for b in c if exec(d)]", [("B102", 1), ("B102", 1)]),
        ("'''password'''", []),
    ],
)
def test_nodes_are_visited_in_bandits_order(source: str, found: list[tuple[str, int]]) -> None:
    assert [(finding.rule.id, finding.line) for finding in analysis(source).findings] == found


@pytest.mark.parametrize(
    ("source", "names", "is_valid"),
    [
        ("s.run(a)", SUBPROCESS, True),
        ("s.run(a)", OS, False),
        ("s.run(a)", Names(), False),
        ("t.run(a)", OS, True),
        ("import os as s\ns.run(a)", OS, True),
        ("assert a", OS, True),
    ],
)
def test_an_analysis_is_valid_under_names_that_mean_the_same(source: str, names: Names, is_valid: bool) -> None:
    assert analysis(source).is_valid_under(names) == is_valid


def test_an_analysis_has_the_names_that_it_binds() -> None:
    assert analysis("import a as b\nfrom c import d").bindings == Bindings(
        {"b": "a", "d": "c.d"}, frozenset({"a", "c.d"})
    )


@pytest.mark.parametrize(
    ("comment", "ids"),
    [
        ("# nosec", set()),
        ("#nosec", set()),
        ("# nosec: B101", {"B101"}),
        ("# nosec B101, B102", {"B101", "B102"}),
        ("# nosec B101,B102", {"B102"}),
        ("# nosec assert_used", {"B101"}),
        ("# nosec B999", set()),
        ("# a # nosec B101 # B102", {"B101"}),
        ("# no sec", None),
        ("# NOSEC", None),
    ],
)
def test_a_comment_names_ids(comment: str, ids: set[str] | None) -> None:
    assert named_in(comment) == ids


@pytest.mark.parametrize(
    ("comment", "suppressor"),
    [
        ("# nosec", Suppressor.BLANKET),
        ("# nosec B101", Suppressor.NOSEC),
        ("# nosec B102", None),
        ("# posse: ignore[B101]", None),
        ("# a", None),
    ],
)
def test_a_finding_is_assessed_by_comments(comment: str, suppressor: Suppressor | None) -> None:
    source = f"assert (a,  {comment}\n  b)\n"
    (finding,) = analysis(source).findings
    assessed = Assessed.under(comments_in(source), finding)
    assert (assessed.suppressed_by, assessed.suppressor) == (suppressor and 1, suppressor)
    moved = assessed.shifted(3)
    assert moved.finding.line == 4
    assert (moved.suppressed_by, moved.suppressor) == (suppressor and 4, suppressor)


def test_findings_are_sorted_by_position_then_id() -> None:
    findings = analysis("exec(a)\nassert exec(b)\n").findings
    assert [item.finding.line for item in sorted(map(Assessed, reversed(findings)), key=by_position)] == [1, 2, 2]
