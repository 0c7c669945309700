"""What edits did to a document that its nodes do not show."""

from __future__ import annotations

from typing import NamedTuple


class History(NamedTuple):
    """Counts what may put an import in another place than it was seen at, with all around it in its own."""

    imports: int = 0
    """The edits of statements that import something."""
    shifts: int = 0
    """The edits that added or removed lines."""

    def may_move_imports(self, since: History) -> bool:
        """Whether an import may be elsewhere than at some time before, as seen from lines that are where they were.

        One edit that adds lines moves all that follows; only with another one, something can be back in its place.
        """
        return self.imports != since.imports or self.shifts - since.shifts > 1


UNTOUCHED = History()
"""That of a document as it was opened."""
