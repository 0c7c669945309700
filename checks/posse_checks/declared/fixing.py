"""Fixes of declared checks: changes of the arguments of a call, or of the function that it calls."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from posse_checks.declared.check import DeclaredFix, Literal, Named
from posse_checks.python.text import Position, Replacement
from posse_checks.rule.fix import Fixer, UnfixableError
from posse_checks.rule.name_access import NameAccess
from posse_checks.rule.source import Source
from posse_checks.rule.views import Call, View


def fixer_of(fix: DeclaredFix) -> Fixer:
    """Returns the fixer that makes all changes of a fix at once."""

    def write(view: View[ast.AST], source: Source) -> Iterable[Replacement]:
        if not isinstance(view, Call):
            raise UnfixableError("only calls can be fixed")
        return list(_replacements(fix, view.node, source))

    return Fixer(fix.title or title_of(fix), fix.safety, write, frozenset())


def title_of(fix: DeclaredFix) -> str:
    """Returns the change in the imperative."""
    parts = []
    if fix.replace:
        parts.append(f"call {fix.replace}")
    parts += [f"set {name}={_plainly(value)}" for name, value in fix.set]
    parts += [f"add {name}={_plainly(value)}" for name, value in fix.add]
    parts += [f"rename {old} to {new}" for old, new in fix.rename]
    parts += [f"remove {name}" for name in fix.remove]
    title = ", ".join(parts)
    return f"{title[:1].upper()}{title[1:]}"


def _replacements(fix: DeclaredFix, call: ast.Call, source: Source) -> Iterator[Replacement]:
    keywords = {keyword.arg: keyword for keyword in call.keywords}
    added = [entry for entry in fix.add if entry[0] not in keywords]
    for name, value in (*fix.set, *added):
        written = _written(value, source)
        yield from written.replacements
        yield from source.keyword_set(call, name, written.expression)
    for name in fix.remove:
        if name in keywords:
            yield source.argument_removed(call, keywords[name])
    for old, new in fix.rename:
        if old in keywords and new not in keywords:
            start = source.start(keywords[old])
            end = Position(start.line, start.column + len(old))
            if source.between(start, end) != old:
                raise UnfixableError("the keyword has an unsupported form")
            yield Replacement(start, end, new)
    if fix.replace:
        module, _, name = fix.replace.rpartition(".")
        if module:
            yield from source.replaced_by_name(call.func, module, name)
        elif source.is_builtin(fix.replace):
            yield source.replaced(call.func, fix.replace)
        else:
            raise UnfixableError(f"something else is called {fix.replace} here")


def _plainly(value: Literal | Named) -> str:
    return value.names[0] if isinstance(value, Named) else repr(value.value)


def _written(value: Literal | Named, source: Source) -> NameAccess:
    """Returns how to write a value at the finding, with the import that it needs."""
    if isinstance(value, Named):
        module, _, name = value.names[0].rpartition(".")
        return source.name_access(module, name) if module else NameAccess(name)
    plain = value.value
    is_quotable = isinstance(plain, str) and not set("'\"\\") & set(plain)
    return NameAccess(source.quoted(str(plain)) if is_quotable else repr(plain))
