"""Finds the import that a flagged name comes from, when it is on another line."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from posse_checks.incremental.chunk import NO_MARGIN, Margin
from posse_checks.incremental.document import Document
from posse_checks.incremental.parse_block import parse_arm
from posse_checks.incremental.tree import Group, Node, Segment
from posse_checks.python.names import bound_by
from posse_checks.python.syntax import Broken
from posse_checks.rule.finding import Finding, Span
from posse_checks.rule.views import span_of


@dataclass(frozen=True, slots=True)
class ImportOrigin:
    """An import that gives a name its meaning, with its range in the text."""

    name: str
    meaning: str
    span: Span

    @property
    def line(self) -> int:
        """The line, from 1."""
        return self.span.line


class _Importing(NamedTuple):
    """A segment that imports something, with its first line, from 0, and the margin of its block."""

    begin: int
    indent: Margin
    segment: Segment


class ImportOrigins:
    """The imports of a document by the names that they bind, found on demand."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._by_name: dict[str, Sequence[ImportOrigin]] = {}

    def of(self, finding: Finding) -> ImportOrigin | None:
        """The last import, at or above a finding's line, that gives its name its meaning; None if it needs none.

        The finding's lines are those of the document. Imports in other cells of a notebook are not found.
        """
        if finding.via is None:
            return None
        if finding.via not in self._by_name:
            self._by_name[finding.via] = list(self._imports_of(finding.via))
        above = (origin for origin in self._by_name[finding.via] if origin.line <= finding.line)
        return next(iter(reversed(list(above))), None)

    @cached_property
    def _importing(self) -> Sequence[_Importing]:
        return list(_importing(self._document.nodes, 0, NO_MARGIN))

    def _imports_of(self, name: str) -> Iterator[ImportOrigin]:
        """Yields the imports that give a name another meaning; parses only segments that bind it."""
        lines = self._document.program
        for begin, indent, segment in self._importing:
            if name in segment.analysis.bindings.aliases:
                statements, origin = parse_arm(lines, begin, begin + segment.height, indent)
                for statement in [] if isinstance(statements, Broken) else statements:
                    yield from _origins(statement, name, origin)


def _importing(nodes: Sequence[Node], begin: int, indent: Margin) -> Iterator[_Importing]:
    """Yields the segments that import something, in order."""
    for node in nodes:
        if node.bindings:
            if isinstance(node, Group):
                yield from _importing(node.parts, begin + node.head.height, node.indent)
            else:
                yield _Importing(begin, indent, node)
        begin += node.height


def _origins(statement: ast.stmt, name: str, origin: int) -> Iterator[ImportOrigin]:
    """Yields the imports in a statement that give a name another meaning, in order of line."""
    imports = [node for node in ast.walk(statement) if isinstance(node, (ast.Import, ast.ImportFrom))]
    for node in sorted(imports, key=lambda node: node.lineno):
        meaning = bound_by(node)[0].get(name)
        if meaning is not None and meaning != name:
            alias = next(alias for alias in reversed(node.names) if name in (alias.asname, alias.name))
            yield ImportOrigin(name, meaning, span_of(alias).shifted(origin))
