"""Views: a node of the program as a rule sees it, typed, with the queries that checks need.

The class that annotates a check's first parameter is the check's subscription. A view is created only for a node that
a rule's trigger matched, and only for that rule.
"""

from __future__ import annotations

import ast
import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from posse_checks.python.syntax import argument_value, line_range, literal
from posse_checks.python.text import split_lines
from posse_checks.rule.finding import Finding, Level, Span

if TYPE_CHECKING:
    from posse_checks.rule.declaration import Rule

N = TypeVar("N", bound=ast.AST, covariant=True)


class ViewContext(Protocol):
    """The context of a view: the names known at its node, and the tree above the node."""

    def qualified(self, expression: ast.expr) -> str:
        """The qualified name of a name or attribute; any other expression at its start counts as empty."""

    def has_import(self, module: str) -> bool:
        """Whether exactly this name has been imported so far."""

    def has_import_like(self, part: str) -> bool:
        """Whether a name that contains `part` has been imported so far."""

    def parent(self, node: ast.AST) -> ast.AST | None:
        """The parent of a node; None for a statement of the module."""

    def enclosing_scope(self) -> EnclosingScope:
        """The function or module around the piece of the file that is being checked."""

    def enclosing_heads(self) -> Sequence[ast.stmt]:
        """The statements around the piece, from the outside in, with nothing in their blocks."""


@dataclass(frozen=True, slots=True)
class EnclosingScope:
    """The function, or else the module, around a piece of a file, up to the end of that piece.

    Line numbers in `function` and `statements` exceed those in the piece's own tree by `offset`. Statements that do not
    parse are missing.
    """

    function: ast.FunctionDef | None
    statements: Sequence[ast.stmt]
    offset: int


class View(Generic[N]):
    """A node of the tree; the base class of the other views."""

    def __init__(self, rule: Rule, node: N, context: ViewContext) -> None:
        self.rule = rule
        self.node = node
        self.context = context

    def finding(
        self,
        message: str,
        *,
        severity: Level | None = None,
        confidence: Level | None = None,
        line: int | None = None,
        at: ast.AST | None = None,
        within: ast.AST | None = None,
        span: ast.AST | Span | None = None,
        is_reminder: bool = False,
    ) -> Finding:
        """Returns a finding at this node.

        `at` is the node whose position is reported (by default, the view's); `within`, the node whose lines are the
        line range (by default, `at`); `line`, the reported line if the check chooses it; `span`, the range to underline
        (by default, `at`). Severity and confidence are those of the rule by default. `is_reminder` says that nothing is
        wrong here, as with an import.
        """
        at = at or self.node
        first, last = line_range(within or self._holder(at))
        return Finding(
            rule=self.rule,
            message=message,
            severity=self.rule.severity if severity is None else severity,
            confidence=self.rule.confidence if confidence is None else confidence,
            line=at.lineno if line is None else line,  # type: ignore[attr-defined]
            column=at.col_offset,  # type: ignore[attr-defined]
            end_column=at.end_col_offset,  # type: ignore[attr-defined]
            line_range=(first, last),
            span=span if isinstance(span, Span) else span_of(span or at),
            names_its_line=line is not None,
            is_reminder=is_reminder,
            via=self.via,
        )

    @property
    def via(self) -> str | None:
        """The name whose meaning here comes from an import, if there is one."""
        return None

    def _holder(self, at: ast.AST) -> ast.AST:
        """The node whose lines are the line range of a finding at a node by default."""
        return at

    def has_import(self, module: str) -> bool:
        """Whether exactly this name has been imported so far."""
        return self.context.has_import(module)

    def has_import_like(self, part: str) -> bool:
        """Whether a name that contains `part` has been imported so far."""
        return self.context.has_import_like(part)

    def parent(self, node: ast.AST) -> ast.AST:
        """The parent of a node. Raises LookupError for a statement of the module, which has none."""
        holder = self.context.parent(node)
        if holder is None:
            raise LookupError("a statement of the module has no parent here")
        return holder


