"""`# posse: ignore[...]` comments, which suppress findings of Posse's and the project's own checks by their IDs.

Bandit does not read them, so they suppress nothing of Bandit's. Each comment in the lines of a finding counts.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from posse_checks.analysis.registry import NO_OTHER_IDS, CheckIds
from posse_checks.rule.finding import Finding

MARK = "posse:"
"""Part of each of these comments: a text without it has none."""
IGNORE = re.compile(r"(?P<keyword>#\s*posse:\s*ignore)(?![\w-])\s*(?:\[(?P<names>[^\]#]*)(?P<close>\])?)?[^#]*")
"""Matches a `# posse: ignore` in a comment, with its list of IDs and the reason, up to the next `#`."""
NAME = re.compile(r"[^\s,]+")
"""Matches an ID, or the name of a check, in the list."""


@dataclass(frozen=True, slots=True)
class Ignore:
    """A comment with at least one `# posse: ignore`."""

    ids: frozenset[str]
    """The IDs of own checks that it names; if it names none, it suppresses nothing."""
    column: int
    """Column, in code points from 0, at which the comment begins."""
    text: str
    """The whole comment."""


class Ignores(dict[int, Ignore]):
    """The `# posse: ignore` comments of a text by line, from 1. Must not change once `lines_by_id` was read."""

    @cached_property
    def lines_by_id(self) -> Mapping[str, list[int]]:
        """The lines of the comments that name each ID, in ascending order."""
        lines: dict[str, list[int]] = {}
        for line in sorted(self):
            for id in self[line].ids:
                lines.setdefault(id, []).append(line)
        return lines


def ignored_in(comment: str, ids: CheckIds = NO_OTHER_IDS) -> frozenset[str] | None:
    """The IDs of own checks that a comment suppresses; None if it is not a `# posse: ignore` comment.

    A list that is not closed names nothing.
    """
    if MARK not in comment:
        return None
    matches = list(IGNORE.finditer(comment))
    names = {name for match in matches if match["close"] for name in NAME.findall(match["names"])}
    return frozenset(id for name in names if (id := ids.in_ignore(name)) is not None) if matches else None


def ignoring_line(finding: Finding, ignores: Ignores, line_range: tuple[int, int]) -> int | None:
    """The line of the comment that suppresses a finding by its ID: the one on its own line, else the first.

    Returns None if none does: none names its ID, or the finding is Bandit's.
    """
    if not ignores or finding.rule.takes_nosec:
        return None
    lines = ignores.lines_by_id.get(finding.rule.id, [])
    for line, last in ((finding.line, finding.line), line_range):
        index = bisect_left(lines, line)
        if index < len(lines) and lines[index] <= last:
            return lines[index]
    return None
