"""The source around a finding, for fixes: reads slices of it and builds replacements.

Converts positions in a tree (lines from 1 at `origin`, columns in UTF-8 bytes) into positions in the text (lines from
0, columns in code points). Text that is not replaced stays unchanged: comments, quotes, line ends, white space.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from typing import cast

from posse_checks.python.syntax import Broken
from posse_checks.python.text import Position, Replacement, Text, advanced, content_length
from posse_checks.rule import origins
from posse_checks.rule.finding import Finding
from posse_checks.rule.fix import Unfixable
from posse_checks.rule.name_access import Reach, reach
from posse_checks.rule.outline import Outline

_BETWEEN_ARGUMENTS = re.compile(r"(?:[\s\\]+|#[^\r\n]*)*(?P<token>[(),])?")
_STRING = re.compile(r"""(?P<quote>'''|\"\"\"|'|")(?P<body>[^\\]*)(?P=quote)""", re.DOTALL)

Argument = ast.expr | ast.keyword


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
    def statement(self) -> tuple[int, int]:
        """The range of lines, from 0, end exclusive, of the top-level statement around the finding."""
        return self.outline.extent(self.line)

    # -- surroundings

    def scopes(self) -> list[ast.AST]:
        """The functions and classes around the finding, from the inside out, with lines from 1 in the text.

        Raises Unfixable if the top-level statement around the finding does not parse.
        """
        scopes = self.outline.scopes_at(self.line, (self.line + 1, self.finding.span.column))
        if isinstance(scopes, Broken):
            raise Unfixable("what is around it does not parse, so that its names are unknown")
        return scopes

    def visible_scopes(self) -> list[ast.AST]:
        """The scopes whose names are visible at the finding: all but the classes around the innermost scope."""
        return [scope for index, scope in enumerate(self.scopes()) if not index or not isinstance(scope, ast.ClassDef)]

    def whole(self, node: ast.AST) -> ast.AST:
        """Returns the same node in the tree of the module, with its whole block and with lines from 1 in the text.

        Raises Unfixable if that does not parse.
        """
        statements = self.outline.parsed(*self.statement)
        if not isinstance(statements, Broken):
            place = node.lineno + self.origin, node.col_offset  # type: ignore[attr-defined]
            for inner in (inner for statement in statements for inner in ast.walk(statement)):
                if type(inner) is type(node) and (inner.lineno, inner.col_offset) == place:  # type: ignore[attr-defined]
                    return inner
        raise Unfixable("what is around it does not parse")

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
        """Raises Unfixable unless a function is certain to be the one with this qualified name."""
        if origins.qualified(self, function) != qualified:
            raise Unfixable(f"it is not certain that this is {qualified}")

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
        for line in range(self.line - 1, self.statement[0] - 1, -1):
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

    def string_replaced(self, node: ast.AST, new: str) -> Replacement:
        """Replaces a string literal's content, in the same quotes. Raises Unfixable if it has a prefix or escapes."""
        quote, _ = self.string_parts(node)
        return self.replaced(node, f"{quote}{new}{quote}")

    def string_parts(self, node: ast.AST, prefix: str = "") -> tuple[str, str]:
        """The quote and the body of a string literal. Raises Unfixable unless it is one token without escapes."""
        text = self.slice(node)
        match = _STRING.fullmatch(text, len(prefix)) if text.lower().startswith(prefix) else None
        if match is None or match["quote"] in match["body"]:
            raise Unfixable("the string is written in a way that is not understood")
        return match["quote"], match["body"]

    def quoted(self, value: str) -> str:
        """Writes a plain value as a string literal, in the quotes that the statement mostly uses."""
        around = self.text.slice(*self.statement)
        quote = "'" if around.count("'") > around.count('"') else '"'
        return f"{quote}{value}{quote}"

    # -- names

    def reach(self, module: str, name: str) -> Reach:
        """Returns how to write a name of a module at the finding. Raises Unfixable if its name is taken."""
        return reach(self, module, name)

    def renamed(self, function: ast.expr, module: str, name: str) -> list[Replacement]:
        """Replaces a function of a module by another one of it. Raises Unfixable if it is written unusually."""
        if not isinstance(function, ast.Attribute):
            return self.rerouted(function, module, name)
        if not self.slice(function).endswith(function.attr):
            raise Unfixable("the name is written in another form")
        end = self.end(function)
        return [Replacement(Position(end.line, end.column - len(function.attr)), end, name)]

    def rerouted(self, node: ast.AST, module: str, name: str, suffix: str = "") -> list[Replacement]:
        """Replaces a node by a name of a module, with `suffix` after it, and adds the import that it needs."""
        reached = self.reach(module, name)
        return [*reached.replacements, self.replaced(node, reached.expression + suffix)]

    # -- arguments of calls

    def keyword_set(self, call: ast.Call, name: str, value: str) -> list[Replacement]:
        """Sets a keyword argument of a call; adds it after the other arguments if it is missing.

        Raises Unfixable if `**mapping` may contain it, or if the only argument is a generator without parentheses.
        """
        given = next((keyword for keyword in call.keywords if keyword.arg == name), None)
        if given is not None:
            return [self.replaced(given.value, value)]
        if any(keyword.arg is None for keyword in call.keywords):
            raise Unfixable("the argument may be in a mapping")
        new, closing = f"{name}={value}", self._closing(call)
        arguments = _arguments(call)
        if not arguments:
            return [self.inserted(closing, new)]
        last = arguments[-1]
        start, end = self.start(last), self.end(last)
        tokens = list(self._tokens(end, closing))
        has_comma = bool(tokens) and tokens[-1][0] == ","
        at = tokens[-1][1] if tokens else end
        is_alone = start.column == len(self.indent(start.line)) and closing.line > at.line
        if is_alone:
            below = self.inserted(self.end_of_line(at.line), f"{self.line_end}{self.indent(start.line)}{new},")
            if has_comma:
                return [below]
            if below.start == at:
                return [self.inserted(at, f",{below.new[:-1]}")]
            return [self.inserted(at, ","), Replacement(below.start, below.end, below.new[:-1])]
        return [self.inserted(at, f" {new}," if has_comma else f", {new}")]

    def argument_removed(self, call: ast.Call, argument: Argument) -> Replacement:
        """Removes an argument of a call. Raises Unfixable if it is the first, or if a comment would be lost."""
        arguments = _arguments(call)
        index = arguments.index(argument)
        if not index:
            raise Unfixable("it is the first argument")
        before, start = self.end(arguments[index - 1]), self.start(argument)
        tokens = list(self._tokens(before, start))
        if "#" in self.between(before, start) or not tokens or tokens[-1][0] != ",":
            raise Unfixable("a comment or a parenthesis stands before the argument")
        comma = tokens[-1][1]
        return Replacement(Position(comma.line, comma.column - 1), self.end(argument), "")

    def is_sole_argument(self, call: ast.Call, argument: ast.expr) -> bool:
        """Whether this is the call's only argument, without parentheses around it or comments after it."""
        if [*call.args, *call.keywords] != [argument]:
            return False
        after = self.between(self.end(argument), self._closing(call))
        return not after.strip().strip(",").strip()

    def comma_between(self, left: ast.expr, right: ast.expr) -> Position:
        """The position after the comma between two arguments. Raises Unfixable if there is none."""
        places = [place for token, place in self._tokens(self.end(left), self.start(right)) if token == ","]
        if not places:
            raise Unfixable("no comma stands between the two")
        return places[0]

    def _closing(self, call: ast.Call) -> Position:
        """The position of a call's closing parenthesis. Raises Unfixable if a generator argument has it as its own."""
        end = self.end(call)
        closing = Position(end.line, end.column - 1)
        if any((self.end(a).line, self.end(a).column) > (closing.line, closing.column) for a in _arguments(call)):
            raise Unfixable("the only argument is a generator without parentheses of its own")
        return closing

    def _tokens(self, start: Position, end: Position) -> Iterator[tuple[str, Position]]:
        """Yields the parentheses and commas between two positions around arguments, each with the position after it."""
        text, at = self.between(start, end), 0
        while (match := _BETWEEN_ARGUMENTS.match(text, at)) and match["token"]:
            at = match.end()
            yield match["token"], advanced(start, text[:at])


def _arguments(call: ast.Call) -> list[Argument]:
    """The arguments of a call in order of position."""
    arguments = cast("list[Argument]", [*call.args, *call.keywords])
    return sorted(arguments, key=lambda argument: (argument.lineno, argument.col_offset))
