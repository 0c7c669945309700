"""Chunks: the parts that a text is split into, each of which is parsed and checked on its own.

A chunk is a statement with the comments and blank lines that follow it; those before the first statement are a chunk
too. A long or a broken statement with a block is split further, into a `Block`: its head, and the parts of its block.
README.md in this folder shows two texts as chunks, and the invariants.

In this package, lines of a text count from 0 and ranges of them exclude their end. An `origin` is the line of the text
that line 1 of a tree stands for (a node begins at `origin + lineno - 1`); headers may make it negative.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from posse_checks.python.syntax import Broken

DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
WITH_BLOCK = (*DEFINITIONS, ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith)
"""The statements that can be split: those with a single block, unless they have an `else`."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How far a text is split, and how much is done at a time. Findings do not depend on them."""

    block_depth: int = 50
    """Number of blocks around a statement from which on it is not split. Python allows a hundred."""
    long_lines: int = 30
    """A statement of more lines than this is split, if it has a single block."""
    lines_parsed_at_once: int = 1000
    """Number of lines to parse at once when a text is opened, which limits the size of the tree."""
    lines_a_slice: int = 150
    """Limit, in lines, for the segments rechecked in a slice, which takes some milliseconds."""


LIMITS = Limits()
"""The limits outside of tests."""


class Margin(str):
    """The indentation of a block, its depth (the number of blocks around its statements), and the limits of its text.

    Invariant: each block is indented by more characters than the one around it, so there are at least `depth` of them.
    """

    __slots__ = ("depth", "limits")
    depth: int
    limits: Limits

    def __new__(cls, indent: str = "", depth: int = 0, limits: Limits = LIMITS) -> Margin:
        """The margin of a block; by default, that of a whole text."""
        margin = super().__new__(cls, indent)
        margin.depth = depth
        margin.limits = limits
        return margin

    def inside(self, indent: str) -> Margin:
        """Returns the margin of a block within this one."""
        return Margin(indent, self.depth + 1, self.limits)

    @property
    def is_deep(self) -> bool:
        """Whether statements here are not split any further, which bounds the recursion on blocks."""
        return self.depth >= self.limits.block_depth

    def headers(self, innermost: str = "class _:") -> str:
        """Returns `depth` lines that open nested blocks, so that Python's limits on nesting apply as in the file."""
        if not self.depth:
            return ""
        outer = "".join([f"{self[:column]}class _:\n" for column in range(self.depth - 1)])
        return f"{outer}{self[: self.depth - 1]}{innermost}\n"


NO_MARGIN = Margin()
"""The margin of a whole text with the usual limits."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """One chunk of the text as it was cut: its statements, or why it has none.

    Heights, in lines, of consecutive parts add up to the lines that were split. `lookahead` is the number of lines,
    from the first, that decided where it ends, at least the height: an edit of any of them redoes it.
    """

    height: int
    lookahead: int
    content: list[ast.stmt] | Broken
    origin: int
    ends_open: bool = False
    """Whether a bracket or string is still open at the end of the block being split."""

    @property
    def is_function(self) -> bool:
        """Whether it is a function, or the head of one. To Bandit, an asynchronous function is not."""
        return isinstance(self.content, list) and isinstance(next(iter(self.content), None), ast.FunctionDef)


@dataclass(frozen=True, slots=True)
class Block:
    """A statement that was split: its head, a chunk with the statement itself, and the parts of its block.

    The first part begins right after the head. A head of height 0 stands for a statement whose arms are the parts.
    """

    head: Chunk
    indent: Margin
    """The margin of the parts."""
    parts: list[Part] = field(default_factory=list)
    lookahead: int = 0
    ends_open: bool = False
    """This and `lookahead` are those of the whole statement; see `Chunk`."""

    @property
    def height(self) -> int:
        """Number of lines."""
        return self.head.height + sum(part.height for part in self.parts)


Part = Chunk | Block
