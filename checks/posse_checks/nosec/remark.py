"""Remarks on comments that suppress findings, and their corrections."""

from __future__ import annotations

import enum
import sys
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from posse_checks.analysis.assessed import Assessed
from posse_checks.config.policy import Display, NosecPolicy
from posse_checks.incremental.document import Document
from posse_checks.python.text import Replacement
from posse_checks.rule.finding import Span


class Flaw(enum.Enum):
    """The kinds of remarks; the values are the codes that editors show."""

    UNKNOWN_ID = "nosec-unknown-id"
    LOST_ID = "nosec-lost-id"
    REPEATED = "nosec-repeated"
    UNUSED = "nosec-unused"
    BLANKET = "nosec-blanket"
    NO_REASON = "nosec-no-reason"
    IGNORE_UNKNOWN_ID = "ignore-unknown-id"
    IGNORE_BANDIT_ID = "ignore-bandit-id"
    IGNORE_UNCLOSED = "ignore-unclosed"
    IGNORE_NO_ID = "ignore-no-id"
    IGNORE_UNUSED = "ignore-unused"
    IGNORE_NO_REASON = "ignore-no-reason"

    @classmethod
    def shown_by(cls, policy: NosecPolicy, *displays: Display) -> frozenset[Flaw]:
        """The flaws that a policy shows in one of these ways."""
        return frozenset(flaw for flaw in cls if flaw.display(policy) in displays)

    @property
    def is_unused(self) -> bool:
        """Whether a comment, or an ID in it, suppresses nothing."""
        return self in (Flaw.UNUSED, Flaw.IGNORE_UNUSED)

    @property
    def is_unnecessary(self) -> bool:
        """Whether the marked part may be removed without any effect."""
        return self.is_unused or self is Flaw.REPEATED

    def display(self, policy: NosecPolicy) -> Display:
        """The way in which a policy shows the flaw."""
        if self.is_unused:
            return policy.report_unused
        if self is Flaw.BLANKET:
            return policy.require_ids
        return policy.require_reason if self in (Flaw.NO_REASON, Flaw.IGNORE_NO_REASON) else policy.report_mistakes


@dataclass(frozen=True, slots=True)
class Correction:
    """An edit that corrects a flaw."""

    title: str
    edit: Replacement
    keeps_meaning: bool = False
    """Whether it must not change the findings."""


@dataclass(frozen=True, slots=True)
class Remark:
    """A flaw of a comment, with its range and the correction if there is one."""

    flaw: Flaw
    message: str
    span: Span
    correction: Correction | None


@dataclass(frozen=True)
class FlowFindings:
    """The findings of rules on flows in a document, which are known later than the others, and perhaps in parts."""

    assessed: Sequence[Assessed] = ()
    unknown_lines: Callable[[], Iterable[range]] = tuple
    """Gives the lines, from 1, where they are not known."""

    @cached_property
    def _unknown(self) -> Sequence[range]:
        """These lines in ascending order, where no range overlaps another."""
        merged: list[range] = []
        for lines in sorted(self.unknown_lines(), key=lambda lines: lines.start):
            if merged and lines.start <= merged[-1].stop:
                before = merged.pop()
                lines = range(before.start, max(lines.stop, before.stop))
            merged.append(lines)
        return merged

    def are_known_on(self, line: int) -> bool:
        """Whether those on a line, from 1, are known."""
        index = bisect_right(self._unknown, line, key=lambda lines: lines.start)
        return not index or line not in self._unknown[index - 1]


NOT_FOLLOWED = FlowFindings(unknown_lines=lambda: [range(1, sys.maxsize)])


def correction_of(document: Document, remark: Remark) -> Correction | None:
    """The correction of a remark, verified: None if it should keep the findings but would change them.

    After an unused comment is removed, Bandit may read the next one in the statement.
    """
    correction = remark.correction
    if correction is None or not correction.keeps_meaning:
        return correction
    document = document.up_to_date()
    same = _unsuppressed(document) == _unsuppressed(document.replaced([correction.edit]))
    return correction if same else None


def _unsuppressed(document: Document) -> Counter[tuple[str, str]]:
    """The unsuppressed findings by ID and message, whatever their positions."""
    return Counter((finding.rule.id, finding.message) for finding in document.findings())
