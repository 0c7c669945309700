"""Where to write a `# nosec` so that Bandit heeds it, and nothing else changes."""

from __future__ import annotations

import io
import re
import tokenize
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from posse_checks.document import Document
from posse_checks.finding import Finding
from posse_checks.suppression import named_in
from posse_checks.text import Position, content_length

_LIST = re.compile(r"#\s*nosec:?\s*(?:B\d+|\w+)(?:,\s*(?:B\d+|\w+))*")
"""A `# nosec` with the IDs that follow it directly."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A replacement of the text between two positions."""

    start: Position
    end: Position
    new: str


def silencing_edit(document: Document, finding: Finding) -> Edit | None:
    """The edit that silences one finding by its ID, None where there is none.

    Every candidate is tried on the document: after it, just the findings of this rule that lie in the same place
    must be gone. A comment that is there already gets the ID added to its list.
    """
    document = document.settled()
    before = _standing(document)
    for edit in _candidates(document, finding):
        after = _standing(document.edited(edit.start, edit.end, edit.new))
        gone = before - after
        if _key(finding) in gone and not after - before and all(key[0] == finding.rule.id for key in gone):
            return edit
    return None


def _standing(document: Document) -> Counter[tuple[str, int, str]]:
    return Counter(_key(finding) for finding in document.findings())


def _key(finding: Finding) -> tuple[str, int, str]:
    return finding.rule.id, finding.line, finding.message


def _candidates(document: Document, finding: Finding) -> Iterator[Edit]:
    """Edits to try, the finding's own line first, then the lines of its range from the first."""
    first, last = finding.line_range
    comments = _line_ends(document, first, last)
    for line in dict.fromkeys((finding.line, *range(first, last + 1))):
        if line in comments:
            yield _edit(document, line, comments[line], finding.rule.id)


def _edit(document: Document, line: int, comment: str, id: str) -> Edit:
    text = document.text.lines[line - 1]
    end = content_length(text)
    listed = _LIST.search(comment)
    if named_in(comment) and listed:
        at = Position(line - 1, len(text[:end]) - len(comment) + listed.end())
        return Edit(at, at, f", {id}")
    code = text[:end].rstrip()
    return Edit(Position(line - 1, len(code)), Position(line - 1, end), f"  # nosec {id}")


def _line_ends(document: Document, first: int, last: int) -> dict[int, str]:
    """The lines of a range that a comment can end, each with the comment that ends it now, if any."""
    begin, end = document.extent(first, last)
    ends: dict[int, str] = {}
    comment = ""
    source = document.text.slice(begin, end)
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type == tokenize.COMMENT:
                comment = token.string
            elif token.type in (tokenize.NEWLINE, tokenize.NL):
                ends[token.start[0] + begin] = comment
                comment = ""
    except (tokenize.TokenError, SyntaxError, UnicodeDecodeError):
        return {}
    return {line: text for line, text in ends.items() if first <= line <= last}
