"""`# nosec` comments, exactly as Bandit reads and applies them.

A comment without IDs is a blanket one: it suppresses every finding. Unknown IDs and test names are dropped, and a
comment that loses all its IDs becomes a blanket one. Of IDs joined by a comma without a space, only the last counts.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property

from posse_checks.analysis.registry import NO_OTHER_IDS, CheckIds
from posse_checks.rule.finding import Finding

MARK = "nosec"
"""Part of each of these comments: a text without it has none."""
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


def named_in(comment: str, ids: CheckIds = NO_OTHER_IDS) -> frozenset[str] | None:
    """The IDs that a comment suppresses, empty for all of them; None if it is not a `# nosec` comment.

    `ids` are those that count besides Bandit's.
    """
    match = COMMENT.search(comment)
    if match is None:
        return None
    names = (test.group(1) for test in TEST.finditer(match["tests"] or ""))
    return frozenset(id for name in names if (id := ids.in_nosec(name)) is not None)


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