class Call(View[ast.Call]):
    """A call, with the name of its function resolved through the imports."""

    def __init__(self, rule: Rule, node: ast.Call, context: ViewContext, name: str) -> None:
        super().__init__(rule, node, context)
        self.name = name
        """The qualified name of the function, such as `subprocess.run`; an expression at its start counts as empty."""

    @property
    def function(self) -> str:
        """The last part of the name."""
        return self.name.rpartition(".")[2]

    @property
    def library(self) -> str:
        """The first part of the name."""
        return self.name.partition(".")[0]

    @property
    def parts(self) -> list[str]:
        """The parts of the name."""
        return self.name.split(".")

    @cached_property
    def arguments(self) -> Sequence[object]:
        """The values of all positional arguments, as `syntax.literal` reads them."""
        return [argument_value(argument) for argument in self.node.args]

    @cached_property
    def keywords(self) -> Mapping[str | None, object]:
        """The values of all keyword arguments by name, read like `arguments`; the name of `**mapping` is None."""
        return {keyword.arg: argument_value(keyword.value) for keyword in self.node.keywords}

    def argument(self, position: int) -> object:
        """The value of a positional argument, from 0; None if there is none."""
        if position >= len(self.node.args):
            return None
        node = self.node.args[position]
        return getattr(node, "attr", None) or literal(node)

    def keyword(self, name: str) -> ast.keyword | None:
        """The first keyword argument of that name."""
        return next((keyword for keyword in self.node.keywords if keyword.arg == name), None)

    def passes(self, name: str, value: object) -> bool:
        """Whether the keyword argument of that name has that value."""
        given = self.keywords.get(name)
        return given is not None and given == value

    def line_of(self, name: str) -> int | None:
        """The line of a keyword argument's value; None if there is no such keyword."""
        keyword = self.keyword(name)
        return None if keyword is None else keyword.value.lineno

    @property
    def via(self) -> str | None:
        """The first name in the called expression, if imports make the qualified name a different one."""
        return _imported_as(self.node.func, self.name)

    @property
    def span(self) -> Span:
        """The range of the called function's name, without the arguments."""
        return span_of(self.node.func)


class Import(View["ast.Import | ast.ImportFrom"]):
    """An import statement."""

    @property
    def prefix(self) -> str:
        """The prefix of each imported name: `module.` in `from module import name`, else empty."""
        module = self.node.module if isinstance(self.node, ast.ImportFrom) else None
        return "" if module is None else f"{module}."


class String(View[ast.Constant]):
    """A string literal in an expression, not a docstring or another statement of its own.

    As in Bandit, its line range is that of its parent.
    """

    def _holder(self, at: ast.AST) -> ast.AST:
        return self.parent(at)

    @property
    def value(self) -> str:
        """The content of the string."""
        value = self.node.value
        assert isinstance(value, str)
        return value


class Place(enum.Enum):
    """Where a name is mentioned, other than as the function of a call."""

    IMPORT = enum.auto()
    """In an import statement."""
    DECORATOR = enum.auto()
    BASE = enum.auto()
    """As a base class."""
    ATTRIBUTE = enum.auto()
    """As a value, such as `os.environ`."""
    ASSIGNED = enum.auto()
    """As the target of an assignment, by its text."""


class Mention(View[ast.AST]):
    """A name in one of these places."""

    def __init__(self, rule: Rule, node: ast.AST, context: ViewContext, place: Place, name: str, at: ast.AST) -> None:
        super().__init__(rule, node, context)
        self.place = place
        self.name = name
        """The qualified name."""
        self.at = at
        """The part of `node` that mentions it."""

    @property
    def via(self) -> str | None:
        """The first name in the expression, if imports make the qualified name a different one."""
        return None if isinstance(self.at, ast.alias) else _imported_as(self.at, self.name)


def _imported_as(expression: ast.AST, qualified: str) -> str | None:
    """The first name in an expression, if its text is not its qualified name."""
    parts: list[str] = []
    while isinstance(expression, ast.Attribute):
        parts.append(expression.attr)
        expression = expression.value
    if not isinstance(expression, ast.Name):
        return None
    return expression.id if ".".join([expression.id, *reversed(parts)]) != qualified else None


class File:
    """A whole file, for checks that read its characters rather than its tree."""

    def __init__(self, rule: Rule, source: str) -> None:
        self.rule = rule
        self.source = source

    def finding(self, message: str, *, line: int, column: int, offset: int) -> Finding:
        """Returns a finding at a line and column as the check counts them; the character at `offset` is underlined."""
        before = split_lines(self.source[:offset])
        width = len(self.source[offset].encode(errors="surrogatepass"))
        start = len(before[-1].encode(errors="surrogatepass"))
        return Finding(
            rule=self.rule,
            message=message,
            severity=self.rule.severity,
            confidence=self.rule.confidence,
            line=line,
            column=column,
            end_column=0,
            line_range=(line, line),
            span=Span(len(before), start, len(before), start + width),
            names_its_line=True,
        )


def span_of(node: ast.AST) -> Span:
    """The range of source of a node that has a position."""
    return Span(node.lineno, node.col_offset, node.end_lineno, node.end_col_offset)  # type: ignore[attr-defined]
