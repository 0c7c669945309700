"""Texts that are put together from literals and values: where they are built, and how to rewrite a value in them.

Only certain cases are rewritten: an f-string, `%` or `format` of a literal, a chain of `+`, a value alone; given where
it is used, or bound to a name that nothing else reads or binds.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from posse_checks.rule import Edits, Replacement, Source, UnfixableError, is_string

HOLE = "\0"
"""Stands for a value in the text around another one."""
_MOST_PARTS = 100
"""Number of parts of a text beyond which it is not rewritten."""
_FIELD = re.compile(r"\{[^{}]*\}")
_DIRECTIVE = re.compile(r"%s")
_BRACES = re.compile(r"\{\}")
Write = Callable[[ast.expr, str, str, str], "str | None"]
"""Given a value, its source, and the text before and after it: what to write in its place; None to leave it."""


@dataclass(frozen=True, slots=True)
class Built:
    """The expression that a text is built by, and the source that counts its lines."""

    node: ast.expr
    source: Source


def built(argument: ast.expr, source: Source) -> Built:
    """Finds the expression that builds an argument: itself, or what the name that it is was bound to just before.

    Raises UnfixableError unless that is certain, and the values in it are still the same where it is used.
    """
    if not isinstance(argument, ast.Name):
        return Built(argument, source)
    name = argument.id
    scope = source.scopes()[0] if source.scopes() else None
    if not isinstance(scope, (ast.FunctionDef, ast.AsyncFunctionDef)):
        raise UnfixableError("the text is not built in a function")
    uses = [node for node in ast.walk(scope) if isinstance(node, ast.Name) and node.id == name]
    if len(uses) != 2:
        raise UnfixableError("the text is used more than once, or built in several steps")
    line = argument.lineno + source.origin
    for block in _blocks(scope):
        for index, statement in enumerate(block):
            if isinstance(statement, (ast.Assign, ast.AnnAssign)) and _binds(statement, name):
                value, after = statement.value, block[index + 1 :]
                used = next(
                    (at for at, each in enumerate(after) if each.lineno <= line <= (each.end_lineno or 0)), None
                )
                if value is None or used is None or _rebinds(after[: used + 1], _names_in(value)):
                    raise UnfixableError("the text is not built right before it is used")
                return Built(value, replace(source, origin=0, finding=source.finding.shifted(source.origin)))
    raise UnfixableError("it is not certain how the text is built")


def rewritten(text: Built, write: Write) -> Edits:
    """Rewrites values of a text. Raises UnfixableError if it is not built in a supported way, or nothing is written."""
    replacements = list(rewrites(text, write))
    if not replacements:
        raise UnfixableError("no value in the text can be rewritten")
    return replacements


def rewrites(text: Built, write: Write) -> Iterator[Replacement]:
    """Yields what rewrites values of a text. Raises UnfixableError if it is not built in a supported way."""
    node, source = text.node, text.source
    match node:
        case ast.JoinedStr():
            yield from _interpolated(node, source, write)
        case ast.BinOp(left=ast.Constant() as left, op=ast.Mod(), right=right) if is_string(left):
            values = right.elts if isinstance(right, ast.Tuple) else [right]
            yield from _filled(left, _DIRECTIVE, "%", values, source, write)
        case ast.Call(func=ast.Attribute(value=ast.Constant() as left, attr="format"), keywords=[]) if is_string(left):
            yield from _filled(left, _BRACES, "{}", node.args, source, write)
        case ast.BinOp(op=ast.Add()):
            operands = list(islice(operands_of(node), _MOST_PARTS + 1))
            _check_number(operands)
            texts = [operand.value if is_string(operand) else HOLE for operand in operands]
            for index, operand in enumerate(operands):
                if not is_string(operand):
                    yield from _replaced(operand, "".join(texts[:index]), "".join(texts[index + 1 :]), source, write)
        case _:
            yield from _replaced(node, "", "", source, write)


def _replaced(value: ast.expr, before: str, after: str, source: Source, write: Write) -> Iterator[Replacement]:
    new = write(value, source.slice(value), before, after)
    if new is not None:
        yield source.replaced(value, new)


def _interpolated(node: ast.JoinedStr, source: Source, write: Write) -> Iterator[Replacement]:
    """Rewrites the fields of an f-string as a whole, since their positions are not reliable in every Python."""
    quote, body = source.string_parts(node, prefix="f")
    fields = [part for part in node.values if isinstance(part, ast.FormattedValue)]
    _check_number(fields)
    places = list(_FIELD.finditer(body))
    outside = _FIELD.sub(HOLE, body)
    if len(places) != len(fields) or "{" in outside or "}" in outside:
        raise UnfixableError("the text has braces of its own")
    new, end = "", 0
    for place, field in zip(places, fields, strict=True):
        inside = place[0][1:-1]
        plain = field.format_spec is None and field.conversion == -1 and not inside.rstrip().endswith("=")
        before, after = _FIELD.sub(HOLE, body[: place.start()]), _FIELD.sub(HOLE, body[place.end() :])
        written = write(field.value, inside.strip(), before, after) if plain else None
        if written is not None and quote in written:
            raise UnfixableError("the quotes of the text are in the value, too")
        new += body[end : place.start()] + (place[0] if written is None else f"{{{written}}}")
        end = place.end()
    if new + body[end:] != body:
        yield source.replaced(node, f"{source.slice(node)[0]}{quote}{new}{body[end:]}{quote}")


def _filled(
    text: ast.expr, field: re.Pattern[str], marks: str, values: Sequence[ast.expr], source: Source, write: Write
) -> Iterator[Replacement]:
    """Rewrites the values that are put into the fields of a literal."""
    _check_number(values)
    _, body = source.string_parts(text)
    parts = field.split(body)
    if len(parts) != len(values) + 1 or any(mark in part for mark in marks for part in parts):
        raise UnfixableError("the text has fields of another kind")
    for index, value in enumerate(values):
        yield from _replaced(value, HOLE.join(parts[: index + 1]), HOLE.join(parts[index + 1 :]), source, write)


def _check_number(parts: Sequence[object]) -> None:
    """Raises UnfixableError if a text has so many parts that what surrounds each is too long to look at."""
    if len(parts) > _MOST_PARTS:
        raise UnfixableError("the text has too many parts")


def operands_of(node: ast.expr) -> Iterator[ast.expr]:
    """Yields the operands of a chain of `+`, from left to right; does not recurse, as chains may be long."""
    pending = [node]
    while pending:
        operand = pending.pop()
        if isinstance(operand, ast.BinOp) and isinstance(operand.op, ast.Add):
            pending += [operand.right, operand.left]
        else:
            yield operand


def _blocks(scope: ast.AST) -> Iterator[list[ast.stmt]]:
    """The lists of statements in a function."""
    for node in ast.walk(scope):
        for name in ("body", "orelse", "finalbody"):
            block = getattr(node, name, None)
            if isinstance(block, list):
                yield block


def _binds(statement: ast.Assign | ast.AnnAssign, name: str) -> bool:
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    return len(targets) == 1 and isinstance(targets[0], ast.Name) and targets[0].id == name


def _names_in(node: ast.AST) -> set[str]:
    return {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}


def _rebinds(statements: Sequence[ast.stmt], names: set[str]) -> bool:
    """Whether statements give one of these names another value."""
    return any(
        isinstance(node, ast.Name) and node.id in names and not isinstance(node.ctx, ast.Load)
        for statement in statements
        for node in ast.walk(statement)
    )
