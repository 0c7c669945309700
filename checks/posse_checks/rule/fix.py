"""Fixes for findings, and whether each is safe to apply without review."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from posse_checks.python.text import Replacement

Edits = Iterable[Replacement]
Write = TypeVar("Write", bound=Callable[..., Edits])
"""A function that writes a fix, from the view that the check saw and the `Source` around it."""


class Safety(enum.Enum):
    """Whether a fix may be applied without review."""

    SAFE = "safe"
    """The program behaves the same, except for the fault that the finding reports."""
    REVIEW = "review"
    """The program may behave differently, or the user must complete it."""


SAFE, REVIEW = Safety.SAFE, Safety.REVIEW


class UnfixableError(Exception):
    """A fix or a suppression cannot be written; the message says why."""


@dataclass(frozen=True, slots=True)
class Fixer:
    """One way to fix the findings of a rule, as its file declares it."""

    title: str
    """The change, in the imperative."""
    safety: Safety
    write: Callable[[Any, Any], Edits]
    may_introduce: frozenset[str]
    """The IDs of the rules that may report its result, which cannot be avoided."""
    one_by_one: bool = False
    """Whether it only asserts something about the code, so that it is never applied to all findings at once."""
    keeps_finding: bool = False
    """Whether it ends the danger but not the finding, since the check reports such code however it is written."""


@dataclass(frozen=True, slots=True)
class Fix:
    """A way to fix one finding of a document, verified on it: no other finding appears, and this one disappears.

    With `keeps_finding`, it stays.
    """

    title: str
    safety: Safety
    replacements: tuple[Replacement, ...]
    """In order of position; no two begin at the same position."""
    one_by_one: bool = False
    """As in `Fixer`, and so is the next one."""
    keeps_finding: bool = False
