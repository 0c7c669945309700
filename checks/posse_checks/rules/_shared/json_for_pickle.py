"""The fix of B301 and B403: JSON in place of pickle, in the whole file that writes and reads the data."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from posse_checks.rule import Broken, Edits, Replacement, Source, UnfixableError
from posse_checks.rules._shared.purpose import name_of

_ARGUMENTS = {"load": 1, "loads": 1, "dump": 2, "dumps": 1}
"""The functions that have a counterpart, with the number of arguments that both take."""
_LITERALS = (ast.Dict, ast.List, ast.DictComp, ast.ListComp, ast.Constant)
_DATA = {
    "settings",
    "options",
    "preferences",
    "counts",
    "counters",
    "totals",
    "scores",
    "names",
    "words",
    "tags",
    "urls",
}
"""Names of variables that hold dictionaries or lists of plain values."""


def use_json(module: str, source: Source) -> Edits:
    """Reads and writes JSON wherever the file uses a module for pickles, and imports `json` in its place.

    Raises UnfixableError unless the file both writes and reads them, and nothing shows that the values are objects.
    """
    source = replace(source, origin=0)
    imports = [node for node in _nodes(module, source) if isinstance(node, (ast.Import, ast.ImportFrom))]
    if len(imports) != 1 or not isinstance(imports[0], ast.Import) or len(imports[0].names) != 1:
        raise UnfixableError("the module is imported in another way, or more than once")
    if source.outline.bindings("json"):
        raise UnfixableError("the file uses JSON already, for something else")
    (alias,) = imports[0].names
    local = alias.asname or module
    changes = list(_calls(local, source))
    return [source.replaced(alias, "json"), *changes]


def _calls(local: str, source: Source) -> Iterator[Replacement]:
    """Yields what makes the calls of the module calls of `json`, which writes text: it is encoded."""
    called: set[str] = set()
    functions: set[int] = set()
    for node in _nodes(local, source):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        if not (isinstance(node.func.value, ast.Name) and node.func.value.id == local):
            continue
        called.add(node.func.attr)
        functions.add(id(node.func.value))
        yield source.replaced(node, _written(node, source))
    uses = [node for node in _nodes(local, source) if isinstance(node, ast.Name) and node.id == local]
    if any(id(node) not in functions for node in uses):
        raise UnfixableError("the module is used in other ways as well")
    if not called & {"load", "loads"} or not called & {"dump", "dumps"}:
        raise UnfixableError("the data is written, or read, by another program, which must change as well")


def _written(call: ast.Call, source: Source) -> str:
    """The source of a call with JSON. Raises UnfixableError if there may be no counterpart."""
    name = name_of(call.func)
    number = _ARGUMENTS.get(name)
    is_plain = (
        number is not None and len(call.args) >= number and not any(isinstance(each, ast.Starred) for each in call.args)
    )
    if number is None or not is_plain or "#" in source.slice(call) or "\n" in source.slice(call):
        raise UnfixableError("json has no counterpart to a call in this file")
    if name in ("load", "loads"):
        if call.keywords or len(call.args) > 1:
            raise UnfixableError("json has no counterpart to a call in this file")
        return f"json.{name}({source.slice(call.args[0])})"
    value = call.args[0]
    if not _is_data(value, source) or not {each.arg for each in call.keywords} <= {"protocol"}:
        raise UnfixableError("the values are objects, which JSON cannot write")
    written = f"json.dumps({source.slice(value)}).encode()"
    return written if name == "dumps" else f"{source.slice(call.args[1])}.write({written})"


def _is_data(value: ast.expr, source: Source) -> bool:
    """Whether a value is a dictionary, a list or plain, as far as this can be seen."""
    if isinstance(value, ast.Name):
        given = source.known_values(value)
        return all(isinstance(each, _LITERALS) for each in given) if given else value.id in _DATA
    return isinstance(value, _LITERALS)


def _nodes(name: str, source: Source) -> Iterator[ast.AST]:
    """Yields the nodes of the statements that mention a name. Raises UnfixableError if some do not parse."""
    for statements in source.outline.mentioning(name):
        if isinstance(statements, Broken):
            raise UnfixableError("a part of the file does not parse")
        for statement in statements:
            yield from ast.walk(statement)
