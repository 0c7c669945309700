"""The text of a comment that suppresses findings: what in it is meant for people, and edits of it."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from posse_checks.analysis.ignores import IGNORE
from posse_checks.analysis.registry import CheckIds
from posse_checks.analysis.suppression import named_in
from posse_checks.python.text import Position, Replacement, content_length
from posse_checks.rule.finding import Span

_TO_TOOLS = re.compile(
    r"(?:noqa|(?-i:TODO)|type:|pragma|pylint|ruff|mypy|pyright|fmt:|nosec|posse:)\b.*", re.IGNORECASE
)
"""Matches parts of a comment that are not a reason: directives for other tools, and a TODO."""
_LIST = re.compile(r"#\s*nosec:?\s*(?:B\d+|\w+)(?:,\s*(?:B\d+|\w+))*")
"""Matches a `# nosec` with the IDs directly after it."""
_PROMISE = " # TODO: say why"


@dataclass(frozen=True, slots=True)
class CommentText:
    """A comment and its line, from 1. Offsets are in code points from its `#`."""

    line: int
    source: str
    """The whole line."""
    column: int
    text: str

    def span(self, begin: int, end: int) -> Span:
        """The range of a part of the comment, with its columns in UTF-8 bytes of the line."""
        columns = [self.column + at for at in (begin, end)]
        if not self.source.isascii():
            columns = [len(self.source[:column].encode(errors="surrogatepass")) for column in columns]
        return Span(self.line, columns[0], self.line, columns[1])

    def edit(self, begin: int, end: int, new: str) -> Replacement:
        """The edit that replaces a part of the comment."""
        column, line = self.column, self.line - 1
        return Replacement(Position(line, column + begin), Position(line, column + end), new)

    def removed(self, begin: int, end: int) -> Replacement:
        """The edit that removes a part of the comment, and the white space or the empty line that would remain."""
        text, column = self.text, self.column
        before, after = text[:begin].rstrip(), text[end:].lstrip(" ")
        if before and after:
            return self.edit(len(before), end, "")
        if before or after:
            return self.edit(len(before), len(text) - len(after), "")
        code = self.source[:column].rstrip()
        if not code and len(self.source) > content_length(self.source):
            return Replacement(Position(self.line - 1, 0), Position(self.line, 0), "")
        return Replacement(Position(self.line - 1, len(code)), Position(self.line - 1, content_length(self.source)), "")

    def taken_out(self, begin: int, end: int, *, is_first: bool) -> Replacement:
        """The edit that removes an item of a list and its separator."""
        before, after = len(self.text[:begin].rstrip(" ,")), len(self.text) - len(self.text[end:].lstrip(" ,"))
        return self.edit(begin, after, "") if is_first else self.edit(before, end, "")

    def promise(self, end: int) -> Replacement | None:
        """The edit that adds a TODO for the reason; None if there is one."""
        return None if "TODO" in self.text else self.edit(end, end, _PROMISE)


def has_reason(rest: str, names: Collection[str] = ()) -> bool:
    """Whether words remain after the IDs and the directives for other tools are removed."""
    parts = (_TO_TOOLS.sub("", part.strip(" :,;-")) for part in rest.split("#"))
    return any(word not in names for part in parts for word in re.findall(r"[^\W\d_]\w+", part))


def with_nosec(comment: str, ids: str, known: CheckIds) -> tuple[int, str] | None:
    """Where IDs go in a `# nosec` with IDs, and what is inserted there; None if the comment is no such one."""
    listed = _LIST.search(comment) if named_in(comment, known) else None
    return None if listed is None else (listed.end(), f", {ids}")


def with_ignore(comment: str, ids: str) -> tuple[int, str] | None:
    """Where IDs go in the first `# posse: ignore` of a comment, and what is inserted there; None if it has none.

    A list that is not closed stays as it is.
    """
    for match in IGNORE.finditer(comment):
        if match["close"]:
            names = match["names"].rstrip(" ,")
            return match.start("names") + len(names), f", {ids}" if names else ids
        if match["names"] is None:
            return match.end("keyword"), f"[{ids}]"
    return None
