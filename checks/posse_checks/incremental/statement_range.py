"""A range of whole statements in a document, which can be parsed again when their tree is needed."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from posse_checks.incremental.split import Margin, parse_arm
from posse_checks.python.names import Names
from posse_checks.python.syntax import Broken
from posse_checks.python.text import Text


@dataclass(frozen=True, slots=True)
class Stretch:
    """Whole statements of one block, from line `begin` to line `end` (exclusive), both from 0."""

    begin: int
    end: int
    indent: Margin
    names: Names
    """The meaning of names before the first statement."""

    def parse(self, text: Text) -> tuple[list[ast.stmt] | Broken, int]:
        """Parses them. Returns the statements, or why there are none, and their origin: see `parse_in_block`."""
        return parse_arm(text.lines, self.begin, self.end, self.indent)
