"""Decides whether a text looks like SQL, even if it is joined from thousands of strings.

Each string of a long expression is checked together with nearly all the others, so joining and searching them for each
one would take quadratic time. Instead, the contribution of a text to the search is a few fields, which can be added.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

_DELETE = re.compile(r"delete\s+from\s", re.IGNORECASE)
_STATEMENTS = tuple(
    (re.compile(opening, re.IGNORECASE), re.compile(closing, re.IGNORECASE))
    for opening, closing in ((r"select\s", r"from\s"), (r"insert\s+into\s", r"values[\s(]"), (r"update\s", r"set\s"))
)
"""The start of each other statement, and the word that must follow anywhere after it."""
_VERB = re.compile(r"select|delete|insert|update", re.IGNORECASE)
_OPENING = re.compile(r"(?P<select>select\s)|(?P<insert>insert\s+into\s)|(?P<update>update\s)", re.IGNORECASE)
_CLOSING = re.compile(r"(?P<select>from\s)|(?P<insert>values[\s(])|(?P<update>set\s)", re.IGNORECASE)
_VERB_AT_END = re.compile(r"(?:(?P<delete>delete)|(?P<insert>insert))\s*\Z", re.IGNORECASE)
_PREPOSITION_AT_START = re.compile(r"\s*(?:(?P<delete>from)|(?P<insert>into))\s", re.IGNORECASE)


def reads_like_sql(text: str) -> bool:
    """Whether a text contains a SQL statement, or what looks like one.

    Bandit's own pattern tries each `select` with each `from` after it, but the first `select` precedes them all.
    """
    if _DELETE.search(text):
        return True
    return any(
        (begun := opening.search(text)) and closing.search(text, begun.end()) for opening, closing in _STATEMENTS
    )


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The contribution of a part of a text to the search for SQL in the whole; its strings are verbs of SQL."""

    is_sql: bool = False
    openings: frozenset[str | None] = frozenset()
    """The verbs of the statements that begin here and need a later word."""
    closings: frozenset[str | None] = frozenset()
    """The verbs of the statements whose later word is here."""
    ends_with: str | None = None
    """The verb at the very end that a preposition must follow."""
    completes: str | None = None
    """The verb whose preposition is at the very start."""
    is_blank: bool = True

    @classmethod
    def of(cls, text: str) -> Excerpt:
        """Returns the excerpt of a single text."""
        ending, beginning = _VERB_AT_END.search(text), _PREPOSITION_AT_START.match(text)
        return cls(
            is_sql=reads_like_sql(text),
            openings=frozenset(match.lastgroup for match in _OPENING.finditer(text)),
            closings=frozenset(match.lastgroup for match in _CLOSING.finditer(text)),
            ends_with=ending and ending.lastgroup,
            completes=beginning and beginning.lastgroup,
            is_blank=not text.strip(),
        )

    def __add__(self, following: Excerpt) -> Excerpt:
        """Returns the excerpt of both texts joined; the first must end in white space, so that no word spans both."""
        openings = self.openings
        completed = self.ends_with if self.ends_with == following.completes else None
        if completed == "insert":
            openings |= {completed}
        return Excerpt(
            is_sql=self.is_sql
            or following.is_sql
            or completed == "delete"
            or not openings.isdisjoint(following.closings),
            openings=openings | following.openings,
            closings=self.closings | following.closings,
            ends_with=self.ends_with if following.is_blank else following.ends_with,
            completes=following.completes if self.is_blank else self.completes,
            is_blank=self.is_blank and following.is_blank,
        )


class Texts:
    """A sequence of texts, joined by spaces, to search with one of them moved to the front and a range left out."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._followed = [Excerpt.of(f"{text} ") for text in texts]
        self._last = [Excerpt.of(text) for text in texts]
        self._before = list(accumulate(self._followed, initial=Excerpt()))
        self._after = self._last[-1:]
        for excerpt in reversed(self._followed[:-1]):
            self._after.append(excerpt + self._after[-1])
        self._after.reverse()

    def read_like_sql(self, first: int, start: int, end: int) -> bool:
        """Whether text `first`, then all before `start`, then all from `end` on, look like SQL together."""
        if end < len(self._after):
            rest = self._before[start] + self._after[end]
        elif start:
            rest = self._before[start - 1] + self._last[start - 1]
        else:
            return self._last[first].is_sql
        return (self._followed[first] + rest).is_sql


def names_verb(text: str) -> bool:
    """Whether a text contains a word that can begin a SQL statement: a quick test before any other."""
    return _VERB.search(text) is not None
