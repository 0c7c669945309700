"""The outcome of analyzing a chunk, its context, and running a single rule."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from posse_checks.analysis.registry import Catalogue
from posse_checks.python.names import NO_BINDINGS, Bindings, Names
from posse_checks.rule.declaration import Rule
from posse_checks.rule.finding import Finding
from posse_checks.rule.flow import Flow
from posse_checks.rule.views import EnclosingScope, File, View


@dataclass(frozen=True, slots=True)
class Scope:
    """The context of a chunk, parsed when a rule asks for it."""

    enclosing: Callable[[], EnclosingScope]
    """Returns the function or module around it, parsed up to the end of the chunk."""
    heads: Callable[[], Sequence[ast.stmt]] = tuple
    """Returns the statements around it, from the outside in, with nothing in their blocks."""


@dataclass(frozen=True, slots=True)
class Analysis:
    """The findings of one chunk of a file, the names that it binds, and the names that the findings depend on.

    Invariant: the findings depend on the text of the chunk, on `aliases`, `imported` and `imported_like` (all read on
    entry, before the chunk's own imports), and, only if `reads_scope`, on the statements before it.
    """

    findings: tuple[Finding, ...] = ()
    bindings: Bindings = NO_BINDINGS
    aliases: Mapping[str, str | None] = field(default_factory=dict)
    """The names that were resolved, each with its meaning on entry."""
    imported: Mapping[str, bool] = field(default_factory=dict)
    """The modules that rules asked for, each with whether it had been imported on entry."""
    imported_like: Mapping[str, bool] = field(default_factory=dict)
    """As `imported`, for parts of names."""
    reads_scope: bool = False
    """Whether a rule read the statements around this chunk."""

    def is_valid_under(self, names: Names) -> bool:
        """Whether a fresh analysis with these names would have the same findings, if it does not read the scope."""
        return (
            all(names.meaning(name) == meaning for name, meaning in self.aliases.items())
            and all(names.has(module) == answer for module, answer in self.imported.items())
            and all(names.has_like(part) == answer for part, answer in self.imported_like.items())
        )


def run(rule: Rule, view: View[ast.AST] | File | Flow, catalogue: Catalogue, findings: list[Finding]) -> None:
    """Run one rule on one view. If the rule raises an exception, its finding there is lost, and the failure noted."""
    try:
        findings += rule.check(view, catalogue.options(rule))
    except Exception as error:
        catalogue.note_failure(rule, error)
