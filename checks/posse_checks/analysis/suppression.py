"""`# nosec` comments, exactly as Bandit reads and applies them.

A comment without IDs is a blanket one: it suppresses every finding. Unknown IDs and test names are dropped, and a
comment that loses all its IDs becomes a blanket one. Of IDs joined by a comma without a space, only the last counts.
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
"""Matches a `# nosec` in a comment, with the text up to the next `#`, which may hold IDs."""
TEST = re.compile(r"(?:(B\d+|[a-z\d_]+),?)+", re.IGNORECASE)
"""Matches IDs or names in that text that commas without a space join; the group is the last of them."""


@dataclass(frozen=True, slots=True)
class Nosec:
    """A `# nosec` comment."""

    ids: frozenset[str]
    """The IDs that it names; empty for a blanket comment."""
    column: int
    """Column, in code points from 0, at which the comment begins."""
    text: str
    """The whole comment."""


class Nosecs(dict[int, Nosec]):
    """The `# nosec` comments of a text by line, from 1. Must not change once `lines` was read."""

    @cached_property
    def lines(self) -> list[int]:
        """The lines, in ascending order."""
        return sorted(self)


def nosec_comments(source: str) -> Nosecs:
    r"""The `# nosec` comments in a source by line, from 1. Lines are the tokenizer's, which end at `\n` only."""
    found = Nosecs()
    if "nosec" not in source:
        return found
    if source.startswith(BYTE_ORDER_MARK):
        source = "\f" + source[1:]  # as many characters, so columns stay; Python ignores it
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type == tokenize.COMMENT:
                ids = named_in(token.string)
                if ids is None:
                    found.pop(token.start[0], None)
                else:
                    found[token.start[0]] = Nosec(ids, token.start[1], token.string)
    except (tokenize.TokenError, SyntaxError, UnicodeDecodeError):
        pass  # Bandit keeps the comments read until then, too; CPython 3.12 fails on `\\r` before non-ASCII text
    return found


def named_in(comment: str) -> frozenset[str] | None:
    """The IDs that a comment suppresses, empty for all of them; None if it is not a `# nosec` comment."""
    match = COMMENT.search(comment)
    if match is None:
        return None
    names = (test.group(1) for test in TEST.finditer(match["tests"] or ""))
    known = ids_by_name()
    return frozenset(known[name] for name in names if name in known)


def suppressing_line(finding: Finding, nosecs: Nosecs, line_range: tuple[int, int] | None = None) -> int | None:
    """The line of the comment that suppresses a finding; None if none does.

    Bandit honors the first comment within the finding's line range, and also the one on the finding's own line if the
    check chose that line itself; the IDs of the two are combined.
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
