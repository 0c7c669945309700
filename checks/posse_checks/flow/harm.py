"""Which parts of a module can bring data to where it does harm, judged by their text before anything is run.

Whatever does harm is named where it is called or where another name is given to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from posse_checks.flow.catalogue.table import Catalogue
from posse_checks.flow.parts import Part
from posse_checks.flow.responses import RESPONSES

_ANYWHERE = (
    *(r"\.\s*headers\s*\[", r"\.\s*location\b", r"\bdef (?:lambda_)?handler\b"),
    r"\bdef\s+\w+\s*\(\s*(?:event|evt)\b",
)
_VERBS = ("route", "get", "post", "put", "delete", "patch", "head", "options", "websocket", "dispatch")
_OF_RESPONSES = (
    r"\b(?:headers|session)\b",
    rf"(?:@[\w.]*\b|\bdef\s+)(?:{'|'.join(_VERBS)})\b",
)
"""What matters only where responses are made: what is stored in them, and what answers by what it returns."""


def harmful(parts: Iterable[Part], source: str, packages: frozenset[str], catalogue: Catalogue) -> list[Part]:
    """The parts of a module that do harm themselves, as far as one that imports these packages can mean it."""
    words = _words(catalogue)
    roots = frozenset(packages & words.roots)
    search = _compiled(catalogue, roots, bool(roots) and " as " in source)
    return [part for part in parts if not search.words.isdisjoint(part.mentions) and search.pattern.search(part.text)]


def is_harming(source: str, packages: frozenset[str], catalogue: Catalogue) -> bool:
    """Whether a module that imports these packages does harm anywhere."""
    roots = frozenset(packages & _words(catalogue).roots)
    return _compiled(catalogue, roots, bool(roots) and " as " in source).pattern.search(source) is not None


class _Search(NamedTuple):
    """What is searched for: names of which a text has at least one, and the pattern that matches it."""

    words: frozenset[str]
    pattern: re.Pattern[str]


@lru_cache(maxsize=64)
def _compiled(catalogue: Catalogue, roots: frozenset[str], has_aliases: bool) -> _Search:
    words = _words(catalogue)
    methods = words.methods.union(*[words.methods_of.get(root, ()) for root in roots])
    functions = words.functions.union(*[words.functions_of.get(root, ()) for root in roots])
    owners = "|".join(sorted({*words.owners, *[owner for root in roots for owner in words.owners_of.get(root, ())]}))
    if has_aliases:
        owners = r"\w+"
    either = "|".join(sorted(functions))
    found = [
        rf"\.\s*(?:{'|'.join(sorted(methods))})\b",
        rf"(?<![\w.])(?:{either})\b",
        rf"\b(?:{owners})\s*\.\s*(?:{either})\b",
        rf"\bgetattr\s*\(\s*(?:{owners})\b",
        *_ANYWHERE,
    ]
    some = {*methods, *functions, "getattr", "headers", "location", "handler", "lambda_handler", "event", "evt"}
    if roots & words.answering:
        found += _OF_RESPONSES
        some |= {"session", *_VERBS}
    return _Search(frozenset(some), re.compile("|".join(found)))


class _Words(NamedTuple):
    """The last words of sinks: of methods and of functions, of any module and by the packages that it must import.

    `owners` are the modules that functions are in, by the last part of their names; `answering` the packages with
    responses.
    """

    methods: frozenset[str]
    methods_of: Mapping[str, set[str]]
    functions: frozenset[str]
    functions_of: Mapping[str, set[str]]
    owners: frozenset[str]
    owners_of: Mapping[str, set[str]]
    answering: frozenset[str]
    roots: frozenset[str]


@lru_cache(maxsize=8)
def _words(catalogue: Catalogue) -> _Words:
    makers: dict[str, set[str]] = {}
    for name, type in catalogue.makers.items():
        makers.setdefault(type, set()).add(name.partition(".")[0])
    methods, functions = set(catalogue.method_sinks), set[str]()
    methods_of: dict[str, set[str]] = {}
    functions_of: dict[str, set[str]] = {}
    owners_of: dict[str, set[str]] = {}
    for name, rows in catalogue.sinks.items():
        owner, _, last = name.rpartition(".")
        root, of = owner.partition(".")[0], owner.rpartition(".")[2]
        if all(row.is_evidence for row in rows):
            continue
        if owner in catalogue.method_makers.values():
            methods.add(last)
        elif owner in makers or of[:1].isupper():
            for package in {root, *makers.get(owner, ())}:
                methods_of.setdefault(package, set()).add(last)
        elif not owner or owner == "builtins":
            functions.add(last)
        else:
            functions_of.setdefault(root, set()).add(last)
            owners_of.setdefault(root, set()).add(of)
    for name in RESPONSES:
        owner, _, last = name.rpartition(".")
        root = name.partition(".")[0]
        functions_of.setdefault(root, set()).add(last)
        owners_of.setdefault(root, set()).add(owner.rpartition(".")[2])
    answering = {name.partition(".")[0] for name in RESPONSES} | {"tornado"}
    return _Words(
        frozenset(methods),
        methods_of,
        frozenset(functions),
        functions_of,
        frozenset({"builtins", "__builtins__"}),
        owners_of,
        frozenset(answering),
        frozenset({*methods_of, *functions_of, *answering}),
    )
