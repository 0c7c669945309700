"""Findings of checks that run elsewhere, in the nodes of a document."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from posse_checks.analysis.registry import Catalogue, CheckIds
from posse_checks.incremental.document import Document
from posse_checks.incremental.hosted import by_node, statements_of, with_hosted
from posse_checks.incremental.statement_range import StatementRange
from posse_checks.nosec.write import suppressed, suppressing_edit
from posse_checks.python.text import Position
from posse_checks.rule.finding import Finding, Level, Span
from posse_checks.rule.hosted import HostedCheck, hosted_rule

IDS = CheckIds(plugins={"C100": "C100", "secret": "C100"})
LONG = "class A:\n" + "".join(f"    def f{number}(self):\n        return g({number})\n\n" for number in range(20))
SOURCE = (
    f"import os\nx = secret\n\n{LONG}\ny = secret  # nosec C100\nz = secret  # nosec\nfor s in secret:\n    secret()\n"
)


def finding(line: int, column: int, end: int, last: int | None = None) -> Finding:
    rule = hosted_rule("C100", HostedCheck("secret", "secret", 0))
    span = Span(line, column, line, end)
    return Finding(rule, "a secret", Level.LOW, Level.HIGH, line, column, end, (line, last or line), span, False)


def host(document: Document) -> Sequence[Finding]:
    """What a check that looks for words of the text reports, with the classes around them."""
    found = []
    for number, line in enumerate(document.text.lines, start=1):
        if line.startswith("class"):
            last = max(n for n, text in enumerate(document.text.lines, start=1) if text.startswith("        return"))
            found.append(finding(number, 0, len(line.rstrip()), last))
        at = {word: line.find(word) for word in ("secret", "g(")}
        found += [finding(number, column, column + len(word)) for word, column in at.items() if column >= 0]
    return found


def checked(document: Document) -> Document:
    statements = statements_of(document)
    return with_hosted(document, by_node(statements, host(document)))[0]


def opened(source: str = SOURCE) -> Document:
    return checked(Document.opened(source, Catalogue([], ids=IDS)))


def shown(document: Document) -> list[tuple[int, int, int, int, bool]]:
    return [
        (
            item.finding.line,
            item.finding.column,
            item.finding.span.end_column,
            item.finding.line_range[1],
            item.suppressed_by is not None,
        )
        for item in document.assessed
    ]


def test_findings_are_in_order_and_comments_count() -> None:
    document = opened()
    lines = document.text.lines
    assert [line for line, *_ in shown(document)] == sorted(finding.line for finding in host(document))
    assert [lines[line - 1].strip() for line, *_, is_suppressed in shown(document) if is_suppressed] == [
        "y = secret  # nosec C100",
        "z = secret  # nosec",
    ]


EDITS = [
    ((0, 0), (0, 0), "# above\n\n"),
    ((1, 0), (1, 1), "name"),
    ((1, 4), (1, 10), "other"),
    ((4, 4), (4, 4), "# a comment\n    "),
    ((10, 0), (13, 0), ""),
    ((5, 0), (5, 0), "(\n"),
    ((66, 0), (67, 0), ""),
    ((4, 0), (4, 0), "    x = 1\n" * 40),
]


@pytest.mark.parametrize("edit", EDITS)
def test_findings_of_other_statements_move_with_edits(edit: tuple[tuple[int, int], tuple[int, int], str]) -> None:
    start, end, new = edit
    before = opened()
    after = before.edited(Position(*start), Position(*end), new).up_to_date()
    left, expected = shown(after), shown(opened(str(after.text)))
    assert set(left) <= set(expected)
    kept = {id(statement.node) for statement in statements_of(before)}
    everywhere = [n for n in after.nodes if id(n) in kept]
    assert len(everywhere) >= len(before.nodes) - 3
    assert shown(checked(after)) == expected


def test_same_findings_keep_the_nodes() -> None:
    document = opened()
    assert checked(document) is document


def test_answers_about_other_versions_do_not_count() -> None:
    document = Document.opened(SOURCE, Catalogue([], ids=IDS))
    found = by_node(statements_of(document), host(document))
    edited = document.edited(Position(1, 4), Position(1, 10), "other").up_to_date()
    merged, became = with_hosted(edited, found)
    assert len(became) == len(edited.nodes) - 1
    assert shown(merged) == shown(checked(edited))


def test_statements_have_other_keys_after_other_imports() -> None:
    one, other = (statements_of(Document.opened(f"x = 1\nimport {name}\ny = 2\n", Catalogue([]))) for name in "ab")
    assert [left.key == right.key for left, right in zip(one, other, strict=True)] == [True, True, False]
    assert [statement.names.has("a") for statement in one] == [False, False, True]


def test_comments_can_be_written_for_them() -> None:
    document = opened()
    (first, *_) = document.findings()
    edited = checked(document.replaced([suppressing_edit(document, first)]))
    assert edited.text.lines[1] == "x = secret  # nosec C100\n"
    assert len(edited.findings()) == len(document.findings()) - 1
    assert not checked(suppressed(document, lambda finding: True)).findings()


def test_statement_range_is_the_same_with_them() -> None:
    document = opened()
    assert StatementRange.around(document.nodes, document.names, 5, 5).begin == 4
