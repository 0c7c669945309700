"""The source around a finding, for fixes: reads slices of it and builds replacements.

Converts positions in a tree (lines from 1 at `origin`, columns in UTF-8 bytes) into positions in the text (lines from
0, columns in code points). Text that is not replaced stays unchanged: comments, quotes, line ends, white space.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from typing import NamedTuple

from posse_checks.python.syntax import Broken
from posse_checks.python.text import Position, Replacement, Text, content_length
from posse_checks.rule import call_arguments, origins
from posse_checks.rule.call_arguments import Argument
from posse_checks.rule.finding import Finding
from posse_checks.rule.fix import UnfixableError
from posse_checks.rule.line_insertion import statement_above
from posse_checks.rule.name_access import NameAccess, name_access
from posse_checks.rule.outline import Extent, Outline, TreePosition

_STRING = re.compile(r"""(?P<quote>'''|\"\"\"|'|")(?P<body>[^\\]*)(?P=quote)""", re.DOTALL)


class StringParts(NamedTuple):
    """A string literal without prefix and escapes."""

    quote: str
    body: str


@dataclass(frozen=True, slots=True)
class Source:
    """The statement that contains a finding, and its position in the text."""

    text: Text
    origin: int
    """The line of the text, from 0, that line 1 of the tree stands for."""
    finding: Finding
    """The finding, with lines of the tree."""
    ancestors: Sequence[ast.AST]
    """The nodes around the node that the check saw, from the inside out, up to the root of the tree."""
    outline: Outline
    """The module around the finding."""

    @property
    def line(self) -> int:
        """The line of the finding's span in the text, from 0."""
        return self.origin + self.finding.span.line - 1

    @property
    def starts(self) -> Sequence[int]:
        """The first line, from 0, of each top-level statement, and last the number of lines."""
        return self.outline.starts

    @property
    def statement(self) -> Extent:
        """The lines of the top-level statement around the finding."""
        return self.outline.extent(self.line)

    # -- scopes and origins

    def scopes(self) -> list[ast.AST]:
        """The functions and classes around the finding, from the inside out, with lines from 1 in the text.

        Raises UnfixableError if the top-level statement around the finding does not parse.
        """
        scopes = self.outline.scopes_at(self.line, TreePosition(self.line + 1, self.finding.span.column))
        if isinstance(scopes, Broken):
            raise UnfixableError("the surrounding code does not parse, so names are unknown")
        return scopes

    def visible_scopes(self) -> list[ast.AST]:
        """The scopes whose names are visible at the finding: all but the classes around the innermost scope."""
        return [scope for index, scope in enumerate(self.scopes()) if not index or not isinstance(scope, ast.ClassDef)]

    def whole(self, node: ast.AST) -> ast.AST:
        """Returns the same node in the tree of the module, with its whole block and with lines from 1 in the text.

        Raises UnfixableError if that does not parse.
        """
        statements = self.outline.parsed(*self.statement)
        if not isinstance(statements, Broken):
            place = node.lineno + self.origin, node.col_offset  # type: ignore[attr-defined]
            for inner in (inner for statement in statements for inner in ast.walk(statement)):
                if type(inner) is type(node) and (inner.lineno, inner.col_offset) == place:  # type: ignore[attr-defined]
                    return inner
        raise UnfixableError("the surrounding code does not parse")

    def qualified(self, expression: ast.AST) -> str | None:
        """The qualified name of an expression, by all visible bindings of its name; None if it is not certain."""
        return origins.qualified(self, expression)

    def is_made_by(self, expression: ast.AST, makers: Set[str], types: Set[str] = frozenset()) -> bool:
        """Whether an expression's value is certain to come from one of these functions, or to be of these types."""
        return origins.is_made_by(self, expression, makers, types)

    def annotated(self, expression: ast.AST) -> str | None:
        """The qualified name of a variable's annotation, empty if it is not certain; None without an annotation."""
        return origins.annotated(self, expression)

    def values(self, expression: ast.AST) -> list[ast.expr] | None:
        """The expressions that may be a variable's value; None if there may be others."""
        return origins.values(self, expression)

    def known_values(self, name: ast.Name) -> list[ast.expr]:
        """The visible expressions that may be a variable's value; there may be others."""
        return origins.known_values(self, name)

    def is_builtin(self, name: str) -> bool:
        """Whether no visible binding gives the name of a built-in function another meaning."""
        return origins.is_builtin(self, name)

    def calls_with(self, name: str) -> Iterator[ast.Call]:
        """Yields the calls with a variable as an argument, in the function around the finding or else in the module."""
        return origins.calls_with(self, name)

    def verify(self, function: ast.AST, qualified: str) -> None:
        """Raises UnfixableError unless a function is certain to be the one with this qualified name."""
        if origins.qualified(self, function) != qualified:
            raise UnfixableError(f"it is not certain that this is {qualified}")

    # -- places and slices

    def position(self, line: int, column: int) -> Position:
        """Converts a position of the tree (line from 1, column in UTF-8 bytes) into one of the text."""
        line += self.origin - 1
        text = self.text.lines[line]
        if not text.isascii():
            column = len(text.encode(errors="surrogatepass")[:column].decode(errors="surrogatepass"))
        return Position(line, column)

    def start(self, node: ast.AST) -> Position:
        """The position at which a node begins."""
        return self.position(node.lineno, node.col_offset)  # type: ignore[attr-defined]

    def end(self, node: ast.AST) -> Position:
        """The position at which a node ends."""
        return self.position(node.end_lineno, node.end_col_offset)  # type: ignore[attr-defined]

    def between(self, start: Position, end: Position) -> str:
        """The text between two positions."""
        return self.text.between(start, end)

    def slice(self, node: ast.AST) -> str:
        """A node's text, without parentheses around it."""
        return self.between(self.start(node), self.end(node))

    @property
    def line_end(self) -> str:
        """The terminator of the text's first line, for new lines."""
        first = self.text.lines[0]
        return first[content_length(first) :] or "\n"

    def indent(self, line: int) -> str:
        """The white space at the start of a line of the text, from 0."""
        text = self.text.lines[line]
        return text[: len(text) - len(text.lstrip(" \t\f"))]

    @property
    def indent_unit(self) -> str:
        """The white space by which the block around the finding is indented; four spaces if it is not."""
        own = self.indent(self.line)
        for line in range(self.line - 1, self.statement.first - 1, -1):
            around = self.indent(line)
            if own.startswith(around) and own != around and self.text.lines[line].strip():
                return own[len(around) :]
        return "    "

    def end_of_line(self, line: int) -> Position:
        """The end of a line of the text, from 0, before its terminator."""
        return Position(line, content_length(self.text.lines[line]))

    # -- replacements

    def replaced(self, node: ast.AST, new: str) -> Replacement:
        """Replaces a node."""
        return Replacement(self.start(node), self.end(node), new)

    def inserted(self, at: Position, new: str) -> Replacement:
        """Inserts a text at a position."""
        return Replacement(at, at, new)

    def line_above(self, code: Sequence[str]) -> Replacement:
        """Inserts lines of code above the innermost statement around the finding, with its indentation.

        Raises UnfixableError unless the finding is evaluated once, first thing whenever the statement is reached.
        """
        return statement_above(self, code)

    def string_replaced(self, node: ast.AST, new: str) -> Replacement:
        """Replaces a string literal's content, in the same quotes.

        Raises UnfixableError if it has a prefix or escapes.
        """
        quote, _ = self.string_parts(node)
        return self.replaced(node, f"{quote}{new}{quote}")

    def string_parts(self, node: ast.AST, prefix: str = "") -> StringParts:
        """The quote and the body of a string literal. Raises UnfixableError unless it is one token without escapes."""
        text = self.slice(node)
        match = _STRING.fullmatch(text, len(prefix)) if text.lower().startswith(prefix) else None
        if match is None or match["quote"] in match["body"]:
            raise UnfixableError("the string has an unsupported form")
        return StringParts(match["quote"], match["body"])

    def quoted(self, value: str) -> str:
        """Writes a plain value as a string literal, in the quotes that the statement mostly uses."""
        around = self.text.slice(*self.statement)
        quote = "'" if around.count("'") > around.count('"') else '"'
        return f"{quote}{value}{quote}"

    # -- names

    def name_access(self, module: str, name: str, *, is_from: bool = False) -> NameAccess:
        """Returns how to write a name of a module at the finding; with `is_from`, a new import is `from module import`.

        Raises UnfixableError if its name is taken.
        """
        return name_access(self, module, name, is_from=is_from)

    def renamed(self, function: ast.expr, module: str, name: str) -> list[Replacement]:
        """Replaces a function of a module by another one of it. Raises UnfixableError if it is written unusually."""
        if not isinstance(function, ast.Attribute):
            return self.replaced_by_name(function, module, name)
        if not self.slice(function).endswith(function.attr):
            raise UnfixableError("the name has an unsupported form")
        end = self.end(function)
        return [Replacement(Position(end.line, end.column - len(function.attr)), end, name)]

    def replaced_by_name(self, node: ast.AST, module: str, name: str, suffix: str = "") -> list[Replacement]:
        """Replaces a node by a name of a module, with `suffix` after it, and adds the import that it needs."""
        access = self.name_access(module, name)
        return [*access.replacements, self.replaced(node, access.expression + suffix)]

    # -- arguments of calls

    def keyword_set(self, call: ast.Call, name: str, value: str) -> list[Replacement]:
        """Sets a keyword argument of a call; adds it after the other arguments if it is missing.

        Raises UnfixableError if `**mapping` may contain it, or if the only argument is a generator without parentheses.
        """
        return call_arguments.keyword_set(self, call, name, value)

    def argument_removed(self, call: ast.Call, argument: Argument) -> Replacement:
        """Removes an argument of a call. Raises UnfixableError if it is the first, or if a comment would be lost."""
        return call_arguments.argument_removed(self, call, argument)

    def is_sole_argument(self, call: ast.Call, argument: ast.expr) -> bool:
        """Whether this is the call's only argument, without parentheses around it or comments after it."""
        return call_arguments.is_sole_argument(self, call, argument)

    def comma_between(self, left: ast.expr, right: ast.expr) -> Position:
        """The position after the comma between two arguments. Raises UnfixableError if there is none."""
        return call_arguments.comma_between(self, left, right)
