"""Every regular expression of the project, with the growth of its time on text crafted against it.

    python -m tests.hostile.patterns

prints them all; one that grows faster than in proportion to the text is marked, and the exit status is 1 then.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import posse_checks
import posse_server
from tests.hostile.growth import LIMIT, Action, power, seconds

PARSER = importlib.import_module("re._parser" if sys.version_info >= (3, 11) else "sre_parse")
"""Python's own parser of patterns: no public API gives a pattern's parts."""

METHODS = ("match", "fullmatch", "search", "finditer", "findall", "sub", "subn", "split")
ANYWHERE = frozenset(METHODS) - {"match", "fullmatch"}
LARGEST = 1 << 17
"""Maximum length of text that a pattern is tried on; one that is still fast there counts as fast."""
PACKAGES = (posse_checks, posse_server)


@dataclass(frozen=True)
class Use:
    """A pattern, and how it is used."""

    where: str
    pattern: re.Pattern[Any]
    methods: frozenset[str]

    @property
    def is_searched(self) -> bool:
        """Whether it is searched for at all positions, or matched at one."""
        return not self.methods or bool(self.methods & ANYWHERE)


def uses() -> list[Use]:
    """All patterns: those in modules and classes, and those that functions create from literals."""
    modules = [importlib.import_module(name) for name in _module_names()]
    trees = {module: ast.parse(Path(str(module.__file__)).read_text()) for module in modules}
    uses_there = {module: _uses_of_patterns(tree) for module, tree in trees.items()}
    used = _methods_by_name(uses_there.values())
    used_there = {module: _methods_by_name([nodes]) for module, nodes in uses_there.items()}
    found: dict[tuple[str, re.Pattern[Any]], Use] = {}
    for module, tree in trees.items():
        named = [*_held(module), *_made(module, tree)]
        for name, pattern, methods in named:
            where = f"{module.__name__}.{name}"
            methods = methods or used_there[module].get(name) or used.get(name, frozenset())
            found.setdefault((module.__name__, pattern), Use(where, pattern, methods))
    return sorted(found.values(), key=lambda use: use.where)


def _module_names() -> Iterator[str]:
    for package in PACKAGES:
        yield package.__name__
        for entry in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not entry.name.endswith("__main__"):
                yield entry.name


def _held(module: ModuleType) -> Iterator[tuple[str, re.Pattern[Any], frozenset[str]]]:
    """The patterns in a module's own names, in its classes, and in collections there."""
    for name, value in vars(module).items():
        if isinstance(value, type) and value.__module__ == module.__name__:
            for inner, attribute in vars(value).items():
                yield from ((f"{name}.{inner}", pattern, frozenset[str]()) for pattern in _patterns_in(attribute))
        elif not isinstance(value, ModuleType):
            yield from ((name, pattern, frozenset[str]()) for pattern in _patterns_in(value))


def _patterns_in(value: object) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _patterns_in(item)
    elif isinstance(value, (list, tuple, set, frozenset)):
        for item in value:
            yield from _patterns_in(item)


def _made(module: ModuleType, tree: ast.Module) -> Iterator[tuple[str, re.Pattern[Any], frozenset[str]]]:
    """The patterns that calls of `re` create within functions; a plain word stands for inserted values."""
    for function in ast.walk(tree):
        if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        for call in ast.walk(function):
            match call:
                case ast.Call(func=ast.Attribute(value=ast.Name(id="re"), attr=attribute), args=[source, *rest]):
                    text = _literal(source, module)
                    if text is not None and attribute in ("compile", *METHODS):
                        flags = _flags([*rest, *[keyword.value for keyword in call.keywords]])
                        methods = frozenset[str]() if attribute == "compile" else frozenset({attribute})
                        yield f"{function.name}:{call.lineno}", re.compile(text, flags), methods


def _literal(node: ast.expr, module: ModuleType) -> str | bytes | None:
    match node:
        case ast.Constant(value=str() | bytes() as value):
            return value
        case ast.JoinedStr(values=values):
            parts = [part.value if isinstance(part, ast.Constant) else "word" for part in values]
            return "".join(map(str, parts))
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="format")):
            template = vars(module).get(name)
            return template.format("word") if isinstance(template, str) else None
        case ast.Name(id=name):
            held = vars(module).get(name)
            return held if isinstance(held, str) else None
    return None


def _flags(nodes: Iterable[ast.expr]) -> int:
    flags = 0
    for node in nodes:
        for part in ast.walk(node):
            if isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name) and part.value.id == "re":
                flags |= getattr(re, part.attr) if part.attr.isupper() else 0
    return flags


def _uses_of_patterns(tree: ast.Module) -> list[ast.AST]:
    """Expressions that may call a method of a pattern, or give it another name."""
    kinds = (ast.Attribute, ast.Assign, ast.For, ast.comprehension)
    nodes = (node for node in ast.walk(tree) if isinstance(node, kinds))
    return [node for node in nodes if not isinstance(node, ast.Attribute) or node.attr in METHODS]


def _methods_by_name(trees: Iterable[list[ast.AST]]) -> Mapping[str, frozenset[str]]:
    """The methods of patterns that are called, by the name of the pattern there."""
    used: dict[str, set[str]] = {}
    for nodes in trees:
        for node in nodes:
            if isinstance(node, ast.Attribute):
                holder: ast.AST = node.value
                while isinstance(holder, (ast.Subscript, ast.Attribute)):
                    holder = holder.value
                if isinstance(holder, ast.Name):
                    used.setdefault(holder.id, set()).add(node.attr)
        for target, value in _assignments(nodes):
            if isinstance(value, ast.Call):
                continue
            methods = set[str]().union(*[used.get(name, set()) for name in _names_in(target)])
            for name in _names_in(value) if methods else ():
                used.setdefault(name, set()).update(methods)
    return {name: frozenset(methods) for name, methods in used.items()}


