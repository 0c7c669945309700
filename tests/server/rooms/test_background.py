"""`background`: the files that are still to be checked, and whether their diagnostics are pushed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from posse_server.background.results import ClosedFiles, Due
from posse_server.protocol.diagnostics_json import ResultIds

A, B, FOLDER = Path("/w/a.py"), Path("/w/b.py"), Path("/w")
Step = Callable[[ClosedFiles], object]


def files() -> ClosedFiles:
    return ClosedFiles(ResultIds())


@pytest.mark.parametrize(
    ("steps", "due"),
    [
        ([], None),
        ([lambda f: f.take_due()], frozenset()),
        ([lambda f: f.take_due(), lambda f: f.mark_due([A]), lambda f: f.mark_due([B])], frozenset((A, B))),
        ([lambda f: f.take_due(), lambda f: f.mark_due([A]), lambda f: f.mark_all_due()], None),
        ([lambda f: f.mark_due([A])], None),
        ([lambda f: f.take_due(), lambda f: f.mark_due([A]), lambda f: f.put_back(frozenset([B]))], frozenset((A, B))),
        ([lambda f: f.take_due(), lambda f: f.put_back(None)], None),
    ],
)
def test_what_is_due(steps: list[Step], due: Due) -> None:
    closed = files()
    for step in steps:
        step(closed)
    assert closed.take_due() == due


@pytest.mark.parametrize(
    ("steps", "is_pushed", "is_by_setting", "needs_task"),
    [
        ([], False, False, True),
        ([lambda f: f.start_pushing(by_setting=False)], True, False, False),
        ([lambda f: f.start_pushing(by_setting=True)], True, True, False),
        ([lambda f: f.start_pushing(by_setting=False), lambda f: f.start_pushing(by_setting=True)], True, True, False),
        ([lambda f: f.start_pushing(by_setting=True), lambda f: f.start_pushing(by_setting=False)], True, True, False),
        ([lambda f: f.start_pushing(by_setting=True), lambda f: f.stop_pushing()], False, False, False),
        ([lambda f: f.stop_pushing()], False, False, True),
        (
            [lambda f: f.start_pushing(by_setting=True), lambda f: f.stop_pushing(), lambda f: f.note_task_ended()],
            *(False, False, True),
        ),
    ],
)
def test_whether_diagnostics_are_pushed(
    steps: list[Step], is_pushed: bool, is_by_setting: bool, needs_task: bool
) -> None:
    closed = files()
    for step in steps:
        step(closed)
    assert (closed.is_pushed, closed.is_pushed_by_setting) == (is_pushed, is_by_setting)
    assert closed.start_pushing(by_setting=False) is needs_task


def test_result_keeps_its_id_while_it_is_the_same() -> None:
    closed = files()
    assert closed.store(A, "{}", 1, None)
    first = closed.shown[A].result
    assert not closed.store(A, "{}", 1, None)
    assert closed.shown[A].result == first
    assert closed.store(A, "{},{}", 2, None)
    assert closed.shown[A].result != first
    assert closed.store(A, "", 0, None)
    assert A not in closed.shown
    assert not closed.store(A, "", 0, None)


@pytest.mark.parametrize(
    ("due", "seen", "gone"),
    [
        (None, [A], [B]),
        (None, [A, B], []),
        (frozenset([A]), [], [A]),
        (frozenset([FOLDER]), [B], [A]),
        (frozenset(), [], []),
    ],
)
def test_results_of_files_that_are_gone_are_dropped(due: Due, seen: list[Path], gone: list[Path]) -> None:
    closed = files()
    for path in (A, B):
        closed.store(path, "{}", 1, None)
    assert closed.drop_missing(due, seen) == gone
    assert closed.shown.keys() == {A, B} - set(gone)


def test_pushing_anew_pushes_everything_again() -> None:
    closed = files()
    closed.store(A, "{}", 1, None)
    closed.start_pushing(by_setting=False)
    assert not closed.shown
    closed.store(A, "{}", 1, None)
    closed.start_pushing(by_setting=True)
    assert closed.shown
    assert closed.stop_pushing() == [A]
