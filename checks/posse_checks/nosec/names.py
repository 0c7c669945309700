"""Words in a comment that stand for checks, and what one probably means that is not known."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from posse_checks.analysis.registry import CheckIds, ids_by_name, own_ids_by_name

_LONGEST_NAME = 80
"""Length, in characters, of the longest word that may be meant as a name, and of what is shown of a word."""
ID_LIKE = re.compile(r"[a-z]{1,4}\d{2,}", re.IGNORECASE)
"""Matches words that are probably meant as IDs: `B9999`, `b101`, `S602`."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word in a comment that stands for a check, with its offsets from the `#`, end exclusive."""

    text: str
    begin: int
    end: int
    ids: CheckIds
    """The IDs that are known besides those of Bandit and Posse."""

    @property
    def shown(self) -> str:
        """The word in a message: shortened, and without characters that change how others look."""
        text = self.text if len(self.text) <= _LONGEST_NAME else f"{self.text[:_LONGEST_NAME]}..."
        return text if text.isprintable() else ascii(text)[1:-1]

    @property
    def bandits(self) -> str | None:
        """The ID that it names in a `# nosec`; None if it is unknown there."""
        return self.ids.in_nosec(self.text)

    @property
    def own(self) -> str | None:
        """The ID that it names in a `# posse: ignore`; None if it is unknown there."""
        return self.ids.in_ignore(self.text)


def meant_by_bandits(word: str) -> str | None:
    """The ID or name of a check of Bandit's that an unknown word probably means; None if there is none."""
    return _meant_by_bandits(word) if len(word) <= _LONGEST_NAME else None


def meant_by_own(word: str) -> str | None:
    """The ID or name of a check of Posse's own that an unknown word probably means; None if there is none."""
    return _meant_by_own(word) if len(word) <= _LONGEST_NAME else None


@lru_cache(maxsize=1024)
def _meant_by_bandits(word: str) -> str | None:
    id = f"B{word.lstrip('bBsS')}" if ID_LIKE.fullmatch(word) else ""  # Ruff's `S602` is Bandit's B602
    return _alike(word, ids_by_name()) or (id if id in ids_by_name() else None)


@lru_cache(maxsize=1024)
def _meant_by_own(word: str) -> str | None:
    return _alike(word, own_ids_by_name())


def _alike(word: str, known: Mapping[str, str]) -> str | None:
    """The ID or name among those known that differs from a word in its case, or hardly."""
    for one in (word.upper(), word.lower()):
        if one in known:
            return one
    names = [name for name in known if "_" in name]
    from difflib import get_close_matches  # loaded with the first unknown word

    return next(iter(get_close_matches(word.lower(), names, 1, 0.85)), None) if "_" in word else None
