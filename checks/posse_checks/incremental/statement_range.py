"""A stretch of whole statements in a document, to be parsed once more where more is asked of them."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from posse_checks.incremental.split import Margin, parse_arm
from posse_checks.python.names import Names
from posse_checks.python.syntax import Broken
from posse_checks.python.text import Text


@dataclass(frozen=True, slots=True)
class Stretch:
    """Whole statements of a block, from a line up to, not including, another; both count from 0."""

    begin: int
    end: int
    indent: Margin
    names: Names
    """What names mean where the first one begins."""

    def parse(self, text: Text) -> tuple[list[ast.stmt] | Broken, int]:
        """Its statements in a text, and the line that their positions count from."""
        return parse_arm(text.lines, self.begin, self.end, self.indent)
