"""Counts of the edits made to a document, to tell whether an import may have moved."""

from __future__ import annotations

from typing import NamedTuple


class History(NamedTuple):
    """Counts edits that can move an import while the lines around it stay put."""

    imports: int = 0
    """Number of edits of statements that import something."""
    shifts: int = 0
    """Number of edits that added or removed lines."""

    def may_move_imports(self, since: History) -> bool:
        """Whether an import may have moved since the given count, relative to lines that have not moved.

        One edit that adds lines moves all that follow; only after a second one can a line be back in its position.
        """
        return self.imports != since.imports or self.shifts - since.shifts > 1


UNTOUCHED = History()
"""The history of a document that was just opened."""