def _assignments(nodes: Iterable[ast.AST]) -> Iterator[tuple[ast.AST, ast.AST]]:
    """Targets of assignments, in statements and loops, each with the assigned value."""
    for node in nodes:
        match node:
            case ast.Assign(targets=[target], value=value):
                yield target, value
            case ast.For(target=target, iter=value) | ast.comprehension(target=target, iter=value):
                yield target, value


def _names_in(node: ast.AST) -> list[str]:
    """The names whose values an expression may have, without results of calls."""
    if isinstance(node, ast.Name):
        return [node.id]
    return [name for part in ast.iter_child_nodes(node) if not isinstance(part, ast.Call) for name in _names_in(part)]


# -- text that is hard on a pattern


def hard_texts(pattern: re.Pattern[Any]) -> dict[str, Callable[[int], str]]:
    """Texts of any length: repeated pieces that the pattern matches, each before a piece that it does not."""
    alphabet = list(dict.fromkeys(_examples(pattern)))
    pairs = [first + second for first in alphabet for second in alphabet if first != second]
    units = [*alphabet, *[unit + " " for unit in alphabet], *[unit + "b" for unit in alphabet], *pairs]
    texts: dict[str, Callable[[int], str]] = {}
    for unit in units[:120]:
        for start in dict.fromkeys(["", *alphabet[:2]]):
            for end in ("", "\x00"):
                texts[repr((start, unit, end))] = _repeated(start, unit, end)
    return texts


def _repeated(start: str, unit: str, end: str) -> Callable[[int], str]:
    return lambda length: start + unit * (length // max(len(unit), 1)) + end


def _examples(pattern: re.Pattern[Any]) -> Iterator[str]:
    """The parts of a pattern as texts: its literals, a member of each class, a match of each group and of the whole."""
    source = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    parsed = PARSER.parse(source, pattern.flags & ~re.LOCALE)
    yield from (example for example in _parts(parsed) if example)
    yield from (" ", "\t", "\\")


def _parts(parsed: Any) -> Iterator[str]:
    whole = ""
    for code, value in parsed:
        examples = list(_of_code(str(code), value))
        yield from examples
        whole += examples[-1] if examples else ""
        yield whole


def _of_code(code: str, value: Any) -> Iterator[str]:
    """Texts for one part of a pattern, the last of which is a match of it."""
    if code == "LITERAL":
        yield chr(value)
    elif code in ("NOT_LITERAL", "ANY"):
        yield "b"
    elif code == "IN":
        yield _member(value)
    elif code == "BRANCH":
        for branch in value[1]:
            yield from _parts(branch)
    elif code == "SUBPATTERN":
        yield from _parts(value[-1])
    elif code in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
        *_, last = ["", *_parts(value[2])]
        yield from _parts(value[2])
        yield last * max(value[0], 1)
    elif code == "ATOMIC_GROUP":
        yield from _parts(value)


_CATEGORIES = {"CATEGORY_SPACE": " ", "CATEGORY_WORD": "b", "CATEGORY_DIGIT": "1", "CATEGORY_NOT_SPACE": "b"}


def _member(items: Any) -> str:
    negated = str(items[0][0]) == "NEGATE"
    members: list[str] = []
    for code, value in items:
        if str(code) == "LITERAL":
            members.append(chr(value))
        elif str(code) == "RANGE":
            members.append(chr(value[0]))
        elif str(code) == "CATEGORY":
            members.append(_CATEGORIES.get(str(value), "-"))
    if negated:
        return next((other for other in "b1 -=(" if other not in members), "~")
    return members[0] if members else "b"


# -- growth


def growth(use: Use) -> tuple[float, str]:
    """The greatest exponent with which the time grows with the length, and the text with that growth."""
    worst, worst_text = 0.0, ""
    for name, text in hard_texts(use.pattern).items():
        if _may_be_slow(use, text):
            found = power(_searching(use, text), size=1024, largest=LARGEST, again=1)
            if found > worst:
                worst, worst_text = found, name
            if worst >= LIMIT:
                break
    return worst, worst_text


def _may_be_slow(use: Use, text: Callable[[int], str], length: int = 1 << 14) -> bool:
    """Whether a text of some length takes, twice, as long as a search that looks at each character dozens of times."""
    action = _searching(use, text)(length)
    return all(seconds(action) > length * 3e-7 for _ in range(2))


def _searching(use: Use, text: Callable[[int], str]) -> Callable[[int], Action]:
    pattern: re.Pattern[Any] = use.pattern
    is_bytes = isinstance(pattern.pattern, bytes)

    def make(length: int) -> Action:
        string: Any = text(length).encode("utf-8", "replace") if is_bytes else text(length)
        if use.is_searched:
            return lambda: sum(1 for _ in pattern.finditer(string))
        return lambda: pattern.match(string)

    return make


def main() -> int:
    """Print all patterns with their growth. Returns 1 if one of them grows too fast."""
    slow = 0
    for use in uses():
        found, text = growth(use)
        is_slow = found >= LIMIT
        slow += is_slow
        how = "anywhere" if use.is_searched else "at a place"
        print(f"{'SLOW' if is_slow else 'ok':5}{found:5.2f}  {use.where}  ({how}){f'  on {text}' if is_slow else ''}")
    print(f"{slow} of {len(uses())} patterns grow faster than in proportion to the text")
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
