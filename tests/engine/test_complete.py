"""Completion of IDs in a `# nosec` comment."""

from __future__ import annotations

import pytest

from posse_checks.incremental.document import Document
from posse_checks.nosec.complete import id_completion_at
from posse_checks.python.text import Position
from tests.engine.edits import CATALOGUE


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("assert a  # nosec |", ""),
        ("assert a  # nosec: |", ""),
        ("assert a  # nosec B1|", "B1"),
        ("assert a  # nosec B1|01", "B101"),
        ("assert a  # nosec B602, |", ""),
        ("assert a  # nosec B602,|", ""),
        ("assert a  # nosec B602 |", None),
        ("assert a  # nosec|", None),
        ("assert a  # |", None),
        ("a = '# nosec |'", None),
        ("a = (  # nosec |", ""),
    ],
)
def test_a_word_is_completed_where_an_id_may_be(line: str, word: str | None) -> None:
    column = line.index("|")
    document = Document.opened(line.replace("|", ""), CATALOGUE)
    completion = id_completion_at(document, Position(0, column))
    assert (completion and document.text.between(completion.start, completion.end)) == word


def test_what_the_comment_can_suppress_is_known() -> None:
    document = Document.opened("exec(a); assert (b,\n  c)  # nosec B102,  \nassert d\n", CATALOGUE)
    completion = id_completion_at(document, Position(1, 20))
    assert completion is not None
    assert {rule.id: finding.line for rule, finding in completion.found.items()} == {"B101": 1}
    ids = [rule.id for rule in completion.rules]
    assert ("B101" in ids, "B102" in ids) == (True, False)
