"""Counts of edits show whether an import may have moved."""

from __future__ import annotations

import pytest

from posse_checks.incremental.document import Document
from posse_checks.incremental.history import UNTOUCHED, History
from posse_checks.python.text import Position
from tests.engine.edits import CATALOGUE


@pytest.mark.parametrize(
    ("now", "since", "may_have_moved"),
    [
        (UNTOUCHED, UNTOUCHED, False),
        (History(0, 1), UNTOUCHED, False),
        (History(0, 2), UNTOUCHED, True),
        (History(1, 0), UNTOUCHED, True),
        (History(1, 3), History(1, 2), False),
        (History(1, 4), History(1, 2), True),
    ],
)
def test_an_import_may_have_moved(now: History, since: History, may_have_moved: bool) -> None:
    assert now.may_move_imports(since) == may_have_moved


@pytest.mark.parametrize(
    ("line", "new", "counts"),
    [(1, "x", History(0, 0)), (2, "\n", History(0, 1)), (0, "# ", History(1, 0)), (0, "import b\n", History(1, 1))],
)
def test_an_edit_is_counted(line: int, new: str, counts: History) -> None:
    document = Document.opened("import a\nb = 1\n", CATALOGUE)
    assert document.history == UNTOUCHED
    assert document.edited(Position(line, 0), Position(line, 0), new).history == counts
