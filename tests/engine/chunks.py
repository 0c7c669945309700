"""Outlines of a text's parts, one line each, and the chunks that an edit makes stale."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from posse_checks.incremental.chunk import LIMITS, Block, Chunk, Limits, Margin, Part
from posse_checks.incremental.document import Document
from posse_checks.incremental.recover import split
from posse_checks.incremental.tree import Segment
from posse_checks.python.syntax import Broken
from posse_checks.python.text import Position, split_lines
from tests.engine.edits import CATALOGUE


def outline(source: str, limits: Limits = LIMITS) -> list[str]:
    """The parts of a text, one a line: its lines from 0, end exclusive; its kind; height and lookahead; its content."""
    return list(_lines(split(split_lines(source), margin=Margin(limits=limits)), 0, 0))


def _lines(parts: Iterable[Part], begin: int, level: int) -> Iterator[str]:
    for part in parts:
        if isinstance(part, Block):
            yield _line(begin, level, "block", part, "")
            yield _line(begin, level + 1, "head", part.head, _content(part.head))
            yield from _lines(part.parts, begin + part.head.height, level + 1)
        else:
            yield _line(begin, level, "chunk", part, _content(part))
        begin += part.height


def _line(begin: int, level: int, kind: str, part: Part, content: str) -> str:
    lines = f"{begin}-{begin + part.height}"
    return f"{lines:<6}{'  ' * level + kind:<12}{part.height}  {part.lookahead}  {content}".rstrip()


def _content(chunk: Chunk) -> str:
    if isinstance(chunk.content, Broken):
        return "error"
    return ", ".join(type(statement).__name__ for statement in chunk.content) or "nothing"


def stale(source: str, line: int) -> list[str]:
    """Lines (from 0, end exclusive) of the heads and chunks that are rechecked when a comment is added to a line."""
    before = Document.opened(source, CATALOGUE)
    after = before.edited(Position(line, 10_000), Position(line, 10_000), "  #")
    kept = {leaf for _, leaf in _leaves(before)}
    return [f"{begin}-{begin + leaf.height}" for begin, leaf in _leaves(after) if leaf not in kept]


def _leaves(document: Document) -> Iterator[tuple[int, Segment]]:
    for begin, node in zip(document.starts, document.nodes, strict=False):
        yield from node.leaves(begin)
