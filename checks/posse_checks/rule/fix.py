"""Fixes: what can be done about a finding, and how far that can be trusted."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from posse_checks.python.text import Replacement

Edits = Iterable[Replacement]
Write = TypeVar("Write", bound=Callable[..., Edits])
"""A function that writes a fix: takes the view that the check saw and the `Source` around it."""


class Safety(enum.Enum):
    """Whether a fix may be applied unseen."""

    SAFE = "safe"
    """The program does the same as before, on all but what the finding warns of."""
    REVIEW = "review"
    """The program may behave differently, or somebody has to fill something in."""


SAFE, REVIEW = Safety.SAFE, Safety.REVIEW


class Unfixable(Exception):
    """Raised where a fix, or a suppression, cannot be written; the message says why."""


@dataclass(frozen=True, slots=True)
class Fixer:
    """One way to fix the findings of a rule, as its file declares it."""

    title: str
    """What it changes, in the imperative."""
    safety: Safety
    write: Callable[[Any, Any], Edits]
    brings: frozenset[str]
    """The rules that report what it makes, where that cannot be helped."""
    one_by_one: bool = False
    """Whether it only states something about the code, so that it is never applied to all findings at once."""


@dataclass(frozen=True, slots=True)
class Fix:
    """A way to fix one finding of a document, tried on it: the finding goes and no other comes."""

    title: str
    safety: Safety
    replacements: tuple[Replacement, ...]
    """In the order of their places; no two begin at the same one."""
    one_by_one: bool = False
    """Whether it only states something about the code, so that it is never applied to all findings at once."""
