"""`# nosec` comments, exactly as Bandit reads and applies them.

A comment without IDs is a blanket one: it silences every finding. An ID or test name that is not known is dropped,
and a comment that loses all its IDs so becomes a blanket one; of IDs joined by a comma without a space only the
last counts.
"""

from __future__ import annotations

import io
import re
import tokenize
from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property

from posse_checks.analysis.registry import ids_by_name
from posse_checks.python.syntax import BYTE_ORDER_MARK
from posse_checks.rule.finding import Finding

COMMENT = re.compile(r"#\s*nosec:?\s*(?P<tests>[^#]+)?#?")
"""Finds a `# nosec` in a comment, with what may be IDs: all up to the next `#`."""
TEST = re.compile(r"(?:(B\d+|[a-z\d_]+),?)+", re.IGNORECASE)
"""Finds an ID or name among these, the last of those that commas alone join."""


@dataclass(frozen=True, slots=True)
class Nosec:
    """A `# nosec` comment."""

    ids: frozenset[str]
    """The IDs it names; none where it is a blanket one."""
    column: int
    """Where the comment begins in its line, in code points."""
    text: str
    """The whole comment."""


class Nosecs(dict[int, Nosec]):
    """The `# nosec` comments of a text by their lines."""

    @cached_property
    def lines(self) -> list[int]:
        """The lines, in their order."""
        return sorted(self)


def nosec_comments(source: str) -> Nosecs:
    r"""The comments in a source by line, from 1. Lines are the tokenizer's, which end at `\n` only."""
    found = Nosecs()
    if "nosec" not in source:
        return found
    if source.startswith(BYTE_ORDER_MARK):
        source = "\f" + source[1:]  # as many characters, and nothing to Python
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type == tokenize.COMMENT:
                ids = named_in(token.string)
                if ids is None:
                    found.pop(token.start[0], None)
                else:
                    found[token.start[0]] = Nosec(ids, token.start[1], token.string)
    except (tokenize.TokenError, SyntaxError, UnicodeDecodeError):
        pass  # Bandit keeps what it has read until then, too; CPython 3.12 trips over `\\r` before non-ASCII text
    return found


def named_in(comment: str) -> frozenset[str] | None:
    """The IDs that a comment silences, empty for all of them; None where it is no `# nosec` at all."""
    match = COMMENT.search(comment)
    if match is None:
        return None
    names = (test.group(1) for test in TEST.finditer(match["tests"] or ""))
    known = ids_by_name()
    return frozenset(known[name] for name in names if name in known)


def silencing_line(finding: Finding, nosecs: Nosecs, line_range: tuple[int, int] | None = None) -> int | None:
    """The line of the comment that silences a finding, None where it stands.

    Bandit heeds the first comment within the finding's line range, and the one on the finding's own line where the
    check named that line itself; the IDs of the two are combined.
    """
    if not nosecs:
        return None
    first, last = line_range or finding.line_range
    begin = bisect_left(nosecs.lines, first)
    lines = {line for line in nosecs.lines[begin : begin + 1] if line <= last}
    if finding.names_its_line and finding.line in nosecs:
        lines.add(finding.line)
    ids = frozenset[str]().union(*(nosecs[line].ids for line in lines))
    if not lines or (ids and finding.rule.id not in ids):
        return None
    return next((line for line in sorted(lines) if finding.rule.id in nosecs[line].ids), min(lines))
