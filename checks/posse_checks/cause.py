"""Where a finding comes from that its own line does not show: the import behind a name in it."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from posse_checks.document import Document
from posse_checks.finding import Finding
from posse_checks.fixing import seen_in
from posse_checks.names import bound_by
from posse_checks.syntax import Broken


@dataclass(frozen=True, slots=True)
class Cause:
    """A name that stands for another because of an import, and the line of that, from 1."""

    name: str
    meaning: str
    line: int


def cause_of(document: Document, finding: Finding) -> Cause | None:
    """The import by which the function that is called has its name, None where it is called by its own.

    It is looked for when asked for: nothing is kept for this, as it would have to be moved along with every edit.
    """
    seen = seen_in(document, finding)
    name = _root(seen[0].node.func) if seen and isinstance(seen[0].node, ast.Call) else None
    if name is None:
        return None
    causes = [
        Cause(name, aliases[name], statement.lineno)
        for statement in _imports(document, name, finding.line)
        if name in (aliases := bound_by(statement)[0]) and statement.lineno <= finding.line
    ]
    return causes[-1] if causes and causes[-1].meaning != name else None


def _root(function: ast.expr) -> str | None:
    while isinstance(function, ast.Attribute):
        function = function.value
    return function.id if isinstance(function, ast.Name) else None


def _imports(document: Document, name: str, line: int) -> list[ast.Import | ast.ImportFrom]:
    """The imports of the statements up to a line in which a name is imported, their lines counted from 1."""
    found: list[ast.Import | ast.ImportFrom] = []
    for start, node in zip(document.starts, document.nodes, strict=False):
        if start >= line or not any(name in bindings.aliases for bindings in node.bindings):
            continue
        for begin, leaf in node.leaves(start):
            if any(name in bindings.aliases for bindings in leaf.bindings):
                statements, origin = document.around(begin + 1, begin + leaf.height).parse(document.text)
                for statement in [] if isinstance(statements, Broken) else statements:
                    ast.increment_lineno(statement, origin)
                    found += [node for node in ast.walk(statement) if isinstance(node, (ast.Import, ast.ImportFrom))]
    return found
